import { RejectedError } from './errors.js';
import { isObject } from './plain.js';

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

/** When retries were last used up on an error, and when last by another use of Retry than that. */
interface UsedUp {
  readonly by: object;
  readonly at: number;
  readonly byOthersAt: number;
}

const usedUp = new WeakMap<object, UsedUp>();
let times = 0;

/** How often retries have been used up so far: read it before an attempt, to tell its errors from those of other calls. */
export function timesUsedUp(): number {
  return times;
}

/** Notes that one use of Retry has used all attempts on an error: a layer further out is not to repeat it. */
export function noteUsedUp(error: unknown, by: object): void {
  if (!isObject(error)) return;
  const last = usedUp.get(error);
  const byOthersAt = last === undefined || last.by === by ? (last?.byOthersAt ?? 0) : last.at;
  usedUp.set(error, { by, at: ++times, byOthersAt });
}

/**
 * Tells whether retries have been used up on this error, or on one that caused it, after `before` and by another use than the one that asks: one
 * error may end many calls, of that use too, as a broken connection ends all that it carries.
 */
export function isUsedUp(error: unknown, before: number, asks: object): boolean {
  const seen = new Set<unknown>();
  for (let link = error; isObject(link) && !seen.has(link); link = (link as { readonly cause?: unknown }).cause) {
    const last = usedUp.get(link);
    if (last !== undefined && (last.by === asks ? last.byOthersAt : last.at) > before) return true;
    if (link instanceof RejectedError) return false; // what caused a refusal befell another call
    seen.add(link);
  }
  return false;
}
