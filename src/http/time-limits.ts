import { duration, maybe, type OptionSet, optional, options } from '../core/index.js';
import type { RequestTimeouts } from './request-options.js';
import type { ClientTimeouts } from './rest-client-options.js';
import type { PhaseLimits } from './wire.js';
import { checkedFields } from './wrong-option.js';

/** All limits of a request in milliseconds; Infinity for none. */
export interface TimeLimits extends PhaseLimits {
  readonly total: number;
  readonly attempt: number;
}

const parts = {
  total: maybe(duration()),
  attempt: maybe(duration()),
  connect: maybe(duration()),
  write: maybe(duration()),
  read: maybe(duration()),
} as const;

/** What a request may limit. */
export const requestTimeouts = options<RequestTimeouts>()('RestClient', parts);

/** What a client may limit. */
export const clientTimeouts = options<ClientTimeouts>()('RestClient', { ...parts, pool: maybe(duration()) });

const whole = options<{ readonly timeout?: RequestTimeouts['total'] }>()('RestClient', {
  timeout: optional(duration(), 0),
});

/** What holds where nobody says otherwise. */
export const standardLimits: TimeLimits = {
  total: 30_000,
  attempt: Number.POSITIVE_INFINITY,
  pool: 10_000,
  connect: 10_000,
  write: 30_000,
  read: 30_000,
};

/** Reads limits, in all or by their parts, over those that hold otherwise. */
export function timeLimits(
  given: unknown,
  { set, base, client }: { set: OptionSet<RequestTimeouts, object>; base: TimeLimits; client: string },
): TimeLimits {
  if (given === undefined) return base;
  if (typeof given !== 'object' || given === null) {
    const { timeout } = whole.complete(whole.check({ timeout: given }, client), client);
    return { ...base, total: limit(timeout) };
  }
  const checked = checkedFields(set, given, 'timeout', client);
  const limits = Object.entries(checked).filter((entry): entry is [string, number] => entry[1] !== undefined);
  return { ...base, ...Object.fromEntries(limits.map(([part, value]) => [part, limit(value)])) };
}

/** No time is no limit. */
export function limit(timeout: number): number {
  return timeout === 0 ? Number.POSITIVE_INFINITY : timeout;
}
