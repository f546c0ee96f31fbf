// When a picture was taken, from its RTP time and what the server says of one of them. Pure.

export interface RtpClock {
  rtpTime: number;
  // Unix seconds by the server's clock.
  captured: number;
}

const TICKS = 90_000;

// RTP times wrap after 13 hours: the nearest turn is meant.
export const capturedAt = (clock: RtpClock, rtpTime: number): number => clock.captured + ((rtpTime - clock.rtpTime) | 0) / TICKS;
