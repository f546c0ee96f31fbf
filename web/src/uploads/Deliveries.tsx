import { failureOf } from '../api/result';
import type { Delivery, Webhook } from '../api/types';
import { moment, plural } from '../domain/format';
import { useJobWebhooks, useReplayWebhook } from '../queries/uploads';
import { useNow } from '../stores/clock';
import { Button } from '../ui/button';
import { FailureAlert } from '../ui/FailureAlert';

const STATES: Record<Delivery['state'], string> = {
  delivered: 'delivered',
  failed: 'not taken, tried again later',
  given_up: 'given up',
  waiting: 'to be sent again',
};

// Who was told of a job, and how that went. Nothing where nobody is to be told.
export function Deliveries({ job }: { job: string }) {
  const webhooks = useJobWebhooks(job);
  if (webhooks.error !== null)
    return <FailureAlert what="Couldn't load who was told." failure={failureOf(webhooks.error)} onRetry={() => void webhooks.refetch()} />;
  return (webhooks.data ?? []).map((webhook) => <Told key={webhook.id} job={job} webhook={webhook} />);
}

function Told({ job, webhook }: { job: string; webhook: Webhook }) {
  const now = useNow();
  const replay = useReplayWebhook(job);
  // While it is being told something, also where that is tried again later, nothing can come in between.
  const busy = webhook.next_at !== null;
  return (
    <section aria-label={`Told to ${webhook.host}`} className="grid gap-1 text-meta">
      <h3 className="font-medium">
        Told to {webhook.host}
        {webhook.given_up && <span className="text-danger"> – given up</span>}
      </h3>
      {busy && webhook.last_error !== null && (
        <p className="text-warn">
          {webhook.last_error}; again at {moment(webhook.next_at, now)}
        </p>
      )}
      {webhook.deliveries.length === 0 && <p className="text-muted">Nothing yet.</p>}
      <ol aria-label={`Deliveries to ${webhook.host}`} className="grid gap-0.5">
        {webhook.deliveries.map((one) => (
          <li key={one.sequence} className="flex flex-wrap items-center gap-x-3">
            <time className="figures text-muted" dateTime={one.at}>
              {moment(one.at, now)}
            </time>
            <span>{one.type}</span>
            <span className={one.state === 'given_up' ? 'text-danger' : 'text-muted'}>
              {[STATES[one.state], plural(one.tries, 'try', 'tries'), one.answer ?? ''].filter((part) => part !== '').join(', ')}
            </span>
            <Button
              size="small"
              variant="ghost"
              className="ml-auto"
              disabled={busy}
              busy={replay.isPending && replay.variables.from === one.sequence}
              aria-label={`Send again: ${one.type}`}
              title="This one and what followed, in order"
              onClick={() => replay.mutate({ webhook: webhook.id, from: one.sequence })}
            >
              Send again
            </Button>
          </li>
        ))}
      </ol>
      {replay.error !== null && <FailureAlert what="That did not work." failure={failureOf(replay.error)} />}
    </section>
  );
}
