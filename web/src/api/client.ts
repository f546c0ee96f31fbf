import { reportReachability } from './reachability';
import { type Result, type Failure, toProblem } from './result';
import type { paths } from './schema';
import { renew, sessionOver, token } from './session';

export interface SendOptions {
  method?: string;
  // A list stands as often as it has entries.
  query?: Record<string, string | number | boolean | readonly string[] | undefined>;
  body?: unknown;
  // Instead of `body`: sent as it is.
  text?: string;
  contentType?: string;
  // Goes on when the page is left.
  keepalive?: boolean;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  // Sign-in and set-up handle a refusal themselves.
  anonymous?: boolean;
  // A 401 is about what was sent (a wrong password), not about the session.
  refusable?: boolean;
}

type Answer = { kind: 'response'; response: Response } | Failure;

function address(path: string, query: SendOptions['query']): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (Array.isArray(value)) for (const each of value as readonly string[]) parameters.append(name, each);
    else if (value !== undefined) parameters.set(name, String(value));
  }
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}

async function once(path: string, options: SendOptions): Promise<Response | 'offline' | 'aborted'> {
  const headers = new Headers(options.headers);
  const bearer = token.get();
  if (bearer !== null && options.anonymous !== true) headers.set('authorization', `Bearer ${bearer}`);
  const hasBody = options.body !== undefined || options.text !== undefined;
  if (hasBody) headers.set('content-type', options.contentType ?? 'application/json');
  try {
    const response = await fetch(address(path, options.query), {
      method: options.method ?? 'GET',
      headers,
      body: options.text ?? (hasBody ? JSON.stringify(options.body) : null),
      keepalive: options.keepalive ?? false,
      signal: options.signal ?? null,
      credentials: 'same-origin',
      cache: 'no-store',
    });
    const lost = response.status === 502 || (response.status === 504 && !isProblem(response));
    reportReachability(!lost);
    return lost ? 'offline' : response;
  } catch {
    if (options.signal?.aborted === true) return 'aborted';
    reportReachability(false);
    return 'offline';
  }
}

const isProblem = (response: Response) => (response.headers.get('content-type') ?? '').startsWith('application/problem+json');

async function problemOf(response: Response): Promise<Failure> {
  let body: unknown = null;
  try {
    body = await response.json();
  } catch {
    // Not JSON: the status has to do.
  }
  return toProblem(response.status, response.headers, body);
}

// One request with the session's token. A token that ran out is renewed once; a session that is over waits for the
// person to sign in again and then goes on, so that nobody loses what they were doing.
export async function send(path: string, options: SendOptions = {}): Promise<Answer> {
  for (let attempt = 0; ; ++attempt) {
    const response = await once(path, options);
    if (response === 'offline' || response === 'aborted') return { kind: response };
    if (response.ok) return { kind: 'response', response };
    if (response.status !== 401 || options.anonymous === true || options.refusable === true || attempt >= 2) return problemOf(response);
    const refused = await problemOf(response);
    const renewed = attempt === 0 ? await renew() : 'refused';
    if (renewed === 'offline') return { kind: 'offline' };
    if (renewed === 'refused' && !(await sessionOver())) return refused;
    if (options.signal?.aborted === true) return { kind: 'aborted' };
  }
}

export async function sendJson<T>(path: string, options: SendOptions = {}): Promise<Result<T>> {
  const answer = await send(path, options);
  if (answer.kind !== 'response') return answer;
  const { response } = answer;
  const etag = response.headers.get('etag');
  if (response.status === 204) return { kind: 'ok', data: undefined as T, etag };
  try {
    return { kind: 'ok', data: (await response.json()) as T, etag };
  } catch {
    if (options.signal?.aborted === true) return { kind: 'aborted' };
    return toProblem(response.status, response.headers, { code: 'page.bad_answer', detail: 'The server sent an answer that this page cannot read.' });
  }
}

// The typed form: path, method, body and answer come from the OpenAPI document.
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
type Json<C> = C extends { content: infer Types } ? Types[keyof Types] : undefined;
type Success<O> = O extends { responses: infer R } ? Json<R[Extract<keyof R, 200 | 201 | 202 | 204>]> : never;
type Body<O> = O extends { requestBody: infer B } ? Json<B> : O extends { requestBody?: infer B } ? Json<NonNullable<B>> | undefined : undefined;
type PathsWith<M extends Method> = { [P in keyof paths]: paths[P][M] extends { responses: unknown } ? P : never }[keyof paths] & string;

export type AnswerTo<M extends Method, P extends PathsWith<M>> = Success<paths[P][M]>;

interface CallOptions<B> extends Omit<SendOptions, 'method' | 'body'> {
  path?: Record<string, string>;
  body?: B;
}

export function call<M extends Method, P extends PathsWith<M>>(
  method: M,
  path: P,
  options: CallOptions<Body<paths[P][M]>> = {},
): Promise<Result<Success<paths[P][M]>>> {
  const { path: parts = {}, ...rest } = options;
  const concrete = path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(parts[name] ?? ''));
  return sendJson(concrete, { ...rest, method: method.toUpperCase() });
}
