// Lets a few pieces of work run at once; the others wait in line. Browsers open six connections to one HTTP/1.1 server:
// pictures that took them all would leave none for a click.

export class Gate {
  private running = 0;
  private readonly line: (() => void)[] = [];

  constructor(private readonly limit: number) {}

  get active(): number {
    return this.running;
  }
  get waiting(): number {
    return this.line.length;
  }

  // Runs `work` when there is room. Given up while still in line: answers null and `work` never starts.
  async run<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T | null> {
    if (!(await this.enter(signal))) return null;
    try {
      return await work();
    } finally {
      this.running -= 1;
      this.line.shift()?.();
    }
  }

  private enter(signal: AbortSignal | undefined): Promise<boolean> {
    if (signal?.aborted === true) return Promise.resolve(false);
    if (this.running < this.limit) {
      this.running += 1;
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      const admit = () => {
        signal?.removeEventListener('abort', leave);
        this.running += 1;
        resolve(true);
      };
      const leave = () => {
        this.line.splice(this.line.indexOf(admit), 1);
        resolve(false);
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.line.push(admit);
    });
  }
}
