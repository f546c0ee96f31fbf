import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTab } from './browser';
import { freePort, Vigil } from './vigil';

// Debian's Chromium decodes what becomes of a camera's sound: AAC as Opus by WebRTC, FLAC by MSE.

const PICTURE = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '15', '-pix_fmt', 'yuv420p'];
const folder = mkdtempSync(join(tmpdir(), 'vigil-sound-'));
const film = join(folder, 'film.mkv');

let browser: Browser;
let vigil: Vigil;
let encoder: ChildProcess;

beforeAll(async () => {
  execFileSync('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=15:d=8', '-f', 'lavfi', '-i', 'sine=frequency=660:r=48000:d=8', ...PICTURE, '-c:a', 'flac', film]);
  const port = await freePort();
  vigil = await Vigil.start('none', undefined, ['--ingest-rtmp-listen', `127.0.0.1:${port}`]);
  await vigil.own([
    { id: 'film', source_type: 'file', source_url: `file://${film}`, loop: true },
    { id: 'stage', source_type: 'rtmp_push' },
  ]);
  const { stream_key: key } = (await vigil.api('POST', '/api/cameras/stage/stream-key')) as { stream_key: string };
  encoder = spawn('ffmpeg', ['-v', 'error', '-re', '-f', 'lavfi', '-i', 'testsrc2=s=320x240:r=15', '-f', 'lavfi', '-i', 'sine=frequency=660:r=44100', ...PICTURE, '-c:a', 'aac', '-f', 'flv', `rtmp://127.0.0.1:${port}/live/${key}`], { stdio: 'ignore' });
  for (const camera of ['film', 'stage']) {
    const sound = async () => ((await vigil.api('GET', `/api/cameras/${camera}/live`)) as { streams: { sound: string }[] }).streams[0]?.sound;
    const until = Date.now() + 40_000;
    while ((await sound()) === '') {
      if (Date.now() > until) throw new Error(`no sound of ${camera} came`);
      await new Promise((done) => setTimeout(done, 200));
    }
  }
  // Heard by nobody, but played as if somebody listened.
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu', '--autoplay-policy=no-user-gesture-required'] });
});

afterAll(async () => {
  await browser?.close();
  encoder?.kill('SIGKILL');
  await vigil?.stop();
  rmSync(folder, { recursive: true, force: true });
});

test('AAC comes as Opus by WebRTC and is the tone that was sent', async () => {
  const { context, page } = await openTab(browser, vigil.url);
  await page.goto('/');
  const heard = await page.evaluate(async () => {
    const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const video = document.createElement('video');
    const media = new MediaStream();
    video.srcObject = media;
    connection.ontrack = ({ track }) => media.addTrack(track);
    connection.addTransceiver('video', { direction: 'recvonly' });
    connection.addTransceiver('audio', { direction: 'recvonly' });
    await connection.setLocalDescription(await connection.createOffer());
    const answer = await fetch('/api/cameras/stage/whep', { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: connection.localDescription?.sdp ?? '' });
    if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
    await connection.setRemoteDescription({ type: 'answer', sdp: await answer.text() });
    void video.play();
    const of = async (kind: string) => {
      const stats = [...(await connection.getStats()).values()] as Record<string, unknown>[];
      const inbound = stats.find((one) => one.type === 'inbound-rtp' && one.kind === kind) ?? {};
      return { ...inbound, mime: String(stats.find(({ id }) => id === inbound.codecId)?.mimeType) } as Record<string, number> & { mime: string };
    };
    const until = Date.now() + 40_000;
    while (Number((await of('audio')).totalSamplesReceived ?? 0) < 96_000 && Date.now() < until) await new Promise((done) => setTimeout(done, 100));
    const sound = new AudioContext({ sampleRate: 48_000 });
    const analyser = sound.createAnalyser();
    analyser.fftSize = 8192;
    sound.createMediaStreamSource(media).connect(analyser);
    const levels = new Float32Array(analyser.frequencyBinCount);
    const loudest = () => {
      analyser.getFloatFrequencyData(levels);
      const at = levels.indexOf(Math.max(...levels));
      return { frequency: (at * 48_000) / analyser.fftSize, level: levels[at] ?? -Infinity };
    };
    while (loudest().level < -60 && Date.now() < until) await new Promise((done) => setTimeout(done, 100));
    const before = await of('audio');
    await new Promise((done) => setTimeout(done, 3000));
    const after = await of('audio');
    const picture = await of('video');
    const out = {
      mime: after.mime,
      packets: after.packetsReceived,
      samples: (after.totalSamplesReceived ?? 0) - (before.totalSamplesReceived ?? 0),
      concealed: (after.concealedSamples ?? 0) - (before.concealedSamples ?? 0),
      energy: after.totalAudioEnergy,
      frames: picture.framesDecoded,
      ...loudest(),
    };
    connection.close();
    return out;
  });
  console.log(JSON.stringify(heard));
  expect(heard.mime).toBe('audio/opus');
  expect(heard.packets).toBeGreaterThan(50);
  expect(heard.samples).toBeGreaterThan(48_000);
  expect(heard.energy).toBeGreaterThan(0);
  expect(Math.abs(heard.frequency - 660)).toBeLessThan(15);
  expect(heard.frames).toBeGreaterThan(15);
  await context.close();
});

test('FLAC is played by MSE', async () => {
  const { context, page } = await openTab(browser, vigil.url);
  await page.goto('/');
  const played = await page.evaluate(async () => {
    const video = document.createElement('video');
    const source = new MediaSource();
    video.src = URL.createObjectURL(source);
    await new Promise((done) => source.addEventListener('sourceopen', done, { once: true }));
    const socket = new WebSocket(`${location.origin.replace('http', 'ws')}/api/cameras/film/mse`, ['vigil.v1']);
    socket.binaryType = 'arraybuffer';
    const waiting: ArrayBuffer[] = [];
    let buffer: SourceBuffer | undefined;
    let mime = '';
    const feed = () => {
      const next = buffer?.updating === false ? waiting.shift() : undefined;
      if (next !== undefined) buffer?.appendBuffer(next);
    };
    socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
      if (typeof data !== 'string') {
        waiting.push(data);
        return feed();
      }
      const told = JSON.parse(data) as { type: string; mime: string };
      if (told.type !== 'init' || buffer !== undefined) return;
      mime = told.mime;
      buffer = source.addSourceBuffer(mime);
      buffer.onupdateend = feed;
    };
    const until = Date.now() + 40_000;
    const bytes = () => (video as HTMLVideoElement & { webkitAudioDecodedByteCount: number }).webkitAudioDecodedByteCount;
    let started = false;
    while (Date.now() < until && !(started && bytes() > 0 && video.currentTime - video.buffered.start(0) > 1)) {
      if (!started && video.buffered.length > 0) {
        video.currentTime = video.buffered.start(0);
        void video.play();
        started = true;
      }
      await new Promise((done) => setTimeout(done, 100));
    }
    socket.close();
    return { mime, bytes: bytes(), moved: video.buffered.length > 0 ? video.currentTime - video.buffered.start(0) : 0, error: video.error?.message ?? '' };
  });
  console.log(JSON.stringify(played));
  expect(played.mime).toMatch(/^video\/mp4; codecs="avc1\.[0-9a-f]{6},flac"$/);
  expect(played.error).toBe('');
  expect(played.moved).toBeGreaterThan(1);
  expect(played.bytes).toBeGreaterThan(1000);
  await context.close();
});
