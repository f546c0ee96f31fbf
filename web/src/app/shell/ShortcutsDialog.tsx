import { useShortcutGroups } from '../../stores/shortcuts';
import { Dialog } from '../../ui/dialog';

const SIGNS: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc' };

export function ShortcutsDialog({ open, onClose }: { open: boolean; onClose: () => void }) {
  const groups = useShortcutGroups((state) => state.groups);
  return (
    <Dialog
      open={open}
      onOpenChange={onClose}
      title="Keys on this page"
      description="Letters do nothing while you type in a box. They can be switched off in your account."
    >
      {[...groups].reverse().map((group) => (
        <section key={group.id} className="grid gap-1">
          <h3 className="text-meta text-muted">{group.title}</h3>
          <dl className="grid grid-cols-[7rem_1fr] gap-y-1.5">
            {group.shortcuts.map(({ keys, label }) => (
              <div key={keys} className="contents">
                <dt className="flex items-center gap-1">
                  {keys.split(' ').map((key) => (
                    <kbd key={key} className="mono min-w-6 rounded-picture border border-control px-1.5 text-center text-meta">
                      {SIGNS[key] ?? key}
                    </kbd>
                  ))}
                </dt>
                <dd>{label}</dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
      <p className="text-meta text-muted">Esc closes what is on top.</p>
    </Dialog>
  );
}
