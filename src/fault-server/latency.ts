import { type Duration, parseDuration, type Random, read } from '../core/index.js';

/** How long something takes: always the same, or anywhere within a range. */
export type Latency = Duration | { readonly min: Duration; readonly max: Duration };

/** A latency in milliseconds. */
export interface LatencyRange {
  readonly min: number;
  readonly max: number;
}

const longest = 3_600_000;
const rule = 'must be a duration of at most an hour, or { min, max } with min at most max';

/** Checks a latency and reads it in milliseconds. */
export function latency() {
  return read<Latency, LatencyRange>(parseLatency, rule);
}

/** Draws from a latency; a fixed one costs no chance. */
export function drawLatency({ min, max }: LatencyRange, random: Random): number {
  return min === max ? min : min + random.next() * (max - min);
}

function parseLatency(value: unknown): LatencyRange | undefined {
  const range = typeof value === 'object' && value !== null ? value : { min: value, max: value };
  if (Object.keys(range).some((key) => key !== 'min' && key !== 'max')) return undefined;
  const { min, max } = range as { readonly min?: unknown; readonly max?: unknown };
  const from = parseDuration(min);
  const to = parseDuration(max);
  if (from === undefined || to === undefined || from > to || to > longest) return undefined;
  return { min: from, max: to };
}
