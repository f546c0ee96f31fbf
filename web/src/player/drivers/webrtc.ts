import { closeWhep, openWhep, restartWhep, whepFacts } from '../../api/whep';
import { fragmentOf, renewed } from '../../domain/iceRestart';
import { capturedAt, type RtpClock } from '../../domain/rtpClock';
import { type Driver, start } from './driver';

// WebRTC by WHEP: one offer, one answer, everything else goes between the browser and the server.

// The server's candidates stand in its answer: there is nothing to gather or to wait for.
const CONNECT_MS = 5000;
const LOST_MS = 3000;
const FACTS_MS = 5000;
// The server's word for a stream that this browser will never get by WebRTC.
const NOT_ACCEPTABLE = 406;
const UNAVAILABLE = 503;
const AGAIN_MS = 500;

interface Frame {
  rtpTimestamp?: number;
}
type VideoFrames = HTMLVideoElement & {
  requestVideoFrameCallback?: (callback: (now: number, frame: Frame) => void) => number;
};

export const canPlayWebrtc = (): ((codec: string) => boolean) | null => {
  if (typeof RTCPeerConnection === 'undefined') return null;
  const known = typeof RTCRtpReceiver === 'undefined' ? undefined : RTCRtpReceiver.getCapabilities('video')?.codecs;
  return (codec) => known === undefined || known.some(({ mimeType }) => mimeType.toLowerCase() === `video/${codec}`);
};

class Session {
  private readonly connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle' });
  private readonly abort = new AbortController();
  private location: string | null = null;
  private answer = '';
  private clock: RtpClock | null = null;
  private skipped = 0;
  private timers: number[] = [];
  private lost: number | undefined;
  over = false;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly path: string,
    private readonly facts: Parameters<Driver>[2],
    heard: boolean,
  ) {
    const media = new MediaStream();
    this.connection.ontrack = ({ track }) => media.addTrack(track);
    this.connection.onconnectionstatechange = this.changed;
    this.connection.addTransceiver('video', { direction: 'recvonly' });
    if (heard) this.connection.addTransceiver('audio', { direction: 'recvonly' });
    video.srcObject = media;
    this.timers.push(window.setTimeout(() => this.connection.connectionState !== 'connected' && this.fail(this.location === null ? 'the camera gave no picture in time' : 'no connection by UDP or TCP came about'), CONNECT_MS));
    this.watchFrames();
  }

  async open(): Promise<void> {
    await this.connection.setLocalDescription(await this.connection.createOffer());
    const offer = this.connection.localDescription?.sdp ?? '';
    let opened = await openWhep(this.path, offer, this.abort.signal);
    // A stream that is connected only now has no picture yet. The limit is that of the connection.
    while (opened.kind === 'problem' && opened.status === UNAVAILABLE && !this.over) {
      await new Promise((done) => window.setTimeout(done, AGAIN_MS));
      opened = await openWhep(this.path, offer, this.abort.signal);
    }
    if (opened.kind === 'problem') return this.fail(opened.detail, opened.status === NOT_ACCEPTABLE);
    if (opened.kind !== 'ok') return this.fail("the server can't be reached");
    this.location = opened.data.location;
    if (this.over) return closeWhep(this.location);
    this.answer = opened.data.answer;
    await this.connection.setRemoteDescription({ type: 'answer', sdp: this.answer });
    start(this.video);
    this.timers.push(window.setInterval(() => void this.ask(), FACTS_MS));
    this.timers.push(window.setTimeout(() => void this.ask(), 700));
  }

  // How the server sees it: what it left out, and what the pictures' times mean.
  private async ask(): Promise<void> {
    if (this.location === null) return;
    const facts = await whepFacts(this.location);
    if (facts === null || this.over) return;
    if (facts.clock !== null) this.clock = { rtpTime: facts.clock.rtp_time, captured: facts.clock.captured };
    if (facts.skipped_pictures > this.skipped) this.facts.onSkipped(facts.skipped_pictures - this.skipped);
    this.skipped = facts.skipped_pictures;
  }

  private readonly changed = (): void => {
    const state = this.connection.connectionState;
    window.clearTimeout(this.lost);
    if (state === 'failed' || state === 'closed') this.fail('the connection ended');
    if (state !== 'disconnected') return;
    this.lost = window.setTimeout(() => this.fail('the connection was lost'), LOST_MS);
    // This device may have another address by now. Where that does not help, time runs out.
    this.restart().catch(() => undefined);
  };

  private async restart(): Promise<void> {
    if (this.location === null || this.over) return;
    const offer = await this.connection.createOffer({ iceRestart: true });
    await this.connection.setLocalDescription(offer);
    const fragment = fragmentOf(this.connection.localDescription?.sdp ?? '');
    const answered = fragment === null ? null : await restartWhep(this.location, fragment, this.abort.signal);
    const answer = answered === null ? null : renewed(this.answer, answered);
    if (answer === null || this.over) return;
    this.answer = answer;
    await this.connection.setRemoteDescription({ type: 'answer', sdp: answer });
  }

  private watchFrames(): void {
    const frames = this.video as VideoFrames;
    const shown = (rtpTime: number | undefined) =>
      this.facts.onFrame(rtpTime === undefined || this.clock === null ? null : capturedAt(this.clock, rtpTime));
    if (frames.requestVideoFrameCallback === undefined) {
      this.video.ontimeupdate = () => this.over || shown(undefined);
      return;
    }
    const next = (_: number, frame: Frame) => {
      if (this.over) return;
      shown(frame.rtpTimestamp);
      frames.requestVideoFrameCallback?.(next);
    };
    frames.requestVideoFrameCallback(next);
  }

  fail(reason: string, final = false): void {
    if (this.over) return;
    this.close();
    this.facts.onFailed(reason, final);
  }

  close(): void {
    if (this.over) return;
    this.over = true;
    this.abort.abort();
    window.clearTimeout(this.lost);
    for (const timer of this.timers) window.clearTimeout(timer);
    this.connection.onconnectionstatechange = null;
    this.connection.close();
    if (this.location !== null) closeWhep(this.location);
    this.video.ontimeupdate = null;
    this.video.pause();
    this.video.srcObject = null;
  }
}

export const webrtc: Driver = (video, path, facts, heard = false) => {
  const session = new Session(video, path, facts, heard);
  session.open().catch((error: unknown) => session.fail(error instanceof Error ? error.message : "WebRTC couldn't be started"));
  return () => session.close();
};
