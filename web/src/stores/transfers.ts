import { create } from 'zustand';
import { openTransfer, type Transfer, type TransferFault } from '../api/transfer';
import { secondsOf } from './fileLength';
import { faultText, type Limits, refusalOf, type Sample, SNIFFED, withSample } from '../domain/transfer';

// Files on their way in. They go on while people look at other pages; two at a time, so that none starves.
//   refused | waiting → sending ⇄ paused → done | failed;  sending → lost (no line) → sending

export type TransferState = 'refused' | 'waiting' | 'sending' | 'paused' | 'lost' | 'failed' | 'done';

export interface TransferRow {
  id: number;
  name: string;
  size: number;
  state: TransferState;
  sent: number;
  samples: Sample[];
  // Why it was refused, failed or waits.
  reason: string;
  assetId: string | null;
  duplicate: boolean;
}

interface Transfers {
  rows: TransferRow[];
  // Counts up with every file that arrived.
  arrived: number;
  add: (files: File[], limits: Limits) => Promise<void>;
  pause: (id: number) => void;
  resume: (id: number) => void;
  // Ends it; the server forgets what came.
  giveUp: (id: number) => void;
  dismiss: (id: number) => void;
  // The server is there again.
  reconnected: () => void;
}

const AT_ONCE = 2;
const LOST_RETRY_MS = 15_000;
const SAMPLE_MS = 250;

// Beside the store: what cannot be drawn.
const files = new Map<number, File>();
const open = new Map<number, Transfer>();
const openings = new Map<number, Promise<void>>();
let nextId = 1;

export const isMoving = ({ state }: TransferRow): boolean => state === 'sending' || state === 'waiting' || state === 'lost';

async function headOf(file: File): Promise<Uint8Array> {
  return new Uint8Array(await file.slice(0, SNIFFED).arrayBuffer());
}

export const useTransfers = create<Transfers>()((set, get) => {
  const rowOf = (id: number): TransferRow | undefined => get().rows.find((row) => row.id === id);
  const change = (id: number, part: Partial<TransferRow>) => set({ rows: get().rows.map((row) => (row.id === id ? { ...row, ...part } : row)) });

  const next = () => {
    const sending = get().rows.filter(({ state }) => state === 'sending').length;
    const waiting = get().rows.filter(({ state }) => state === 'waiting');
    for (const row of waiting.slice(0, Math.max(0, AT_ONCE - sending))) begin(row.id);
  };

  const failed = (id: number, fault: TransferFault) => {
    if (rowOf(id)?.state !== 'sending') return;
    if (fault.status === 0) {
      change(id, { state: 'lost', reason: faultText(0, ''), samples: [] });
      setTimeout(() => {
        if (rowOf(id)?.state === 'lost') get().resume(id);
      }, LOST_RETRY_MS);
    } else {
      change(id, { state: 'failed', reason: faultText(fault.status, fault.detail), samples: [] });
    }
    next();
  };

  const done = (id: number, assetId: string | null, duplicate: boolean) => {
    open.delete(id);
    files.delete(id);
    change(id, { state: 'done', sent: rowOf(id)?.size ?? 0, samples: [], reason: '', assetId, duplicate });
    set({ arrived: get().arrived + 1 });
    next();
  };

  const progress = (id: number, sent: number) => {
    const row = rowOf(id);
    if (row === undefined || row.state !== 'sending') return;
    const last = row.samples[row.samples.length - 1];
    const at = Date.now();
    if (last !== undefined && at - last.at < SAMPLE_MS) return;
    change(id, { sent, samples: withSample(row.samples, { at, sent }) });
  };

  const begin = (id: number) => {
    const file = files.get(id);
    if (file === undefined) return;
    change(id, { state: 'sending', reason: '', samples: [] });
    const known = open.get(id);
    if (known !== undefined) {
      known.start();
      return;
    }
    const opening = openTransfer(file, {
      onBegun: () => undefined,
      onProgress: (sent) => progress(id, sent),
      onDone: (assetId, duplicate) => done(id, assetId, duplicate),
      onFault: (fault) => failed(id, fault),
    }).then(
      (transfer) => {
        open.set(id, transfer);
        // Somebody may have paused it, or given it up, meanwhile.
        if (rowOf(id)?.state === 'sending') transfer.start();
      },
      () => failed(id, { status: 0, code: '', detail: '' }),
    );
    openings.set(id, opening);
    void opening.finally(() => openings.delete(id));
  };

  return {
    rows: [],
    arrived: 0,
    add: async (chosen, limits) => {
      let free = limits.freeBytes;
      for (const file of chosen) {
        // The same file twice in one go, or one that is on its way already.
        const same = get().rows.find((row) => {
          const other = files.get(row.id);
          return other !== undefined && other.name === file.name && other.size === file.size && other.lastModified === file.lastModified && row.state !== 'failed';
        });
        if (same !== undefined) {
          if (same.state === 'paused') get().resume(same.id);
          continue;
        }
        const [head, seconds] = await Promise.all([headOf(file), limits.seconds === null ? null : secondsOf(file)]);
        const reason = refusalOf(file.name, file.size, head, { ...limits, freeBytes: free }, seconds);
        const id = nextId++;
        if (reason === null) {
          files.set(id, file);
          if (free !== null) free -= file.size;
        }
        const row: TransferRow = { id, name: file.name, size: file.size, state: reason === null ? 'waiting' : 'refused', sent: 0, samples: [], reason: reason ?? '', assetId: null, duplicate: false };
        set({ rows: [...get().rows, row] });
      }
      next();
    },
    pause: (id) => {
      change(id, { state: 'paused', reason: '', samples: [] });
      void open.get(id)?.pause();
      next();
    },
    resume: (id) => {
      change(id, { state: 'waiting', reason: '' });
      next();
    },
    giveUp: (id) => {
      set({ rows: get().rows.filter((row) => row.id !== id) });
      void (async () => {
        await openings.get(id);
        await open.get(id)?.giveUp();
        open.delete(id);
        files.delete(id);
      })();
      next();
    },
    dismiss: (id) => {
      open.delete(id);
      files.delete(id);
      set({ rows: get().rows.filter((row) => row.id !== id) });
    },
    reconnected: () => {
      for (const row of get().rows) if (row.state === 'lost') get().resume(row.id);
    },
  };
});
