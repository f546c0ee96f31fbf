import { beforeEach, expect, it, vi } from 'vitest';
import { openTransfer } from './transfer';

interface Options {
  onBeforeRequest: (request: { getMethod: () => string; setHeader: () => void }) => Promise<void>;
}

const line = vi.hoisted(() => ({ ready: [] as (() => void)[], sent: [] as string[] }));

// As the library is: what it prepares to send when it is stopped is sent nevertheless.
vi.mock('tus-js-client', () => ({
  Upload: class {
    url: string | null = 'http://vigil/api/uploads/1';
    constructor(
      _file: File,
      private readonly options: Options,
    ) {}
    findPreviousUploads = () => Promise.resolve([]);
    start = () => void new Promise<void>((ready) => line.ready.push(ready)).then(() => this.send('PATCH')).catch(() => undefined);
    abort = (forGood?: boolean) => (forGood === true ? this.send('DELETE') : Promise.resolve());
    private async send(method: string): Promise<void> {
      await this.options.onBeforeRequest({ getMethod: () => method, setHeader: () => undefined });
      line.sent.push(method);
    }
  },
}));

const nothing = { onBegun: () => undefined, onProgress: () => undefined, onDone: () => undefined, onFault: () => undefined };
const file = new File(['x'], 'a.mp4');
const turn = () => new Promise((done) => setTimeout(done));
const letGo = async () => {
  await turn();
  for (const ready of line.ready.splice(0)) ready();
  await turn();
};

beforeEach(() => {
  line.ready = [];
  line.sent = [];
});

it('sends once, however soon it is paused and resumed', async () => {
  const transfer = await openTransfer(file, nothing);
  transfer.start();
  await transfer.pause();
  transfer.start();
  await transfer.pause();
  transfer.start();
  await letGo();
  expect(line.sent).toEqual(['PATCH']);
});

it('sends nothing once it is paused, also before it began', async () => {
  const transfer = await openTransfer(file, nothing);
  await transfer.pause();
  transfer.start();
  await transfer.pause();
  await letGo();
  expect(line.sent).toEqual([]);
});

it('is given up while it is resumed', async () => {
  const transfer = await openTransfer(file, nothing);
  transfer.start();
  await transfer.pause();
  transfer.start();
  await transfer.giveUp();
  await letGo();
  expect(line.sent).toEqual(['DELETE']);
});
