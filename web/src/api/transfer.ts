import type { DetailedError, PreviousUpload, Upload as TusUpload } from 'tus-js-client';
import { send } from './client';
import { token } from './session';

// The bytes of one file on their way in, by tus. Knows of no page.

export interface TransferFault {
  // 0: no answer.
  status: number;
  code: string;
  detail: string;
}

export interface TransferEvents {
  // Where it goes on; also after a reload, when it was begun before.
  onBegun: () => void;
  onProgress: (sent: number) => void;
  onDone: (assetId: string | null, duplicate: boolean) => void;
  onFault: (fault: TransferFault) => void;
}

export interface Transfer {
  start: () => void;
  // What is there is kept.
  pause: () => Promise<void>;
  giveUp: () => Promise<void>;
}

export interface Unfinished {
  // Of the browser's memory of it.
  key: string;
  uploadId: string;
  name: string;
  size: number;
}

const ENDPOINT = '/api/uploads';
const RETRY_DELAYS = [0, 3000, 5000, 10000, 20000];
const uploadIdOf = (url: string | null): string => url?.split('/').pop() ?? '';

// Only who uploads something needs it.
const library = () => import('tus-js-client');

const responseOf = (error: Error | DetailedError) => ('originalResponse' in error ? error.originalResponse : null);

function faultOf(error: Error | DetailedError): TransferFault {
  const response = responseOf(error);
  if (response === null) return { status: 0, code: '', detail: error.message };
  try {
    const body = JSON.parse(response.getBody()) as { code?: unknown; detail?: unknown };
    return { status: response.getStatus(), code: String(body.code ?? ''), detail: String(body.detail ?? '') };
  } catch {
    return { status: response.getStatus(), code: '', detail: '' };
  }
}

// What waits a while and then goes well: a lost line, a server that restarts, another request that still has the upload.
const passes = (status: number): boolean => status === 0 || status === 401 || status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507);

export async function openTransfer(file: File, events: TransferEvents): Promise<Transfer> {
  const tus = await library();
  let stale = false;
  let url: string | null = null;
  const stopped = new WeakSet<TusUpload>();
  const make = (): TusUpload => {
    const upload: TusUpload = new tus.Upload(file, {
      endpoint: ENDPOINT,
      retryDelays: RETRY_DELAYS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: file.name, filetype: file.type },
      onBeforeRequest: async (request) => {
        // A refusal would make the client begin anew: asking how far it got comes with a token that is good, as does the
        // next request after one was refused. `send` renews it.
        if (stale || request.getMethod() === 'HEAD') await send('/api/auth/me');
        stale = false;
        const bearer = token.get();
        if (bearer !== null) request.setHeader('Authorization', `Bearer ${bearer}`);
        // What was about to be sent when it was paused is not known to the library's abort().
        if (stopped.has(upload) && request.getMethod() !== 'DELETE') throw new Error('paused');
      },
      onShouldRetry: (error) => {
        const status = responseOf(error)?.getStatus() ?? 0;
        stale = status === 401;
        return passes(status);
      },
      onUploadUrlAvailable: () => {
        url = upload.url;
        events.onBegun();
      },
      onProgress: (sent) => events.onProgress(sent),
      onError: (error) => events.onFault(faultOf(error)),
      onSuccess: ({ lastResponse }) =>
        events.onDone(lastResponse.getHeader('X-Asset-Id') ?? null, lastResponse.getHeader('X-Asset-Duplicate') === 'true'),
    });
    return upload;
  };
  // A file that was begun before, also in another tab that is gone: on from there.
  const prepare = async (): Promise<TusUpload> => {
    const upload = make();
    const [previous] = newestFirst(await upload.findPreviousUploads());
    if (previous !== undefined) upload.resumeFromPreviousUpload(previous);
    else upload.url = url;
    return upload;
  };
  let current = await prepare();
  let fresh = true;
  let starts = 0;
  const stop = (forGood: boolean): Promise<void> => {
    starts += 1;
    fresh = false;
    stopped.add(current);
    return current.abort(forGood);
  };
  return {
    start: () => {
      const mine = (starts += 1);
      if (fresh) {
        fresh = false;
        current.start();
        return;
      }
      // Never the same one again: a request that it was preparing would go on beside the new one, and the two would take
      // the upload from each other for ever.
      stopped.add(current);
      void current.abort();
      prepare().then(
        (upload) => {
          if (mine !== starts) return;
          current = upload;
          upload.start();
        },
        () => events.onFault({ status: 0, code: '', detail: '' }),
      );
    },
    pause: () => stop(false),
    giveUp: () => stop(true).catch(() => undefined),
  };
}

const newestFirst = (uploads: PreviousUpload[]): PreviousUpload[] => [...uploads].sort((a, b) => Date.parse(b.creationTime) - Date.parse(a.creationTime));

// What was begun in this browser and is not done.
export async function unfinishedTransfers(): Promise<Unfinished[]> {
  const { defaultOptions } = await library();
  const all = await defaultOptions.urlStorage.findAllUploads();
  return all.flatMap((entry) => {
    const uploadId = uploadIdOf(entry.uploadUrl);
    return uploadId === '' ? [] : [{ key: entry.urlStorageKey, uploadId, name: entry.metadata.filename ?? '', size: entry.size ?? 0 }];
  });
}

export async function forgetTransfer(key: string): Promise<void> {
  const { defaultOptions } = await library();
  await defaultOptions.urlStorage.removeUpload(key);
}
