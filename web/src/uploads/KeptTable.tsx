import { Plus } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import type { OwnedRetention } from '../api/types';
import { type Kept, KEPT_KINDS, keptFor, keptText, type KeptKind, goingLines, NOTHING_OWN, type Owner, OWNER_WORDS, ownerOf, ownerPhrase, type OwnKept } from '../domain/kept';
import { useRemovals } from '../stores/removals';
import { Button } from '../ui/button';
import { cn } from '../ui/cn';
import { removalOf, useTakeBack } from './takeBack';

// In the place of an owner, whose row takes the focus: the button below the table.
export const ADD = '+';

const HEADS: Record<KeptKind, string> = { files: 'Files', pictures: 'Pictures', findings: 'Findings', jobs: 'Jobs' };

interface KeptTableProps {
  everybody: Kept;
  own: OwnedRetention[];
  owners: Owner[];
  focusOn: string | null;
  // null: they have none yet.
  onBegin: (owner: string, own: OwnKept | null) => void;
}

// Everybody's times, and a row for each who has times of their own. Where there is no room for columns each row is a card.
export function KeptTable({ everybody, own, owners, focusOn, onBegin }: KeptTableProps) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (focusOn === null) return;
    const all = [...(box.current?.querySelectorAll<HTMLElement>('[data-begin]') ?? [])];
    const wanted = all.find(({ dataset }) => dataset.begin === focusOn) ?? all.find(({ dataset }) => dataset.begin === ADD);
    wanted?.focus();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once, when the table is there again
  }, []);
  const rows = own.map((one) => ({ owner: ownerOf(owners, one.owner), one })).sort((a, b) => a.owner.name.localeCompare(b.owner.name));
  const others = owners.some(({ id }) => !own.some(({ owner }) => owner === id));
  return (
    <div ref={box} className="grid grid-cols-[minmax(0,1fr)] gap-4">
      <table className="w-full table-fixed border-collapse text-left max-md:block">
        <caption className="sr-only">For how long uploads, and what is made of them, are kept</caption>
        <thead className="text-meta text-muted max-md:sr-only">
          <tr>
            <th scope="col" className={cn(HEAD, 'w-1/5')}>
              Whose
            </th>
            {KEPT_KINDS.map((kind) => (
              <th key={kind} scope="col" className={HEAD}>
                {HEADS[kind]}
              </th>
            ))}
            <th scope="col" className="w-40 border-b border-border">
              <span className="sr-only">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody className="max-md:grid max-md:gap-2">
          <tr className={ROW}>
            <Whose name="Everybody" about="by vigil.yaml" />
            <Times own={everybody} />
            <td className={cn(CELL, 'max-md:hidden')} />
          </tr>
          {rows.map(({ owner, one }) => (
            <Row key={owner.id} owner={owner} own={one} everybody={everybody} onChange={() => onBegin(owner.id, one)} />
          ))}
        </tbody>
      </table>
      {others && (
        <Button className="justify-self-start" data-begin={ADD} onClick={() => onBegin('', null)}>
          <Plus aria-hidden="true" />
          Other times for somebody
        </Button>
      )}
      <p className="text-meta text-muted">
        Everybody’s times are set in <span className="mono">vigil.yaml</span>, by <span className="mono">uploads.keep</span>, <span className="mono">uploads.keep_pictures</span>,{' '}
        <span className="mono">uploads.keep_findings</span> and <span className="mono">uploads.keep_jobs</span>. Nothing is kept for longer than its file, and what an administrator holds stays.
      </p>
    </div>
  );
}

const HEAD = 'border-b border-border py-1 pr-3 font-medium';
const CELL = 'border-b border-border py-2 pr-3 align-middle max-md:block max-md:border-0 max-md:p-0';
const ROW = 'max-md:grid max-md:grid-cols-2 max-md:gap-x-3 max-md:gap-y-1 max-md:rounded-card max-md:border max-md:border-border max-md:bg-surface max-md:p-3';

function Whose({ name, about }: { name: string; about: string }) {
  return (
    <th scope="row" className={cn(CELL, 'font-medium max-md:col-span-2')}>
      {name}
      {about !== '' && <span className="block text-meta font-normal text-muted">{about}</span>}
    </th>
  );
}

const Times = ({ own }: { own: OwnKept }) =>
  KEPT_KINDS.map((kind) => {
    const seconds = own[kind];
    return (
      <td key={kind} className={cn(CELL, 'figures', seconds === null && 'text-muted')}>
        <span className="block text-meta text-muted md:hidden">{HEADS[kind]} </span>
        {seconds === null ? 'everybody’s' : keptText(seconds)}
      </td>
    );
  });

interface RowProps {
  owner: Owner;
  own: OwnKept;
  everybody: Kept;
  onChange: () => void;
}

function Row({ owner, own, everybody, onChange }: RowProps) {
  const takenBack = useRemovals((state) => state.hidden.has(removalOf(owner.id)));
  const undo = useRemovals((state) => state.undo);
  const takeBack = useTakeBack();
  // The button that was pressed is gone then: the first of those in its place takes the focus.
  const row = useRef<HTMLTableRowElement>(null);
  const pressed = useRef(false);
  useEffect(() => {
    if (pressed.current) row.current?.querySelector('button')?.focus();
    pressed.current = false;
  }, [takenBack]);
  const press = (then: () => void) => () => {
    pressed.current = true;
    then();
  };
  const phrase = ownerPhrase(owner);
  const about = owner.kind === 'gone' ? owner.id : OWNER_WORDS[owner.kind];
  const going = goingLines(keptFor(everybody, own), keptFor(everybody, NOTHING_OWN));
  let rest: ReactNode;
  if (takenBack) {
    rest = (
      <>
        <td colSpan={KEPT_KINDS.length} className={cn(CELL, 'text-muted max-md:col-span-2')}>
          {going.length === 0 ? 'As everybody’s from now on.' : `As everybody’s from now on. Unless you undo it, this goes: ${going.join('; ')}.`}
        </td>
        <Actions>
          <Button size="small" aria-label={`Undo: times of ${phrase}`} onClick={press(() => undo(removalOf(owner.id)))}>
            Undo
          </Button>
        </Actions>
      </>
    );
  } else {
    rest = (
      <>
        <Times own={own} />
        <Actions>
          <Button size="small" data-begin={owner.id} aria-label={`Change the times of ${phrase}`} onClick={onChange}>
            Change
          </Button>
          <Button size="small" variant="ghost" aria-label={`Take back the times of ${phrase}`} onClick={press(() => takeBack(owner))}>
            Take back
          </Button>
        </Actions>
      </>
    );
  }
  return (
    <tr ref={row} className={ROW}>
      <Whose name={owner.name} about={about} />
      {rest}
    </tr>
  );
}

const Actions = ({ children }: { children: ReactNode }) => (
  <td className={cn(CELL, 'pr-0 max-md:col-span-2')}>
    <span className="flex justify-end gap-1">{children}</span>
  </td>
);
