import { Check, Circle, LoaderCircle, Minus, X } from 'lucide-react';
import { useEffect, useState } from 'react';
import type { ProbeReport } from '../api/types';
import { plural } from '../domain/format';
import { rateText, shownSteps, snapshotUrl, type StepState, trackText } from '../domain/probe';
import { reasonText } from '../domain/reasons';
import { Alert } from '../ui/surface';

const SIGNS: Record<StepState, { icon: typeof Check; colour: string; word: string }> = {
  waiting: { icon: Circle, colour: 'text-faint', word: 'waiting' },
  running: { icon: LoaderCircle, colour: 'text-info animate-spin', word: 'checking' },
  ok: { icon: Check, colour: 'text-ok', word: 'done' },
  failed: { icon: X, colour: 'text-danger', word: 'failed' },
  skipped: { icon: Minus, colour: 'text-faint', word: 'not reached' },
};

// The checklist of a source: while it is checked, and what came of it. `report` null: under way.
export function ProbeView({ report }: { report: ProbeReport | null }) {
  const snapshot = report === null ? null : snapshotUrl(report.snapshot);
  const reason = report === null || report.ok ? null : reasonText(report.reason);
  return (
    <div className="grid gap-4">
      <div className="grid gap-4 md:grid-cols-2">
        <ol aria-label="Steps of the check" className="grid content-start gap-2">
          {shownSteps(report?.steps ?? null, report?.detail).map((step) => {
            const { icon: Icon, colour, word } = SIGNS[step.state];
            return (
              <li key={step.name} className="flex items-start gap-2">
                <Icon aria-hidden="true" className={`mt-px size-5 shrink-0 ${colour}`} />
                <span>
                  {step.label}
                  <span className="sr-only">: {word}</span>
                  {step.detail !== '' && <span className="figures block text-meta text-muted">{step.detail}</span>}
                </span>
              </li>
            );
          })}
        </ol>
        <div className="grid aspect-video place-items-center overflow-hidden rounded-picture bg-well">
          {snapshot !== null ? (
            <img src={snapshot} alt="First picture of the camera" className="size-full object-contain" />
          ) : (
            <p className="p-4 text-center text-muted">{report === null ? <Waiting /> : 'No picture'}</p>
          )}
        </div>
      </div>
      <div role="status">
        {report !== null && reason !== null && (
          <Alert tone="danger" title={sentence(reason.short)}>
            <p>{reason.text}</p>
            {report.detail !== '' && <p className="text-meta text-muted">{report.detail}</p>}
          </Alert>
        )}
        {report?.ok === true && (
          <Alert tone="ok" title="The camera works.">
            <ul>
              {report.tracks.map((track, i) => (
                <li key={i}>{trackText(track)}</li>
              ))}
              {rateText(report.bits_per_second) !== '' && <li>{rateText(report.bits_per_second)}</li>}
              {report.transport === 'udp' && <li>Over UDP</li>}
            </ul>
          </Alert>
        )}
      </div>
      {(report?.advice.length ?? 0) > 0 && (
        <Alert tone="warn" title="Could be better">
          <ul>
            {report?.advice.map((advice) => (
              <li key={advice}>{advice}</li>
            ))}
          </ul>
        </Alert>
      )}
    </div>
  );
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function Waiting() {
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds((before) => before + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  return <span className="figures">Looking at the camera{seconds > 0 && `, ${plural(seconds, 'second', 'seconds')}`}</span>;
}
