import { type ReactNode, useEffect } from 'react';
import { Card } from '../ui/surface';

// The frame of pages before anybody is signed in.
export function Frame({ title, step, children }: { title: string; step?: string; children: ReactNode }) {
  useEffect(() => {
    document.title = `${title} · Vigil`;
  }, [title]);
  return (
    <main className="mx-auto grid min-h-dvh w-full max-w-[440px] content-center gap-4 p-4">
      <p className="flex items-center gap-2 text-section font-semibold">
        <img src="/favicon.svg" alt="" width={28} height={28} />
        Vigil
        {step !== undefined && <span className="ml-auto text-body font-normal text-muted">{step}</span>}
      </p>
      <Card className="grid gap-4 p-5">
        <h1 className="text-page leading-tight font-semibold">{title}</h1>
        {children}
      </Card>
    </main>
  );
}
