import { useEffect } from 'react';
import { Link } from 'react-router-dom';
import { useCameras } from '../../queries/cameras';
import { Button } from '../../ui/button';
import { Page } from '../../ui/page';
import { Card } from '../../ui/surface';
import { useProbe } from '../useProbe';
import { CheckStep } from './CheckStep';
import { DoneStep } from './DoneStep';
import { type Step, useDraft } from './draft';
import { SourceStep } from './SourceStep';
import { UseStep } from './UseStep';

const STEPS: { step: Step; label: string }[] = [
  { step: 'source', label: 'Source' },
  { step: 'check', label: 'Check' },
  { step: 'use', label: 'Use' },
  { step: 'done', label: 'Done' },
];

export default function AddCameraPage() {
  const { form, step, goTo, change, another } = useDraft();
  const cameras = useCameras().data ?? [];
  const probe = useProbe();
  const at = STEPS.findIndex((entry) => entry.step === step);

  // A draft that was left while its source was checked has no result any more.
  const { state } = probe;
  useEffect(() => {
    if (step === 'check' && state === 'idle') goTo('source');
  }, [goTo, state, step]);
  // What was added is done with; the next visit begins anew.
  useEffect(
    () => () => {
      if (useDraft.getState().step === 'done') another(false);
    },
    [another],
  );

  const check = () => {
    probe.run(form);
    goTo('check');
  };
  return (
    <Page
      title="Add camera"
      actions={
        step !== 'done' && (
          <Button asChild variant="ghost">
            <Link to="/cameras">Cancel</Link>
          </Button>
        )
      }
    >
      <div className="grid max-w-3xl gap-4">
        <ol aria-label="Steps" className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
          {STEPS.map(({ step: name, label }, i) => (
            <li key={name} aria-current={i === at ? 'step' : undefined} className={i === at ? 'font-semibold text-text underline decoration-accent decoration-2 underline-offset-4' : ''}>
              <span className="figures">{i + 1}</span> {label}
              {i < at && <span className="sr-only"> (done)</span>}
            </li>
          ))}
        </ol>
        <Card>
          {step === 'source' && <SourceStep form={form} cameras={cameras} onChange={change} onCheck={check} onUse={() => goTo('use')} />}
          {step === 'check' && <CheckStep probe={probe} onBack={() => goTo('source')} onAgain={check} onUse={() => goTo('use')} />}
          {step === 'use' && <UseStep form={form} cameras={cameras} report={probe.report} onChange={change} onBack={() => goTo('source')} />}
          {step === 'done' && <DoneStep />}
        </Card>
      </div>
    </Page>
  );
}
