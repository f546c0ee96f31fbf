// When the picture that a video shows now was taken, for those who draw over it: told with each frame, without a render.
export class FrameClock {
  // Unix seconds by the server's clock; null where nobody knows.
  captured: number | null = null;
  private readonly listeners = new Set<() => void>();

  show(captured: number | null): void {
    this.captured = captured;
    for (const each of this.listeners) each();
  }
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
}
