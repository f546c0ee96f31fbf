import { count, plural } from './format';

// For how long uploads, and what is made of them, are kept: seconds as the server has them, days and hours as people say them.

export const KEPT_KINDS = ['files', 'pictures', 'findings', 'jobs'] as const;
export type KeptKind = (typeof KEPT_KINDS)[number];
// 0: until somebody deletes it.
export type Kept = Record<KeptKind, number>;
// One owner's. null: as for everybody.
export type OwnKept = Record<KeptKind, number | null>;

export const NOTHING_OWN: OwnKept = { files: null, pictures: null, findings: null, jobs: null };

// What the server takes: a hundred years and some.
const MOST_S = 3_162_240_000;
const UNIT_S = { days: 86_400, hours: 3600, minutes: 60, seconds: 1 };
export type KeptUnit = keyof typeof UNIT_S | 'ever';
const UNITS = ['days', 'hours', 'minutes', 'seconds'] as const;

export interface KeptField {
  // As it was typed. Empty: as for everybody, unless it is for ever.
  amount: string;
  unit: KeptUnit;
}
export type KeptForm = Record<KeptKind, KeptField>;

const eachKind = <T>(of: (kind: KeptKind) => T): Record<KeptKind, T> => ({ files: of('files'), pictures: of('pictures'), findings: of('findings'), jobs: of('jobs') });

// The largest that it is a whole number of.
const unitOf = (seconds: number) => UNITS.find((unit) => seconds % UNIT_S[unit] === 0) ?? 'seconds';

export function keptText(seconds: number): string {
  if (seconds === 0) return 'for ever';
  const unit = unitOf(seconds);
  return plural(seconds / UNIT_S[unit], unit.slice(0, -1), unit);
}

export function keptFormFrom(own: OwnKept): KeptForm {
  return eachKind((kind) => {
    const seconds = own[kind];
    if (seconds === null) return { amount: '', unit: 'days' };
    if (seconds === 0) return { amount: '', unit: 'ever' };
    const unit = unitOf(seconds);
    return { amount: String(seconds / UNIT_S[unit]), unit };
  });
}

// Days and hours, and whatever smaller one stands there already because a program said so.
export const unitsFor = (unit: KeptUnit): KeptUnit[] => ['days', 'hours', ...(unit === 'minutes' || unit === 'seconds' ? [unit] : []), 'ever'];

type Read = { seconds: number | null } | { fault: string };

function read({ amount, unit }: KeptField): Read {
  if (unit === 'ever') return { seconds: 0 };
  const text = amount.trim();
  if (text === '') return { seconds: null };
  // A comma is a thousand to some and a tenth to others: what is removed by mistake does not come back.
  if (!/^\d+(\.\d+)?$/.test(text)) return { fault: 'Enter a number such as 30 or 1.5, or leave it empty.' };
  const seconds = Math.round(Number(text) * UNIT_S[unit]);
  if (seconds < 1) return { fault: 'Enter more than 0. Choose “for ever” for no end; leave it empty for as long as everybody’s.' };
  if (seconds > MOST_S) return { fault: `Enter at most ${count(MOST_S / UNIT_S[unit])} ${unit}, or choose “for ever”.` };
  return { seconds };
}

export function readKept(form: KeptForm): { kept: OwnKept; faults: Partial<Record<KeptKind, string>> } {
  const faults: Partial<Record<KeptKind, string>> = {};
  const kept = eachKind((kind) => {
    const found = read(form[kind]);
    if ('seconds' in found) return found.seconds;
    faults[kind] = found.fault;
    return null;
  });
  return { kept, faults };
}

export const isNothingOwn = (own: OwnKept): boolean => KEPT_KINDS.every((kind) => own[kind] === null);

export const sameForm = (a: KeptForm, b: KeptForm): boolean => KEPT_KINDS.every((kind) => a[kind].amount === b[kind].amount && a[kind].unit === b[kind].unit);

// What holds for an owner.
export const keptFor = (everybody: Kept, own: OwnKept): Kept => eachKind((kind) => own[kind] ?? everybody[kind]);

const GOING: Record<KeptKind, (time: string) => string> = {
  files: (time) => `files that came more than ${time} ago, with everything made of them`,
  pictures: (time) => `pictures taken out of them more than ${time} ago`,
  findings: (time) => `what was found in them more than ${time} ago`,
  jobs: (time) => `jobs that ended more than ${time} ago and left nothing, with their log`,
};

// What is removed as soon as times become shorter, a line for each kind of thing; nothing where none does.
export const goingLines = (before: Kept, after: Kept): string[] =>
  KEPT_KINDS.filter((kind) => after[kind] !== 0 && (before[kind] === 0 || after[kind] < before[kind])).map((kind) => GOING[kind](keptText(after[kind])));

// The server's complaints at the fields that they are about; `rest` are the others.
export function keptFaults(errors: readonly { pointer: string; detail: string }[]): { fields: Partial<Record<KeptKind, string>>; rest: string[] } {
  const fields: Partial<Record<KeptKind, string>> = {};
  const rest: string[] = [];
  for (const { pointer, detail } of errors) {
    const kind = KEPT_KINDS.find((each) => pointer === `/${each}`);
    if (kind === undefined) rest.push(detail);
    else fields[kind] ??= detail;
  }
  return { fields, rest };
}

export interface Owner {
  id: string;
  kind: 'user' | 'key' | 'local' | 'gone';
  name: string;
}

// Uploads that came while nobody had to sign in.
export const LOCAL_OWNER: Owner = { id: 'local', kind: 'local', name: 'Without sign-in' };

interface Named {
  id: string;
  name: string;
}

const byName = (all: readonly Named[], kind: Owner['kind']): Owner[] =>
  all.map(({ id, name }) => ({ id, kind, name })).sort((a, b) => a.name.localeCompare(b.name));

// All who can hand something in: users, then API keys, each by name, then whoever comes without sign-in.
export const ownersFrom = (users: readonly Named[], keys: readonly Named[]): Owner[] => [...byName(users, 'user'), ...byName(keys, 'key'), LOCAL_OWNER];

export const ownerOf = (owners: readonly Owner[], id: string): Owner => owners.find((each) => each.id === id) ?? { id, kind: 'gone', name: 'Somebody who is gone' };

export const OWNER_WORDS: Record<Owner['kind'], string> = { user: 'User', key: 'API key', local: '', gone: '' };

// "The times of …"
export function ownerPhrase({ kind, name }: Owner): string {
  switch (kind) {
    case 'user':
      return name;
    case 'key':
      return `the API key ${name}`;
    case 'local':
      return 'uploads without sign-in';
    case 'gone':
      return 'somebody who is gone';
  }
}
