import type { RejectedError } from './errors.js';

/** What Holdfast knows about an error besides the error, which stays as the method threw it. */
export interface ResilienceInfo {
  /** How often the method was tried. */
  readonly attempts: number;
  /** Milliseconds from the start of the retried call until it was given up. */
  readonly elapsed: number;
  /** The last refusal among the attempts. */
  readonly lastRefusal?: RejectedError;
  /** How often a Retry further in stood back, because this one repeats the call. */
  readonly nestedRetries: number;
  /** All attempts that were allowed have been used: no layer further out repeats it. */
  readonly exhausted: boolean;
}

const known = new WeakMap<object, ResilienceInfo>();

/** What Holdfast knows about an error; undefined for one that it did not handle, and for what is not an object. */
export function resilienceInfo(error: unknown): ResilienceInfo | undefined {
  return isObject(error) ? known.get(error) : undefined;
}

/** Notes something beside an error. */
export function noteFailure(error: unknown, info: ResilienceInfo): void {
  if (isObject(error)) known.set(error, info);
}

const usedUp = new WeakMap<object, number>();
let times = 0;

/** How often retries have been used up so far: read it before an attempt, to tell its errors from those of other calls. */
export function timesUsedUp(): number {
  return times;
}

/** Notes that all attempts were used on an error: a layer further out is not to repeat it. */
export function noteUsedUp(error: unknown): void {
  if (isObject(error)) usedUp.set(error, ++times);
}

/** Tells whether retries have been used up on this error, or on one that caused it, after `before`: one error may end many calls. */
export function isUsedUp(error: unknown, before: number): boolean {
  const seen = new Set<unknown>();
  for (let link = error; isObject(link) && !seen.has(link); link = (link as { readonly cause?: unknown }).cause) {
    if ((usedUp.get(link) ?? 0) > before) return true;
    seen.add(link);
  }
  return false;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
