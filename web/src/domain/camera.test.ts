import { describe, expect, it } from 'vitest';
import { byNumber, faultsFirst, healthOf, isDown, matches, placesOf } from './camera';

const now = Date.parse('2026-11-21T14:00:00Z');
const status = (state: string, reason = 'none', secondsAgo = 3600) => ({
  state,
  reason,
  detail: '',
  since: new Date(now - secondsAgo * 1000).toISOString(),
  fps: 25,
});
const camera = (id: string, state = 'connected', more: object = {}) => ({
  id,
  name: id,
  number: null,
  place: '',
  section: '',
  enabled: true,
  status: status(state, state === 'reconnecting' ? 'auth' : 'none'),
  ...more,
});

describe('the state of a camera', () => {
  it('is live without any further word when all is well', () => {
    expect(healthOf(status('connected'), now)).toMatchObject({ word: 'Live', tone: 'ok', detail: '', step: 'none', live: true });
  });
  it('names cause and next step when it is not', () => {
    const health = healthOf(status('reconnecting', 'auth'), now);
    expect(health).toMatchObject({ word: 'Offline', tone: 'danger', step: 'change_sign_in', live: false });
    expect(health.detail).toMatch(/^since .* · wrong user name or password$/);
    expect(health.text).toMatch(/refused/);
  });
  it('is only reconnecting in the first seconds', () => {
    expect(healthOf(status('reconnecting', 'ended', 4), now)).toMatchObject({ word: 'Reconnecting', tone: 'warn' });
  });
  it('tells stopped, idle, connecting and in trouble apart', () => {
    expect(healthOf(status('disabled', 'stopped'), now)).toMatchObject({ word: 'Stopped', step: 'start' });
    expect(healthOf(status('idle'), now)).toMatchObject({ word: 'Idle', tone: 'quiet' });
    expect(healthOf(status('connecting'), now)).toMatchObject({ word: 'Connecting' });
    expect(healthOf(status('connected', 'frozen'), now)).toMatchObject({ word: 'Trouble', tone: 'warn' });
    expect(healthOf(status('something new'), now)).toMatchObject({ word: 'Unknown' });
  });
});

describe('a list of cameras', () => {
  it('shows faults first, then by number, then by name', () => {
    const list = [camera('c10'), camera('c9'), camera('b', 'connected', { number: 2 }), camera('z', 'reconnecting'), camera('a', 'disabled')];
    expect([...list].sort(faultsFirst(now)).map(({ id }) => id)).toEqual(['z', 'b', 'c9', 'c10', 'a']);
    expect([...list].sort(byNumber).map(({ id }) => id)).toEqual(['b', 'a', 'c9', 'c10', 'z']);
  });
  it('counts what is down', () => {
    expect(isDown(camera('x', 'reconnecting'), now)).toBe(true);
    expect(isDown(camera('x', 'disabled'), now)).toBe(false);
    expect(isDown(camera('x', 'connecting'), now)).toBe(false);
  });
  it('is searched by every word in any field', () => {
    const door = camera('cam_001', 'connected', { name: 'Door', number: 7, place: 'Restaurant', section: 'Ground floor' });
    expect(matches(door, '')).toBe(true);
    expect(matches(door, 'ground DOOR')).toBe(true);
    expect(matches(door, '7')).toBe(true);
    expect(matches(door, 'door yard')).toBe(false);
  });
});

describe('placesOf', () => {
  it('counts the cameras of each place, and leaves out those that have none', () => {
    expect(placesOf([{ place: 'Yard' }, { place: 'Gate 10' }, { place: 'Gate 9' }, { place: '' }, { place: 'Yard' }])).toEqual([
      ['Gate 9', 1],
      ['Gate 10', 1],
      ['Yard', 2],
    ]);
  });
});
