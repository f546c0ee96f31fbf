import { codec, duration, fps, size } from './format';

// What a file's video is, in words. Pure.

export interface VideoLike {
  codec: string;
  width: number;
  height: number;
  fps?: number;
  duration_ms?: number;
  bits: number;
  interlaced: boolean;
  rotation: number;
  audio?: { codec: string; sample_rate: number; channels: number };
}

// "1 min 32 s, H.264, 1920×1080"
export function videoText(video: VideoLike | null): string {
  if (video === null) return '';
  const parts = [video.duration_ms === undefined ? '' : duration(video.duration_ms / 1000), codec(video.codec), size(video.width, video.height)];
  return parts.filter((part) => part !== '').join(', ');
}

export function pictureText(video: VideoLike): string {
  const parts = [
    codec(video.codec),
    size(video.width, video.height),
    video.fps === undefined ? '' : fps(video.fps),
    video.bits > 8 ? `${video.bits} bits` : '',
    video.interlaced ? 'interlaced' : '',
    video.rotation === 0 ? '' : `turned by ${video.rotation}°`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}

export function soundText(video: VideoLike): string {
  if (video.audio === undefined) return 'None';
  const { audio } = video;
  const channels = audio.channels === 1 ? 'mono' : audio.channels === 2 ? 'stereo' : `${audio.channels} channels`;
  return [codec(audio.codec), audio.sample_rate > 0 ? `${audio.sample_rate / 1000} kHz` : '', audio.channels > 0 ? channels : ''].filter((part) => part !== '').join(', ');
}
