import { createSocket, type Socket } from 'node:dgram';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { launch, openTab } from './browser';
import { Simulator, Vigil } from './vigil';

// Debian's Chromium watches by WebRTC, without the page's player: what counts is that an independent implementation
// takes our answer, our packets and our retransmissions.

let browser: Browser;
let simulator: Simulator;
let vigil: Vigil;

beforeAll(async () => {
  simulator = await Simulator.start(1);
  vigil = await Vigil.start('none');
  await vigil.add('one', 'One', simulator.address(1));
  const state = async () => ((await vigil.api('GET', '/api/cameras/one/status')) as { state: string }).state;
  while ((await state()) !== 'connected') await new Promise((done) => setTimeout(done, 100));
  browser = await launch();
});

afterAll(async () => {
  await browser?.close();
  await Promise.all([vigil?.stop(), simulator?.stop()]);
});

interface Watched {
  state: string;
  firstFrameMs: number;
  frames: number;
  moved: number;
  codecs: string[];
  session: string;
  srtp: string;
  freezes: number;
  delayMs: number | null;
  width: number;
  serverPort: number;
}

// Watches for a while in the page; `port`: where to send instead of the server's port.
const watch = (page: Page, seconds: number, port: number | null = null): Promise<Watched> =>
  page.evaluate(
    async ([length, other]) => {
      const began = performance.now();
      const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
      const video = document.createElement('video');
      video.muted = true;
      const media = new MediaStream();
      video.srcObject = media;
      connection.ontrack = ({ track }) => media.addTrack(track);
      connection.addTransceiver('video', { direction: 'recvonly' });
      connection.addTransceiver('audio', { direction: 'recvonly' });
      await connection.setLocalDescription(await connection.createOffer());
      const answer = await fetch('/api/cameras/one/whep', { method: 'POST', headers: { 'content-type': 'application/sdp' }, body: connection.localDescription?.sdp ?? '' });
      if (answer.status !== 201) throw new Error(`${answer.status} ${await answer.text()}`);
      const session = answer.headers.get('location') ?? '';
      let sdp = await answer.text();
      const serverPort = Number(/ udp \d+ \S+ (\d+) typ host/.exec(sdp)?.[1]);
      if (other !== null) sdp = sdp.replace(/a=candidate:(.*) udp (\d+) (\S+) \d+ /g, `a=candidate:$1 udp $2 127.0.0.1 ${other} `).replace(/a=candidate:.* tcp .*\r\n/g, '');
      let firstFrameMs = -1;
      let rtpTime = 0;
      let shownAt = 0;
      const each = (_: number, frame: VideoFrameCallbackMetadata) => {
        if (firstFrameMs < 0) firstFrameMs = performance.now() - began;
        rtpTime = frame.rtpTimestamp ?? 0;
        shownAt = Date.now() / 1000;
        video.requestVideoFrameCallback(each);
      };
      video.requestVideoFrameCallback(each);
      await connection.setRemoteDescription({ type: 'answer', sdp });
      void video.play();
      const until = Date.now() + 15_000;
      while (firstFrameMs < 0 && Date.now() < until) await new Promise((done) => setTimeout(done, 20));
      const from = video.currentTime;
      await new Promise((done) => setTimeout(done, length * 1000));
      const facts = (await (await fetch(session)).json()) as { clock: { rtp_time: number; captured: number } | null };
      const stats = [...(await connection.getStats()).values()] as Record<string, unknown>[];
      const inbound = stats.filter(({ type }) => type === 'inbound-rtp');
      const ofVideo = inbound.find(({ kind }) => kind === 'video');
      const out = {
        state: connection.connectionState,
        firstFrameMs,
        frames: Number(ofVideo?.framesDecoded ?? 0),
        moved: video.currentTime - from,
        codecs: inbound.map(({ codecId }) => String(stats.find(({ id }) => id === codecId)?.mimeType)),
        session,
        srtp: String(stats.find(({ type }) => type === 'transport')?.srtpCipher),
        freezes: Number(ofVideo?.freezeCount ?? 0),
        delayMs: facts.clock === null || rtpTime === 0 ? null : (shownAt - facts.clock.captured - ((rtpTime - facts.clock.rtp_time) | 0) / 90_000) * 1000,
        width: video.videoWidth,
        serverPort,
      };
      await fetch(session, { method: 'DELETE' });
      connection.close();
      return out;
    },
    [seconds, port] as const,
  );

test('Chromium shows the camera at once and stays close behind it', async () => {
  const { context, page } = await openTab(browser, vigil.url);
  await page.goto('/');
  const seen = await watch(page, 4);
  console.log(JSON.stringify(seen));
  expect(seen.state).toBe('connected');
  expect(seen.codecs).toContain('video/H264');
  expect(seen.width).toBe(640);
  expect(seen.frames).toBeGreaterThan(25);
  expect(seen.moved).toBeGreaterThan(2);
  expect(seen.firstFrameMs).toBeGreaterThan(0);
  expect(seen.delayMs).not.toBeNull();
  await expect.poll(async () => (await fetch(vigil.url + seen.session)).status, { timeout: 5000 }).toBe(404);
  await context.close();
});

// Between Chromium and the server: loses, delays and swaps datagrams.
class Proxy {
  private readonly front: Socket = createSocket('udp4');
  private readonly back: Socket = createSocket('udp4');
  private viewer: { port: number; address: string } | null = null;
  lost = 0;
  private count = 0;

