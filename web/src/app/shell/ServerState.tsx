import { Link } from 'react-router-dom';
import { isDown } from '../../domain/camera';
import { plural } from '../../domain/format';
import { useCameras } from '../../queries/cameras';
import { useNow } from '../../stores/clock';
import { useConnection } from '../../stores/connection';
import { cn } from '../../ui/cn';
import { StatusBadge } from '../../ui/status-badge';

// At the foot of the side bar: is the server there, and how many cameras are not.
export function ServerState({ wide }: { wide: boolean }) {
  const away = useConnection((state) => state.awaySince !== null);
  const cameras = useCameras().data;
  const now = useNow();
  const watched = cameras?.filter((camera) => camera.enabled) ?? [];
  const down = watched.filter((camera) => isDown(camera, now)).length;
  const rail = wide ? 'max-lg:px-0 max-lg:text-center max-lg:text-rail' : 'px-0 text-center text-rail';
  const badge = wide ? 'max-lg:flex-col max-lg:gap-0' : 'flex-col gap-0';
  if (away) return <p className={cn('px-3 py-2 text-meta', rail)}><StatusBadge tone="danger" word="Away" className={badge} /></p>;
  if (cameras === undefined || cameras.length === 0) return null;
  return (
    <Link to={down > 0 ? '/cameras?state=faults' : '/cameras'} className={cn('block rounded-card px-3 py-2 text-meta hover:bg-hover', rail)}>
      {down > 0 ? <StatusBadge tone="danger" word={`${down} down`} className={badge} /> : <StatusBadge tone="ok" word="All up" className={badge} />}
      <span className={cn('block text-muted', wide ? 'max-lg:sr-only' : 'sr-only')}>of {plural(watched.length, 'camera', 'cameras')}</span>
    </Link>
  );
}
