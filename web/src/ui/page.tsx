import { type ReactNode, useEffect, useRef } from 'react';

interface PageProps {
  title: string;
  // Beside the heading.
  actions?: ReactNode;
  lead?: ReactNode;
  // For the browser's tab and history, where it differs from the heading.
  tab?: string;
  children: ReactNode;
}

// The frame of every page: one heading, which takes the focus when somebody comes here, and the title of the tab.
export function Page({ title, actions, lead, tab, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${tab ?? title} · Vigil`;
  }, [tab, title]);
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return (
    <>
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 pb-3">
        <h1 ref={heading} tabIndex={-1} className="mr-auto text-page leading-tight font-semibold">
          {title}
        </h1>
        {actions}
        {lead !== undefined && <div className="w-full text-muted">{lead}</div>}
      </header>
      {children}
    </>
  );
}
