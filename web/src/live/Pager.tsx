import { ChevronLeft, ChevronRight } from 'lucide-react';
import { Button } from '../ui/button';

export function Pager({ page, pages, onPage }: { page: number; pages: number; onPage: (page: number) => void }) {
  return (
    <nav aria-label="Pages of pictures" className="flex items-center justify-center gap-3 pt-2">
      <Button size="icon" variant="ghost" aria-label="Page before" disabled={page === 0} onClick={() => onPage(page - 1)}>
        <ChevronLeft aria-hidden="true" />
      </Button>
      <span className="figures" aria-live="polite">
        Page {page + 1} of {pages}
      </span>
      <Button size="icon" variant="ghost" aria-label="Next page" disabled={page >= pages - 1} onClick={() => onPage(page + 1)}>
        <ChevronRight aria-hidden="true" />
      </Button>
    </nav>
  );
}
