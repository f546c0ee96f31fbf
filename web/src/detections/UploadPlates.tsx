import { Link } from 'react-router-dom';
import type { FoundPlate } from '../api/types';
import { beginOf } from '../domain/detections';
import { momentAddress, videoTime } from '../domain/findings';
import { moment, percent } from '../domain/format';
import { hasLetters, MOST_EDITS, type PlateFilter, plateNarrowing } from '../domain/plates';
import { useFoundPlates } from '../queries/records';
import { useNow } from '../stores/clock';
import { Listing } from '../ui/Listing';
import { Empty } from '../ui/surface';
import { Listed } from './Listed';
import { useAsked } from './useAsked';

// Plates in videos that were handed in, each with the way to its moment.
export function FoundInUploads({ filter }: { filter: PlateFilter }) {
  const [wanted] = useAsked((asked) => ({ text: hasLetters(filter.text) ? filter.text : '', match: filter.match, maxEdits: MOST_EDITS, cameras: [], from: beginOf(filter.range, asked) }));
  const query = useFoundPlates(wanted);
  const plates = query.data?.pages.flatMap((page) => page.plates) ?? [];
  const narrow = plateNarrowing(filter);
  const nothing =
    narrow.length > 0
      ? `No plate in an upload fits. Take away ${narrow.join(' or ')} to find more.`
      : 'No plate was read in an upload yet. Plates are read where an analysis is asked for them.';
  return (
    <Listing what="the plates" one="plate" other="plates" found={plates.length} query={query} empty={<Empty>{nothing}</Empty>}>
      {plates.length > 0 && <Table plates={plates} />}
    </Listing>
  );
}

const COLUMNS = ['Plate', 'Confidence', 'File', 'In the video', 'Handed in'];

function Table({ plates }: { plates: FoundPlate[] }) {
  return (
    <table className="w-full border-collapse text-left max-sm:block">
      <caption className="sr-only">Number plates in uploads, those that came last first</caption>
      <thead className="text-meta text-muted max-sm:sr-only">
        <tr>
          {COLUMNS.map((label) => (
            <th key={label} scope="col" className="border-b border-border py-1 pr-3 font-medium">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="max-sm:grid max-sm:gap-2">
        {plates.map((plate) => (
          <Row key={`${plate.job_id}/${plate.track}`} plate={plate} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ plate }: { plate: FoundPlate }) {
  const now = useNow();
  const cell = 'border-b border-border py-2 pr-3 align-middle max-sm:block max-sm:border-0 max-sm:p-0';
  return (
    <tr className="hover:bg-hover max-sm:grid max-sm:grid-cols-[1fr_auto] max-sm:items-center max-sm:gap-x-3 max-sm:gap-y-1 max-sm:rounded-card max-sm:border max-sm:border-border max-sm:bg-surface max-sm:p-2">
      <th scope="row" className={`${cell} font-normal max-sm:col-span-2`}>
        <span className="grid">
          <Link
            to={momentAddress(plate.asset_id, plate.time_ms)}
            className="mono inline-flex min-h-6 items-center text-section font-semibold tracking-wide hover:underline coarse:min-h-11"
          >
            {plate.text}
          </Link>
          {plate.listed !== null && <Listed listed={plate.listed} />}
          {plate.region !== null && <span className="text-meta text-muted">{plate.region}</span>}
        </span>
      </th>
      <td className={`${cell} figures whitespace-nowrap`}>
        <span className="sr-only sm:hidden">Confidence </span>
        {percent(plate.confidence)}
      </td>
      <td className={`${cell} max-w-60 truncate max-sm:row-start-2 max-sm:text-muted`}>{plate.asset_name === '' ? 'without a name' : plate.asset_name}</td>
      <td className={`${cell} figures whitespace-nowrap`}>
        <span className="sr-only sm:hidden">In the video at </span>
        {videoTime(plate.time_ms)}
      </td>
      <td className={`${cell} figures whitespace-nowrap text-muted max-sm:col-span-2 max-sm:text-meta`}>
        <time dateTime={plate.handed_in}>{moment(plate.handed_in, now)}</time>
      </td>
    </tr>
  );
}