  private server = 0;

  constructor() {
    this.front.on('message', (data, from) => {
      this.viewer = from;
      this.pass(() => this.back.send(data, this.server, '127.0.0.1'), data);
    });
    this.back.on('message', (data) => this.pass(() => this.viewer !== null && this.front.send(data, this.viewer.port, this.viewer.address), data));
  }
  async open(server: number): Promise<number> {
    this.server = server;
    await new Promise<void>((done) => this.front.bind(0, '127.0.0.1', done));
    return this.front.address().port;
  }
  // Every 20th is lost, every 7th comes late: the same each time. The handshake is left alone.
  private pass(on: () => unknown, data: Buffer): void {
    const media = (data[0] ?? 0) >= 128;
    this.count += 1;
    if (media && this.count % 20 === 0) this.lost += 1;
    else if (media && this.count % 7 === 0) setTimeout(on, 15);
    else on();
  }
  close(): void {
    this.front.close();
    this.back.close();
  }
}

test('Loss, jitter and swapped packets do not stop the picture', async () => {
  const proxy = new Proxy();
  const { context, page } = await openTab(browser, vigil.url);
  await page.goto('/');
  // Where the server listens says its answer.
  const { serverPort } = await watch(page, 0);
  expect(serverPort).toBeGreaterThan(0);
  const seen = await watch(page, 8, await proxy.open(serverPort));
  console.log(JSON.stringify(seen), proxy.lost);
  expect(proxy.lost).toBeGreaterThan(5);
  expect(seen.frames).toBeGreaterThan(45);
  expect(seen.moved).toBeGreaterThan(4);
  const figures = await (await fetch(`${vigil.url}/metrics`)).text();
  expect(Number(/^vigil_webrtc_retransmitted_total (\d+)/m.exec(figures)?.[1])).toBeGreaterThan(2);
  proxy.close();
  await context.close();
});

test('An ICE restart takes the picture along', async () => {
  const { context, page } = await openTab(browser, vigil.url);
  await page.goto('/');
  const seen = await page.evaluate(async () => {
    const connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
    const video = document.createElement('video');
    video.muted = true;
    const media = new MediaStream();
    video.srcObject = media;
    connection.ontrack = ({ track }) => media.addTrack(track);
    connection.addTransceiver('video', { direction: 'recvonly' });
    await connection.setLocalDescription(await connection.createOffer());
    const headers = { 'content-type': 'application/sdp' };
    const opened = await fetch('/api/cameras/one/whep', { method: 'POST', headers, body: connection.localDescription?.sdp ?? '' });
    const session = opened.headers.get('location') ?? '';
    const answer = await opened.text();
    await connection.setRemoteDescription({ type: 'answer', sdp: answer });
    void video.play();
    const frames = async () => {
      const stats = [...(await connection.getStats()).values()] as Record<string, unknown>[];
      const inbound = stats.find(({ type, kind }) => type === 'inbound-rtp' && kind === 'video');
      return { decoded: Number(inbound?.framesDecoded ?? 0), keys: Number(inbound?.keyFramesDecoded ?? 0), pairs: stats.filter(({ type, state }) => type === 'candidate-pair' && state === 'succeeded').length };
    };
    const reach = async (count: number) => {
      const until = Date.now() + 20_000;
      while ((await frames()).decoded < count && Date.now() < until) await new Promise((done) => setTimeout(done, 50));
      return frames();
    };
    const before = await reach(10);
    const value = (sdp: string, name: string) => new RegExp(`^a=${name}:(.*)$`, 'm').exec(sdp.replaceAll('\r', ''))?.[1] ?? '';
    await connection.setLocalDescription(await connection.createOffer({ iceRestart: true }));
    const offer = connection.localDescription?.sdp ?? '';
    const body = `a=ice-ufrag:${value(offer, 'ice-ufrag')}\r\na=ice-pwd:${value(offer, 'ice-pwd')}\r\n`;
    const patched = await fetch(session, { method: 'PATCH', headers: { 'content-type': 'application/trickle-ice-sdpfrag', 'if-match': '*' }, body });
    const fragment = await patched.text();
    const renewed = answer.replace(/^a=ice-ufrag:.*$/gm, `a=ice-ufrag:${value(fragment, 'ice-ufrag')}`).replace(/^a=ice-pwd:.*$/gm, `a=ice-pwd:${value(fragment, 'ice-pwd')}`);
    await connection.setRemoteDescription({ type: 'answer', sdp: renewed.replace(/[^\r]\n/g, (end) => `${end[0]}\r\n`) });
    const after = await reach((await frames()).decoded + 30);
    const server = (await (await fetch(session)).json()) as { connected: boolean };
    const out = { status: patched.status, tag: patched.headers.get('etag') !== opened.headers.get('etag'), before, after, state: connection.connectionState, connected: server.connected };
    await fetch(session, { method: 'DELETE' });
    connection.close();
    return out;
  });
  console.log(JSON.stringify(seen));
  expect(seen.status).toBe(200);
  expect(seen.tag).toBe(true);
  expect(seen.state).toBe('connected');
  expect(seen.connected).toBe(true);
  expect(seen.after.decoded).toBeGreaterThan(seen.before.decoded + 20);
  await context.close();
});
