import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { Link, useLocation, useSearchParams } from 'react-router-dom';
import type { Camera, Track } from '../api/types';
import { displayName } from '../domain/camera';
import { beginOf, type DetectionFilter, filterFrom, narrowing, RANGE_WORDS, RANGES, toParams, tripOf } from '../domain/detections';
import { neighbour } from '../domain/layout';
import { useCameras } from '../queries/cameras';
import { useNewest, useTracks } from '../queries/records';
import { useShortcuts } from '../stores/shortcuts';
import { Button } from '../ui/button';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { ToggleGroup } from '../ui/toggle-group';
import { Filters } from './Filters';
import { Listing } from '../ui/Listing';
import { TrackCard } from './TrackCard';
import { useAsked } from './useAsked';

const RANGE_OPTIONS = RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }));

export default function DetectionsPage() {
  const [params, setParams] = useSearchParams();
  const filter = filterFrom(params);
  const cameras = useCameras().data ?? [];
  const change = (part: Partial<DetectionFilter>) => setParams(toParams({ ...filter, ...part }), { replace: true });
  return (
    <Page
      title="Detections"
      actions={<ToggleGroup label="Time range" value={filter.range} options={RANGE_OPTIONS} onChange={(range) => change({ range })} />}
    >
      <Filters filter={filter} cameras={cameras} onChange={change} />
      <Found key={params.toString()} filter={filter} cameras={cameras} />
    </Page>
  );
}

function Found({ filter, cameras }: { filter: DetectionFilter; cameras: Camera[] }) {
  const [wanted, askAgain] = useAsked((asked) => ({ cameras: filter.cameras, labels: filter.labels, from: beginOf(filter.range, asked), minScore: filter.minScore > 0 ? filter.minScore : undefined, subject: filter.subject ?? undefined }));
  const query = useTracks(wanted);
  const tracks = query.data?.pages.flatMap((page) => page.tracks) ?? [];
  const newest = useNewest(wanted, query.isSuccess);
  const known = new Set(tracks.map(({ id }) => id));
  const fresh = tracks.length === 0 ? (newest.data?.tracks.length ?? 0) : (newest.data?.tracks.filter(({ id }) => !known.has(id)).length ?? 0);
  return (
    <Listing
      what="the detections"
      one="detection"
      other="detections"
      found={tracks.length}
      query={query}
      beside={fresh > 0 && <Button onClick={() => askAgain()}>{fresh} new</Button>}
      empty={<Nothing filter={filter} cameras={cameras} />}
    >
      <Grid tracks={tracks} cameras={cameras} />
    </Listing>
  );
}

function Nothing({ filter, cameras }: { filter: DetectionFilter; cameras: Camera[] }) {
  const narrow = narrowing(filter);
  if (cameras.length > 0 && !cameras.some((camera) => camera.analysis.enabled)) {
    return (
      <Empty
        action={
          <Button asChild variant="primary">
            <Link to="/cameras">Go to Cameras</Link>
          </Button>
        }
      >
        No camera looks for objects yet. Switch “Detect objects” on in the settings of a camera.
      </Empty>
    );
  }
  return <Empty>{narrow.length > 0 ? `Nothing was seen. Take away ${narrow.join(' or ')} to find more.` : 'Nothing was seen yet.'}</Empty>;
}

function Grid({ tracks, cameras }: { tracks: Track[]; cameras: Camera[] }) {
  const list = useRef<HTMLUListElement>(null);
  const [focused, setFocused] = useState(0);
  const current = Math.min(focused, tracks.length - 1);
  const names = useMemo(() => new Map(cameras.map((camera) => [camera.id, displayName(camera)])), [cameras]);
  const focus = (index: number) => {
    setFocused(index);
    list.current?.querySelectorAll<HTMLElement>('[data-track]')[index]?.focus();
  };
  const { pathname, search } = useLocation();
  const trip = useMemo(() => tripOf(tracks.map(({ id }) => id), pathname + search), [tracks, pathname, search]);
  const columns = () => {
    const element = list.current;
    return element === null ? 1 : Math.max(1, getComputedStyle(element).gridTemplateColumns.split(' ').length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (!['ArrowRight', 'ArrowLeft', 'ArrowUp', 'ArrowDown', 'Home', 'End'].includes(event.key)) return;
    if (!(event.target instanceof HTMLElement) || !event.target.hasAttribute('data-track')) return;
    event.preventDefault();
    focus(neighbour(current, event.key, columns(), tracks.length));
  };
  useShortcuts('Detections', [
    { keys: '←→↑↓', label: 'From picture to picture' },
    { keys: 'Enter', label: 'Open the detection' },
  ]);
  useEffect(() => setFocused((before) => Math.min(before, Math.max(0, tracks.length - 1))), [tracks.length]);
  return (
    <ul ref={list} aria-label="Detections" className="grid grid-cols-[repeat(auto-fill,minmax(148px,1fr))] gap-2" onKeyDown={onKeyDown}>
      {tracks.map((track, i) => (
        <TrackCard key={track.id} track={track} camera={names.get(track.camera_id) ?? track.camera_id} trip={trip} tabbable={i === current} onFocus={() => setFocused(i)} />
      ))}
    </ul>
  );
}
