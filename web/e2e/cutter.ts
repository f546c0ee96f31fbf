import { connect, createServer, type Server, type Socket } from 'node:net';

// A line between page and server that breaks: each of the first `cuts` connections after some bytes towards the server.
// Slow where wanted, so that something can be done while a file is on its way.
export class Cutter {
  done = 0;
  bytesPerSecond = Infinity;
  private readonly sockets = new Set<Socket>();
  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(target: string, cuts: number, budget: () => number): Promise<Cutter> {
    const port = Number(new URL(target).port);
    const server = createServer();
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    const address = server.address();
    const cutter = new Cutter(server, `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    server.on('connection', (client) => cutter.serve(client, port, cutter.done < cuts ? budget() : Infinity));
    return cutter;
  }

  private serve(client: Socket, port: number, most: number): void {
    const upstream = connect(port, '127.0.0.1');
    for (const socket of [client, upstream]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    let sent = 0;
    client.on('data', (data) => {
      sent += data.length;
      if (sent > most) {
        this.done += 1;
        client.resetAndDestroy();
        // As when a cable is pulled: the server is told much later, if at all.
        upstream.end();
        return;
      }
      const free = upstream.write(data);
      const wait = (data.length / this.bytesPerSecond) * 1000;
      if (free && wait < 1) return;
      client.pause();
      const goOn = () => setTimeout(() => client.resume(), wait);
      if (free) goOn();
      else upstream.once('drain', goOn);
    });
    client.on('end', () => upstream.end());
  }

  // All that go through it now.
  cutAll(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((done) => this.server.close(done));
  }
}
