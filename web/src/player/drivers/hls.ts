import type Hls from 'hls.js';
import { authorization, renewSignIn } from '../../api/live';
import { type Driver, release, start, watchFrames } from './driver';

// LL-HLS by hls.js, which is loaded when it is needed first.

export const hls: Driver = (video, path, { onFrame, onFailed }) => {
  let over = false;
  let player: Hls | null = null;
  const fail = (reason: string) => {
    if (over) return;
    over = true;
    onFailed(reason);
  };
  const stopFrames = watchFrames(video, () => {
    const date = player?.playingDate ?? null;
    if (!over) onFrame(date === null ? null : date.getTime() / 1000);
  });
  const begin = async () => {
    const { default: Player } = await import('hls.js/light');
    if (over) return;
    if (!Player.isSupported()) return fail('this browser has no Media Source Extensions');
    player = new Player({
      lowLatencyMode: true,
      backBufferLength: 10,
      maxLiveSyncPlaybackRate: 1.3,
      liveSyncMode: 'edge',
      xhrSetup: (request) => {
        const bearer = authorization();
        if (bearer !== null) request.setRequestHeader('Authorization', bearer);
      },
    });
    player.on(Player.Events.ERROR, (_, error) => {
      if (error.response?.code === 401) {
        void renewSignIn().then((fine) => (fine ? player?.startLoad() : fail('your session ended')));
      } else if (error.fatal) {
        const status = error.response?.code ?? 0;
        fail(status >= 400 ? `the server answers ${status}` : error.details);
      }
    });
    player.on(Player.Events.MANIFEST_PARSED, () => start(video));
    player.loadSource(path);
    player.attachMedia(video);
  };
  begin().catch(() => fail("the player couldn't be loaded"));
  return () => {
    over = true;
    stopFrames();
    player?.destroy();
    release(video);
  };
};
