import { type DurationText, parseDuration } from '../../core/index.js';

/** The results that are looked at: so many calls, or so many milliseconds. */
export type WindowSize = { readonly calls: number } | { readonly time: number };

/** What a window must be, in words for error messages. */
export const windowRule =
  "must be a count of calls from 1 to 10000, or a duration with a unit of at least 10 ms, such as '60s'";

/** Reads the size of a window; undefined when it is none. */
export function parseWindow(window: number | DurationText): WindowSize | undefined {
  if (typeof window === 'number')
    return Number.isInteger(window) && window >= 1 && window <= 10_000 ? { calls: window } : undefined;
  const time = parseDuration(window);
  return time !== undefined && time >= 10 ? { time } : undefined;
}
