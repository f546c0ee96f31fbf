import { beginOf } from '../domain/detections';
import { momentAddress, videoTime } from '../domain/findings';
import { hasLetters, MOST_EDITS, type PlateFilter, plateNarrowing } from '../domain/plates';
import { useFoundPlates } from '../queries/records';
import { Listing } from '../ui/Listing';
import { Empty } from '../ui/surface';
import { PLATE_CELL, PlateRow, PlateTable } from './PlateTable';
import { useAsked } from './useAsked';

const COLUMNS = ['Plate', 'Confidence', 'File', 'In the video', 'Handed in'];

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
      {plates.length > 0 && (
        <PlateTable caption="Number plates in uploads, those that came last first" columns={COLUMNS}>
          {plates.map((plate) => (
            <PlateRow key={`${plate.job_id}/${plate.track}`} plate={plate} to={momentAddress(plate.asset_id, plate.time_ms)} time={plate.handed_in}>
              <td className={`${PLATE_CELL} max-w-60 truncate max-sm:row-start-2 max-sm:text-muted`}>{plate.asset_name === '' ? 'without a name' : plate.asset_name}</td>
              <td className={`${PLATE_CELL} figures whitespace-nowrap`}>
                <span className="sr-only sm:hidden">In the video at </span>
                {videoTime(plate.time_ms)}
              </td>
            </PlateRow>
          ))}
        </PlateTable>
      )}
    </Listing>
  );
}
