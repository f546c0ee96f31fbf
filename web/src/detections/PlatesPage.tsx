import { Search } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { Camera } from '../api/types';
import { beginOf, RANGE_WORDS, RANGES } from '../domain/detections';
import { hasLetters, type Match, MATCH_WORDS, MATCHES, MOST_EDITS, PLACE_WORDS, PLACES, type PlateFilter, plateFilterFrom, plateNarrowing, plateParams } from '../domain/plates';
import { useCameras } from '../queries/cameras';
import { usePlates } from '../queries/records';
import { isAdministrator, useSession } from '../stores/session';
import { Button } from '../ui/button';
import { Field, Input, Select } from '../ui/field';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { ToggleGroup } from '../ui/toggle-group';
import { CameraField, cameraChips, Chips, nameOf } from './CameraField';
import { Listing } from '../ui/Listing';
import { PlateListsDialog } from './PlateListsDialog';
import { PlatePicture } from './PlatePicture';
import { PLATE_CELL, PlateRow, PlateTable } from './PlateTable';
import { FoundInUploads } from './UploadPlates';
import { useAsked } from './useAsked';

const PLACE_OPTIONS = PLACES.map((value) => ({ value, label: PLACE_WORDS[value] }));
const RANGE_OPTIONS = RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }));

const COLUMNS = ['Plate', 'Confidence', 'Camera', 'Time'];

export default function PlatesPage() {
  const [params, setParams] = useSearchParams();
  const filter = plateFilterFrom(params);
  const cameras = useCameras().data ?? [];
  const change = (part: Partial<PlateFilter>) => setParams((before) => plateParams({ ...plateFilterFrom(before), ...part }), { replace: true });
  const administrator = useSession((state) => isAdministrator(state.user));
  const [lists, setLists] = useState(false);
  return (
    <Page
      title="Plates"
      actions={
        <>
          <ToggleGroup label="Where" value={filter.place} options={PLACE_OPTIONS} onChange={(place) => change({ place })} />
          <ToggleGroup label="Time range" value={filter.range} options={RANGE_OPTIONS} onChange={(range) => change({ range })} />
          {administrator && <Button onClick={() => setLists(true)}>Lists and formats</Button>}
        </>
      }
    >
      <PlateListsDialog open={lists} onClose={() => setLists(false)} />
      <div role="search" className="grid gap-2 pb-3">
        <div className="grid items-end gap-2 sm:grid-cols-3">
          <TextField filter={filter} find={params.get('find') !== null} onChange={(text) => change({ text })} />
          <Field label="Search">
            {(control) => (
              <Select {...control} value={filter.match} onChange={(e) => change({ match: e.target.value as Match })}>
                {MATCHES.map((match) => (
                  <option key={match} value={match}>
                    {match === 'fuzzy' ? `${MATCH_WORDS[match]}, up to ${MOST_EDITS} letters off` : MATCH_WORDS[match]}
                  </option>
                ))}
              </Select>
            )}
          </Field>
          {filter.place === 'cameras' && <CameraField cameras={cameras} chosen={filter.cameras} onChange={(chosen) => change({ cameras: chosen })} />}
        </div>
        {filter.place === 'cameras' && <Chips chips={cameraChips(cameras, filter.cameras, (chosen) => change({ cameras: chosen }))} />}
      </div>
      {filter.place === 'cameras' ? (
        <Found key={plateParams(filter).toString()} filter={filter} cameras={cameras} />
      ) : (
        <FoundInUploads key={plateParams(filter).toString()} filter={filter} />
      )}
    </Page>
  );
}

// A question for each key stroke would be one too many.
const PAUSE_MS = 250;

function TextField({ filter, find, onChange }: { filter: PlateFilter; find: boolean; onChange: (text: string) => void }) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState(filter.text);
  const tell = useRef(onChange);
  tell.current = onChange;
  const told = filter.text;
  useEffect(() => setText(told), [told]);
  useEffect(() => {
    if (text === told) return undefined;
    const timer = setTimeout(() => tell.current(text), PAUSE_MS);
    return () => clearTimeout(timer);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- what the address says comes back through the effect above
  }, [text]);
  useEffect(() => {
    if (!find) return;
    input.current?.focus();
    tell.current(told);
    // eslint-disable-next-line react-hooks/exhaustive-deps -- once for each time that somebody asks for the box
  }, [find]);
  return (
    <Field label="Plate">
      {(control) => (
        <span className="relative block">
          <Search aria-hidden="true" className="pointer-events-none absolute top-1/2 left-2.5 size-5 -translate-y-1/2 text-muted" />
          <Input
            {...control}
            ref={input}
            type="search"
            className="mono pl-9 uppercase placeholder:normal-case"
            placeholder="All plates"
            autoCapitalize="characters"
            autoComplete="off"
            spellCheck={false}
            maxLength={32}
            value={text}
            onChange={(e) => setText(e.target.value)}
            onKeyDown={(e) => {
              if (e.key === 'Enter') onChange(text);
              if (e.key === 'Escape') onChange('');
            }}
          />
        </span>
      )}
    </Field>
  );
}

function Found({ filter, cameras }: { filter: PlateFilter; cameras: Camera[] }) {
  const [wanted] = useAsked((asked) => ({ text: hasLetters(filter.text) ? filter.text : '', match: filter.match, maxEdits: MOST_EDITS, cameras: filter.cameras, from: beginOf(filter.range, asked) }));
  const query = usePlates(wanted);
  const plates = query.data?.pages.flatMap((page) => page.plates) ?? [];
  return (
    <Listing what="the plates" one="plate" other="plates" found={plates.length} query={query} empty={<Nothing filter={filter} cameras={cameras} />}>
      {plates.length > 0 && (
        <PlateTable caption="Number plates, newest first" columns={COLUMNS}>
          {plates.map((plate) => (
            <PlateRow key={plate.id} plate={plate} to={`/detections/${encodeURIComponent(plate.track_id)}`} picture={<PlatePicture plate={plate} />} time={plate.time}>
              <td className={`${PLATE_CELL} max-sm:row-start-2 max-sm:text-muted`}>{nameOf(cameras, plate.camera_id)}</td>
            </PlateRow>
          ))}
        </PlateTable>
      )}
    </Listing>
  );
}

function Nothing({ filter, cameras }: { filter: PlateFilter; cameras: Camera[] }) {
  const narrow = plateNarrowing(filter);
  if (cameras.length > 0 && !cameras.some(({ analysis }) => analysis.enabled && analysis.plates)) {
    return (
      <Empty
        action={
          <Button asChild variant="primary">
            <Link to="/cameras">Go to Cameras</Link>
          </Button>
        }
      >
        No camera reads plates. Switch “Number plates” on in the settings of a camera.
      </Empty>
    );
  }
  return <Empty>{narrow.length > 0 ? `No plate fits. Take away ${narrow.join(' or ')} to find more.` : 'No plate was read yet.'}</Empty>;
}
