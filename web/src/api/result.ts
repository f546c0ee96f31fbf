// What every call to the server answers. Nothing throws past src/api; a `switch` over `kind` that forgets a case does not compile.

export interface FieldError {
  pointer: string;
  detail: string;
}

export interface Problem {
  kind: 'problem';
  status: number;
  code: string;
  title: string;
  detail: string;
  errors: FieldError[];
  requestId: string | null;
  retryAfterS: number | null;
}

export interface Ok<T> {
  kind: 'ok';
  data: T;
  etag: string | null;
}
export interface Offline {
  kind: 'offline';
}
export interface Aborted {
  kind: 'aborted';
}

export type Failure = Problem | Offline | Aborted;
export type Result<T> = Ok<T> | Failure;

const asText = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

function fieldErrors(value: unknown): FieldError[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { pointer, detail } = entry as Record<string, unknown>;
    return [{ pointer: asText(pointer) ?? '', detail: asText(detail) ?? 'This value is not accepted.' }];
  });
}

export function retryAfterSeconds(header: string | null): number | null {
  if (header === null) return null;
  const seconds = Number(header);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : null;
}

// An answer that is not a success, whatever its body looks like: a proxy in between may answer HTML.
export function toProblem(status: number, headers: Headers, body: unknown): Problem {
  const problem = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {};
  const errors = fieldErrors(problem.errors);
  const pointer = asText(problem.pointer);
  const detail = asText(problem.detail) ?? asText(problem.title) ?? `The server answered ${status} without saying why.`;
  if (pointer !== null && !errors.some((error) => error.pointer === pointer)) errors.push({ pointer, detail });
  return {
    kind: 'problem',
    status,
    code: asText(problem.code) ?? `http_${status}`,
    title: asText(problem.title) ?? `Error ${status}`,
    detail,
    errors,
    requestId: headers.get('x-request-id') ?? asText(problem.request_id) ?? asText(problem.instance),
    retryAfterS: retryAfterSeconds(headers.get('retry-after')),
  };
}

// For TanStack Query, which knows failures only as thrown values. Thrown inside src/api/queries.ts and nowhere else.
export class ApiError extends Error {
  constructor(readonly failure: Failure) {
    super(failure.kind === 'problem' ? failure.detail : failure.kind);
    this.name = 'ApiError';
  }
}

export function unwrap<T>(result: Result<T>): Ok<T> {
  if (result.kind === 'ok') return result;
  throw new ApiError(result);
}

export function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) return error.failure;
  return {
    kind: 'problem',
    status: 0,
    code: 'page.fault',
    title: 'A fault of the page',
    detail: error instanceof Error ? error.message : String(error),
    errors: [],
    requestId: null,
    retryAfterS: null,
  };
}

// Why a call failed, as a sentence for people.
export function reasonOf(error: unknown): string {
  const failure = failureOf(error);
  return failure.kind === 'problem' ? failure.detail : 'The server does not answer.';
}
