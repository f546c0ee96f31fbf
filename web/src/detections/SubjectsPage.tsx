import { useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { Camera, Subject } from '../api/types';
import { beginOf, probable, RANGE_WORDS, RANGES, type SubjectFilter, subjectFilterFrom, subjectName, subjectParams } from '../domain/detections';
import { moment, plural } from '../domain/format';
import { useCameras } from '../queries/cameras';
import { useSubjectFace, useSubjects } from '../queries/records';
import { useNow } from '../stores/clock';
import { Button } from '../ui/button';
import { Field, Input } from '../ui/field';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { ToggleGroup } from '../ui/toggle-group';
import { Chips } from './CameraField';
import { KeptPicture } from './KeptPicture';
import { Listing } from '../ui/Listing';
import { Comma } from './TrackCard';
import { useNear } from '../ui/useNear';
import { useAsked } from './useAsked';

const RANGE_OPTIONS = RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }));

// Who and what was seen more than once: guesses by looks, and said so.
export default function SubjectsPage() {
  const [params, setParams] = useSearchParams();
  const filter = subjectFilterFrom(params);
  const [label, setLabel] = useState('');
  const cameras = useCameras().data ?? [];
  const change = (part: Partial<SubjectFilter>) => setParams(subjectParams({ ...filter, ...part }), { replace: true });
  return (
    <Page
      title="Subjects"
      lead="Detections that probably show the same one. A likeness, never a certainty."
      actions={<ToggleGroup label="Time range" value={filter.range} options={RANGE_OPTIONS} onChange={(range) => change({ range })} />}
    >
      <div className="grid gap-2 pb-3">
        <form
          className="sm:max-w-80"
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = label.trim();
            if (wanted !== '' && !filter.labels.includes(wanted)) change({ labels: [...filter.labels, wanted] });
            setLabel('');
          }}
        >
          <Field label="Label">{(control) => <Input {...control} placeholder="Everything" autoCapitalize="none" maxLength={64} value={label} onChange={(e) => setLabel(e.target.value)} />}</Field>
        </form>
        <Chips chips={filter.labels.map((each) => ({ key: each, text: each, onRemove: () => change({ labels: filter.labels.filter((other) => other !== each) }) }))} />
      </div>
      <Found key={params.toString()} filter={filter} cameras={cameras} />
    </Page>
  );
}

function Found({ filter, cameras }: { filter: SubjectFilter; cameras: Camera[] }) {
  const [wanted] = useAsked((asked) => ({ labels: filter.labels, from: beginOf(filter.range, asked) }));
  const query = useSubjects(wanted);
  const subjects = query.data?.pages.flatMap((page) => page.subjects) ?? [];
  return (
    <Listing what="the subjects" one="subject" other="subjects" found={subjects.length} query={query} empty={<Nothing filter={filter} cameras={cameras} />}>
      <ul aria-label="Subjects" className="grid grid-cols-[repeat(auto-fill,minmax(148px,1fr))] gap-2">
        {subjects.map((subject) => (
          <SubjectCard key={subject.id} subject={subject} />
        ))}
      </ul>
    </Listing>
  );
}

function Nothing({ filter, cameras }: { filter: SubjectFilter; cameras: Camera[] }) {
  if (cameras.length > 0 && !cameras.some(({ analysis }) => analysis.enabled && analysis.appearance)) {
    return (
      <Empty
        action={
          <Button asChild variant="primary">
            <Link to="/cameras">Go to Cameras</Link>
          </Button>
        }
      >
        No camera recognises people again. Switch “Recognise people again” on in the settings of a camera.
      </Empty>
    );
  }
  const narrow = [...(filter.labels.length > 0 ? ['the label'] : []), ...(filter.range !== 'all' ? ['the time range'] : [])];
  return <Empty>{narrow.length > 0 ? `No subject fits. Take away ${narrow.join(' or ')} to find more.` : 'Nobody was recognised again yet.'}</Empty>;
}

function SubjectCard({ subject }: { subject: Subject }) {
  const box = useRef<HTMLLIElement>(null);
  const now = useNow();
  const face = useSubjectFace(subject.id, useNear(box)).data;
  return (
    <li ref={box} className="min-w-0">
      <Link
        to={`/subjects/${subject.id}`}
        className="grid gap-1 rounded-card border border-border bg-surface p-1.5 hover:bg-hover"
      >
        <span aria-hidden="true" className="block aspect-square w-full overflow-hidden rounded-picture bg-well">
          {face !== null && face !== undefined && <KeptPicture track={face} crop width={320} className="size-full" />}
        </span>
        <span className="truncate font-medium">
          {subject.label} {subjectName(subject.id)}
        </span>
        <Comma />
        <span className="figures truncate text-meta text-muted">{probable(subject.similarity)}</span>
        <Comma />
        <span className="figures flex flex-wrap justify-between gap-x-2 text-meta text-muted">
          <span>{plural(subject.track_count, 'sighting', 'sightings')}</span>
          <Comma />
          <time dateTime={subject.last_seen}>{moment(subject.last_seen, now)}</time>
        </span>
      </Link>
    </li>
  );
}
