import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';

// Real videos, made by Debian's ffmpeg.

export function film(folder: string, name: string, seconds = 3): string {
  const path = join(folder, name);
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=320x240:rate=10', '-t', String(seconds)];
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...source, '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10', path]);
  return path;
}

// Real pedestrians, for four seconds; undefined where the demo footage is not there (tools/footage.sh build/demo).
export function pedestrians(folder: string, name: string): string | undefined {
  const footage = resolve('../build/demo/vtest.avi');
  if (!existsSync(footage)) return undefined;
  const path = join(folder, name);
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', footage, '-frames:v', '40', '-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p', '-g', '10', path]);
  return path;
}

// A JPEG of 160 × 90.
export const PICTURE = new Uint8Array(
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=1', '-frames:v', '1', '-f', 'mjpeg', '-']),
);
