// How the analysis of a camera goes, in words. Structural types only.
import type { Tone } from './camera';
import { UNKNOWN } from './format';

export type AnalysisState = 'off' | 'starting' | 'running' | 'degraded' | 'suspended';

export const STATE_WORDS: Record<AnalysisState, { tone: Tone; word: string }> = {
  off: { tone: 'quiet', word: 'Off' },
  starting: { tone: 'info', word: 'Starting' },
  running: { tone: 'ok', word: 'Running' },
  degraded: { tone: 'warn', word: 'Degraded' },
  suspended: { tone: 'danger', word: 'Suspended' },
};

// In the order in which a frame goes through them.
const STAGES: Record<string, string> = {
  queued: 'Queued',
  decode: 'Decode',
  motion: 'Motion',
  wait: 'Wait for the model',
  preprocess: 'Prepare',
  infer: 'Model',
  postprocess: 'Read out',
  track: 'Track',
};

export interface Quantiles {
  p50: number;
  p95: number;
  p99: number;
}

const digits = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

export const milliseconds = (value: number): string => (Number.isFinite(value) ? (value < 10 ? digits : whole).format(value) : UNKNOWN);

// "12.5 fps"; nothing a second is a figure too, unlike in a stream that is not there.
export const rate = (value: number): string => `${milliseconds(value)} fps`;

export interface LatencyRow {
  name: string;
  cells: [string, string, string];
}

// End to end, then each stage that the server measures; a stage that this page has no word for comes last, as it is.
export function latencyRows(total: Quantiles, stages: Readonly<Record<string, Quantiles | undefined>>): LatencyRow[] {
  const order = Object.keys(STAGES);
  const place = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length);
  const row = (name: string, { p50, p95, p99 }: Quantiles): LatencyRow => ({ name, cells: [milliseconds(p50), milliseconds(p95), milliseconds(p99)] });
  const parts = Object.entries(stages)
    .sort(([a], [b]) => place(a) - place(b) || a.localeCompare(b))
    .flatMap(([name, values]) => (values === undefined ? [] : [row(STAGES[name] ?? name, values)]));
  return [row('From packet to result', total), ...parts];
}

interface ModelLike {
  name: string;
  version: string;
  title: string;
  labels: string[];
  default: boolean;
  problem: string;
}

export interface ModelOption {
  value: string;
  text: string;
  disabled: boolean;
}

// The choices of a camera: the default one, every usable one, and what it names now, installed or not.
export function modelOptions(models: readonly ModelLike[], standard: string, current: string): ModelOption[] {
  const several = (name: string) => models.filter((model) => model.name === name).length > 1;
  const options = models.map((model) => {
    const value = several(model.name) ? `${model.name}@${model.version}` : model.name;
    const title = model.title === '' || model.title === model.name ? value : `${model.title} (${value})`;
    return { value, text: model.problem === '' ? title : `${title}: ${model.problem}`, disabled: model.problem !== '' && value !== current };
  });
  const all = [{ value: '', text: standard === '' ? 'The default' : `The default: ${standard}`, disabled: false }, ...options];
  return all.some(({ value }) => value === current) ? all : [...all, { value: current, text: `${current}: not installed`, disabled: false }];
}

// Labels that the chosen model does not know; none when its labels are not known either.
export function strangeLabels(wanted: readonly string[], models: readonly ModelLike[], chosen: string): string[] {
  const model = models.find((each) => (chosen === '' ? each.default : each.name === chosen || `${each.name}@${each.version}` === chosen));
  if (model === undefined || model.labels.length === 0) return [];
  return wanted.filter((label) => !model.labels.includes(label));
}
