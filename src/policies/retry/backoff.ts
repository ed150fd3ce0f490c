import { type Duration, durationRule, parseDuration, type Random, show } from '../../core/index.js';

export const backoffNames = ['exponential', 'constant', 'linear', 'fibonacci', 'decorrelated'] as const;
export const jitterNames = ['full', 'equal', 'none'] as const;

/** The rules by which waits grow. */
export type BackoffName = (typeof backoffNames)[number];

/** The wait after an attempt that failed; undefined leaves it to the exponential rule. */
export type BackoffFunction = (attempt: number, error: unknown, elapsed: number) => Duration | undefined;

/** How the waits grow. */
export type Backoff = BackoffName | readonly Duration[] | BackoffFunction;

/** How a wait is spread. */
export type Jitter = (typeof jitterNames)[number] | number | string;

/** A jitter as it is calculated with: a ratio of the wait, or milliseconds around it. */
export type Spread = (typeof jitterNames)[number] | { readonly ratio: number } | { readonly around: number };

/** What a wait is calculated from. */
export interface BackoffShape {
  readonly backoff: BackoffName | readonly number[] | BackoffFunction;
  readonly delay: number;
  readonly maxDelay: number;
  readonly multiplier: number;
  readonly jitter: Spread;
}

/** The failure after which to wait. */
export interface Failure {
  /** The attempt that just failed, from 1. */
  readonly attempt: number;
  readonly error: unknown;
  /** Milliseconds since the start. */
  readonly elapsed: number;
  /** The wait before this attempt; `delay` before the first. */
  readonly previous: number;
}

/** The wait in milliseconds before the next attempt: never above `maxDelay`, jitter included. */
export function backoffDelay(shape: BackoffShape, failure: Failure, random: Random): number {
  const { backoff, delay, maxDelay } = shape;
  if (backoff === 'decorrelated') {
    return Math.min(maxDelay, delay + random.next() * Math.max(0, 3 * failure.previous - delay));
  }
  return Math.min(maxDelay, Math.max(0, spread(plainDelay(shape, failure), shape.jitter, random)));
}

/** The longest wait that can come before the next attempt. */
export function longestDelay(shape: BackoffShape, attempt: number): number {
  const { backoff, jitter, maxDelay } = shape;
  if (backoff === 'decorrelated' || typeof backoff === 'function') return maxDelay;
  const plain = plainDelay(shape, { attempt, error: undefined, elapsed: 0, previous: 0 });
  return Math.min(maxDelay, widest(plain, jitter));
}

function widest(delay: number, jitter: Spread): number {
  if (typeof jitter === 'string') return delay;
  return 'ratio' in jitter ? delay * (1 + jitter.ratio) : delay + jitter.around;
}

/** Reads a jitter; undefined when it is none. */
export function parseJitter(jitter: Jitter): Spread | undefined {
  if (typeof jitter === 'number') return jitter >= 0 && jitter <= 1 ? { ratio: jitter } : undefined;
  const named = jitterNames.find((name) => name === jitter);
  if (named !== undefined) return named;
  const around = parseDuration(jitter);
  return around === undefined ? undefined : { around };
}

function plainDelay(shape: BackoffShape, { attempt, error, elapsed }: Failure): number {
  const { backoff, delay } = shape;
  if (Array.isArray(backoff)) return backoff[Math.min(attempt, backoff.length) - 1] as number;
  if (typeof backoff === 'function') {
    const chosen = backoff(attempt, error, elapsed);
    return chosen === undefined ? exponential(shape, attempt) : chosenDelay(chosen, 'backoff');
  }
  if (backoff === 'constant') return delay;
  if (backoff === 'linear') return delay * attempt;
  if (backoff === 'fibonacci') return delay * fibonacci(attempt);
  return exponential(shape, attempt);
}

/** Reads the wait that a function of the user's chose. */
export function chosenDelay(chosen: Duration, option: string): number {
  const delay = parseDuration(chosen);
  if (delay !== undefined) return delay;
  throw new TypeError(`${option} of @Retry must return a duration (${durationRule}), but returned ${show(chosen)}`);
}

/** Nothing grows to nothing: zero times an overflown factor must not become NaN. */
function exponential({ delay, multiplier }: BackoffShape, attempt: number): number {
  return delay === 0 ? 0 : delay * multiplier ** (attempt - 1);
}

/** 1, 1, 2, 3, 5 … */
function fibonacci(n: number): number {
  let [current, next] = [1, 1];
  for (let i = 1; i < n; i++) [current, next] = [next, current + next];
  return current;
}

function spread(delay: number, jitter: Spread, random: Random): number {
  if (delay === 0 || jitter === 'none') return delay;
  if (jitter === 'full') return finite(delay) * random.next();
  if (jitter === 'equal') return finite(delay) * (0.5 + random.next() / 2);
  const offset = 2 * random.next() - 1;
  return 'ratio' in jitter ? finite(delay) * (1 + jitter.ratio * offset) : delay + jitter.around * offset;
}

/** An overflown wait times zero must not become NaN. */
function finite(delay: number): number {
  return Math.min(delay, Number.MAX_SAFE_INTEGER);
}
