// Lists of plates and formats as people write them: one to a line.

export interface ListedPlate {
  plate: string;
  label?: string;
}

export interface PlateLists {
  version: number;
  formats: { name: string; pattern: string }[];
  replacements: { pattern: string; replacement: string }[];
  only_known: boolean;
  max_corrections: number;
  allow: ListedPlate[];
  deny: ListedPlate[];
  max_edits: number;
}

export interface PlateForm {
  allow: string;
  deny: string;
  formats: string;
  replacements: string;
  onlyKnown: boolean;
  maxEdits: string;
  maxCorrections: string;
}

const lines = (text: string): { line: number; text: string }[] =>
  text
    .split('\n')
    .map((each, index) => ({ line: index + 1, text: each.trim() }))
    .filter((each) => each.text !== '');

// What stands before and after the first sign; the second part is empty where there is none.
function halves(text: string, sign: string): [string, string] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ''] : [text.slice(0, at).trim(), text.slice(at + sign.length).trim()];
}

const joined = (first: string, second: string, sign: string): string => (second === '' ? first : `${first} ${sign} ${second}`);

export function plateFormFrom(settings: PlateLists): PlateForm {
  const plates = (list: ListedPlate[]) => list.map(({ plate, label }) => joined(plate, label ?? '', ':')).join('\n');
  return {
    allow: plates(settings.allow),
    deny: plates(settings.deny),
    formats: settings.formats.map(({ name, pattern }) => `${name} = ${pattern}`).join('\n'),
    replacements: settings.replacements.map(({ pattern, replacement }) => `${pattern} -> ${replacement}`).join('\n'),
    onlyKnown: settings.only_known,
    maxEdits: String(settings.max_edits),
    maxCorrections: String(settings.max_corrections),
  };
}

export function plateSettingsFrom(form: PlateForm, version: number): PlateLists {
  const plates = (text: string) =>
    lines(text).map((each) => {
      const [plate, label] = halves(each.text, ':');
      return { plate, label };
    });
  return {
    version,
    allow: plates(form.allow),
    deny: plates(form.deny),
    formats: lines(form.formats).map((each) => {
      const [name, pattern] = halves(each.text, '=');
      return { name, pattern };
    }),
    replacements: lines(form.replacements).map((each) => {
      const [pattern, replacement] = halves(each.text, '->');
      return { pattern, replacement };
    }),
    only_known: form.onlyKnown,
    max_edits: Number(form.maxEdits),
    max_corrections: Number(form.maxCorrections),
  };
}

export type PlateFieldName = 'allow' | 'deny' | 'formats' | 'replacements';
const NAMES: readonly PlateFieldName[] = ['allow', 'deny', 'formats', 'replacements'];

// Where the server says "/deny/3/plate", people look for a line of a box.
export function plateFaults(form: PlateForm, errors: { pointer: string; detail: string }[]): Partial<Record<PlateFieldName, string>> {
  const out: Partial<Record<PlateFieldName, string>> = {};
  for (const { pointer, detail } of errors) {
    const [, name, index] = pointer.split('/');
    const field = NAMES.find((each) => each === name);
    if (field === undefined || out[field] !== undefined) continue;
    const line = index === undefined ? undefined : lines(form[field])[Number(index)]?.line;
    out[field] = line === undefined ? detail : `Line ${line}: ${detail}`;
  }
  return out;
}

// What can be said before asking the server: a format or replacement that is only half there.
export function halfWritten(form: PlateForm): Partial<Record<PlateFieldName, string>> {
  const out: Partial<Record<PlateFieldName, string>> = {};
  const format = lines(form.formats).find(({ text }) => halves(text, '=').includes(''));
  if (format !== undefined) out.formats = `Line ${format.line}: expected a name and a pattern, such as “DE = [A-Z]{2,5}[0-9]{1,4}”.`;
  const replacement = lines(form.replacements).find(({ text }) => !text.includes('->') || halves(text, '->')[0] === '');
  if (replacement !== undefined) out.replacements = `Line ${replacement.line}: expected what is read and what it becomes, such as “^UK -> ”.`;
  return out;
}

export const LISTED_WORDS = { allowed: 'Expected', denied: 'Not wanted', unknown: 'Unknown' } as const;
