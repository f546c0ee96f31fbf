import { useRef } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import type { Camera, Scene } from '../api/types';
import { beginOf, RANGE_WORDS, RANGES, type SceneFilter, sceneFilterFrom, sceneParams } from '../domain/detections';
import { moment, percent } from '../domain/format';
import { useCameras } from '../queries/cameras';
import { useKeyFrame, useScenes } from '../queries/records';
import { useNow } from '../stores/clock';
import { Button } from '../ui/button';
import { Page } from '../ui/page';
import { Empty } from '../ui/surface';
import { ToggleGroup } from '../ui/toggle-group';
import { CameraField, cameraChips, Chips, nameOf } from './CameraField';
import { Listing } from '../ui/Listing';
import { useBlobUrl, useNear } from '../ui/useNear';
import { useAsked } from './useAsked';

const RANGE_OPTIONS = RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }));

// What cameras showed as a whole, in words.
export default function ScenesPage() {
  const [params, setParams] = useSearchParams();
  const filter = sceneFilterFrom(params);
  const cameras = useCameras().data ?? [];
  const change = (part: Partial<SceneFilter>) => setParams((before) => sceneParams({ ...sceneFilterFrom(before), ...part }), { replace: true });
  return (
    <Page
      title="Scenes"
      lead="What cameras showed as a whole, in words."
      actions={<ToggleGroup label="Time range" value={filter.range} options={RANGE_OPTIONS} onChange={(range) => change({ range })} />}
    >
      <div className="grid gap-2 pb-3">
        <div className="sm:max-w-80">
          <CameraField cameras={cameras} chosen={filter.cameras} onChange={(chosen) => change({ cameras: chosen })} />
        </div>
        <Chips chips={cameraChips(cameras, filter.cameras, (chosen) => change({ cameras: chosen }))} />
      </div>
      <Found key={sceneParams(filter).toString()} filter={filter} cameras={cameras} />
    </Page>
  );
}

function Found({ filter, cameras }: { filter: SceneFilter; cameras: Camera[] }) {
  const [wanted] = useAsked((asked) => ({ cameras: filter.cameras, from: beginOf(filter.range, asked) }));
  const query = useScenes(wanted);
  const scenes = query.data?.pages.flatMap((page) => page.scenes) ?? [];
  return (
    <Listing what="the scenes" one="scene" other="scenes" found={scenes.length} query={query} empty={<Nothing filter={filter} cameras={cameras} />}>
      <ul aria-label="Scenes" className="grid grid-cols-[repeat(auto-fill,minmax(240px,1fr))] gap-2">
        {scenes.map((scene) => (
          <SceneCard key={scene.id} scene={scene} camera={nameOf(cameras, scene.camera_id)} />
        ))}
      </ul>
    </Listing>
  );
}

function Nothing({ filter, cameras }: { filter: SceneFilter; cameras: Camera[] }) {
  if (cameras.length > 0 && !cameras.some(({ analysis }) => analysis.enabled && analysis.scene)) {
    return (
      <Empty
        action={
          <Button asChild variant="primary">
            <Link to="/cameras">Go to Cameras</Link>
          </Button>
        }
      >
        No camera describes what it shows. Switch it on in the settings of a camera.
      </Empty>
    );
  }
  const narrow = [...(filter.cameras.length > 0 ? ['the cameras'] : []), ...(filter.range !== 'all' ? ['the time range'] : [])];
  return <Empty>{narrow.length > 0 ? `No scene fits. Take away ${narrow.join(' or ')} to find more.` : 'Nothing was described yet.'}</Empty>;
}

function SceneCard({ scene, camera }: { scene: Scene; camera: string }) {
  const box = useRef<HTMLLIElement>(null);
  const now = useNow();
  const picture = useKeyFrame(scene.key_frame_id, 480, useNear(box));
  const url = useBlobUrl(picture.data);
  const none = scene.key_frame_id === null || picture.isError;
  return (
    <li ref={box} className="grid min-w-0 content-start gap-1 rounded-card border border-border bg-surface p-1.5">
      <span className="grid aspect-video w-full place-items-center overflow-hidden rounded-picture bg-well">
        {none && <span className="text-meta text-muted">No picture was kept</span>}
        {url !== null && !none && <img src={url} alt="" decoding="async" className="size-full object-contain" />}
      </span>
      <span className="flex flex-wrap items-baseline justify-between gap-x-2">
        <span className="font-medium">{scene.type}</span>
        <span className="figures text-meta text-muted">{percent(scene.confidence)}</span>
      </span>
      <p>{scene.description}</p>
      <span className="flex flex-wrap justify-between gap-x-2 text-meta text-muted">
        <span>{camera}</span>
        {scene.model !== '' && <span>by {scene.model}</span>}
        <time className="figures" dateTime={scene.time}>
          {moment(scene.time, now)}
        </time>
      </span>
    </li>
  );
}
