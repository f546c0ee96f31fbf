import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

// A real server with a folder of its own, and real RTSP cameras out of the simulator.

const binary = [process.env.VIGIL_BIN, '../build/dev/vigil', '../build/release/vigil'].filter((path) => path !== undefined).map((path) => resolve(path)).find(existsSync);
const page = resolve('dist');
const START_MS = 30_000;

// Below those that the system gives out by itself, or a connection of the browser could take it before the server does.
const FIRST_PORT = 12_000;
const PORTS = 8_000;
let nextPort = process.pid % PORTS;

export async function freePort(): Promise<number> {
  for (;;) {
    const port = FIRST_PORT + nextPort;
    nextPort = (nextPort + 1) % PORTS;
    const probe = createServer();
    const free = await new Promise<boolean>((done) => probe.once('error', () => done(false)).listen(port, '127.0.0.1', () => done(true)));
    if (!free) continue;
    await new Promise((done) => probe.close(done));
    return port;
  }
}

class Program {
  output = '';
  private readonly child: ChildProcess;
  private readonly over: Promise<number | null>;

  constructor(args: string[]) {
    if (binary === undefined) throw new Error('no vigil to test: build it, or name it in VIGIL_BIN');
    if (!existsSync(join(page, 'index.html'))) throw new Error('no page to test: run `npm run build` first');
    this.child = spawn(binary, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    const keep = (data: Buffer) => {
      this.output += data.toString();
    };
    this.child.stdout?.on('data', keep);
    this.child.stderr?.on('data', keep);
    this.over = new Promise((done) => this.child.on('exit', (code) => done(code)));
  }

  type(line: string): void {
    this.child.stdin?.write(`${line}\n`);
  }

  async until(ready: () => boolean | Promise<boolean>, what: string): Promise<void> {
    const end = Date.now() + START_MS;
    let code: number | null | undefined;
    void this.over.then((value) => (code = value));
    while (!(await ready())) {
      if (code !== undefined) throw new Error(`vigil ended with ${String(code)} before ${what}:\n${this.output}`);
      if (Date.now() > end) throw new Error(`${what} did not happen within ${START_MS / 1000} s:\n${this.output}`);
      await new Promise((done) => setTimeout(done, 50));
    }
  }

  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    const hard = setTimeout(() => this.child.kill('SIGKILL'), 10_000);
    await this.over;
    clearTimeout(hard);
  }
}

export class Simulator {
  private constructor(
    private readonly program: Program,
    readonly port: number,
  ) {}

  static start(cameras: number, more: string[] = []): Promise<Simulator> {
    return Simulator.run(['--file', 'scene', '--cameras', String(cameras), '--width', '640', '--height', '360', '--fps', '10', ...more]);
  }

  // One camera that shows a film, again and again.
  static film(file: string): Promise<Simulator> {
    return Simulator.run(['--file', file, '--cameras', '1']);
  }

  private static async run(args: string[]): Promise<Simulator> {
    const port = await freePort();
    const program = new Program(['sim', '--listen', `127.0.0.1:${port}`, ...args]);
    await program.until(() => program.output.includes('simulator runs'), 'the simulator');
    return new Simulator(program, port);
  }

  address = (camera: number): string => `rtsp://127.0.0.1:${this.port}/cam${camera}`;
  fault = (camera: number, kind: string): void => this.program.type(`fault cam${camera} ${kind}`);
  clear = (camera: number): void => this.program.type(`clear cam${camera}`);
  stop = (): Promise<void> => this.program.stop();
}

export class Vigil {
  private program: Program | null = null;
  private readonly data = mkdtempSync(join(tmpdir(), 'vigil-page-'));

  private constructor(
    private readonly auth: 'none' | 'required',
    private readonly port: number,
    private readonly more: string[],
  ) {}

  // `model`: the file of the one model that it has. `more`: options of the server.
  static async start(auth: 'none' | 'required', model?: string, more: string[] = []): Promise<Vigil> {
    const vigil = new Vigil(auth, await freePort(), more);
    await vigil.up();
    if (binary !== undefined && model !== undefined) {
      // A data folder is made by the server; models come into one that is there.
      await vigil.down();
      execFileSync(binary, ['models', 'add', '--data', vigil.data, '--default', model], { stdio: 'pipe' });
      await vigil.up();
    }
    return vigil;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  // The link that the server prints on its first start.
  async setupLink(): Promise<string> {
    const find = () => /https?:\/\/\S*\/setup[?#]token=[\w.~%-]+/.exec(this.program?.output ?? '')?.[0];
    await this.program?.until(() => find() !== undefined, 'the set-up link');
    return (find() ?? '').replace(/^https?:\/\/[^/]+/, this.url);
  }

  async up(): Promise<void> {
    this.program = new Program([
      'serve',
      '--data', this.data,
      '--listen', `127.0.0.1:${this.port}`,
      '--auth', this.auth,
      '--web-root', page,
      '--ingest-retry-delays', '1s',
      '--ingest-read-timeout', '2s',
      '--models-fetch=false',
      ...this.more,
    ]);
    await this.program.until(async () => {
      try {
        return (await fetch(`${this.url}/ready`)).ok;
      } catch {
        return false;
      }
    }, 'the server');
  }

  // Cameras that only the server's owner may add, such as files.
  async own(cameras: object[]): Promise<void> {
    await this.down();
    const file = join(this.data, 'cameras.json');
    writeFileSync(file, JSON.stringify({ cameras }));
    execFileSync(binary ?? '', ['apply', '--data', this.data, '-f', file], { stdio: 'pipe' });
    await this.up();
  }

  async down(): Promise<void> {
    await this.program?.stop();
    this.program = null;
  }

  async stop(): Promise<void> {
    await this.down();
    rmSync(this.data, { recursive: true, force: true });
  }

  // Only where nobody signs in.
  async api(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? null : (JSON.parse(text) as unknown);
  }

  add = (id: string, name: string, url: string, more: object = {}): Promise<unknown> =>
    this.api('POST', '/api/cameras', { id, name, source_type: 'rtsp', source_url: url, ...more });
}
