import { count, type Duration, durationRule, optional, options, parseDuration, rate, read } from '../../core/index.js';

/** When a throttle refuses calls, and how many: what belongs to it, however many methods share it. */
export interface ThrottleOptions {
  /**
   * The share of calls that must succeed, above 0 and below 1; what is asked beyond the successes that this allows for is refused. The book's K is
   * 1 / `successThreshold`: so many times what the callee accepts is sent to it. @default 0.5
   */
  readonly successThreshold?: number;
  /** The time that is looked at, at least 10 ms, in ten equal parts. @default '1m' */
  readonly window?: Duration;
  /** Below this many calls in the window nothing is refused: a few are chance. @default 10 */
  readonly minimumCalls?: number;
  /** The largest share of calls that is refused, above 0 and at most 1: the others find out that the callee is well again. @default 0.9 */
  readonly maxRejectionRate?: number;
}

const windowRule = `must be a finite duration of at least 10 ms (${durationRule})`;

/** The checks and defaults of the options that belong to the throttle itself. */
export const throttleEntries = {
  successThreshold: optional(read(parseThreshold, 'must be a number above 0 and below 1'), 0.5),
  window: optional(read(parseWindow, windowRule), '1m'),
  minimumCalls: optional(count(), 10),
  maxRejectionRate: optional(rate(), 0.9),
} as const;

/** The options of a throttle itself, as a registry takes them. */
export const throttleOptions = options<ThrottleOptions>()('@AdaptiveThrottle', throttleEntries);

/** The settings of a throttle itself. */
export type ThrottleSettings = ReturnType<typeof throttleOptions.complete>;

/** With 1, a callee that fails altogether for a moment would be refused for as long as there is traffic. */
function parseThreshold(threshold: number): number | undefined {
  return typeof threshold === 'number' && threshold > 0 && threshold < 1 ? threshold : undefined;
}

function parseWindow(window: Duration): number | undefined {
  const parsed = parseDuration(window);
  return parsed !== undefined && parsed >= 10 && parsed < Number.POSITIVE_INFINITY ? parsed : undefined;
}
