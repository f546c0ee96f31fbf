import { useEffect, useRef } from 'react';
import { displayName } from '../../domain/camera';
import { reasonText } from '../../domain/reasons';
import { useCameras } from '../../queries/cameras';
import { announce } from '../../stores/toasts';

// Tells screen readers which cameras came and went.
export function useCameraNews(): void {
  const cameras = useCameras().data;
  const before = useRef<Map<string, string> | null>(null);
  useEffect(() => {
    if (cameras === undefined) return;
    const states = new Map(cameras.map((camera) => [camera.id, camera.status.state]));
    for (const camera of before.current === null ? [] : cameras) {
      const was = before.current?.get(camera.id);
      const { state, reason } = camera.status;
      if (was === undefined || was === state) continue;
      if (state === 'connected') announce(`${displayName(camera)} is live`);
      else if (was === 'connected' && state === 'reconnecting') announce(`${displayName(camera)} gives no picture: ${reasonText(reason).short}`);
    }
    before.current = states;
  }, [cameras]);
}
