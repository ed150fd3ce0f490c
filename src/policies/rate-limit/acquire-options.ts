import { type Duration, durationRule, InvalidOptionsError, parseDuration } from '../../core/index.js';

/** How a request by hand waits for its permits. */
export interface AcquireOptions {
  /** Ends the wait when it aborts. */
  readonly signal?: AbortSignal;
  /** The longest wait; when it would take longer the request is refused at once. @default Infinity */
  readonly maxWait?: Duration;
}

/** Reads how long a request may wait, in milliseconds. */
export function patienceOf({ maxWait = Number.POSITIVE_INFINITY }: AcquireOptions): number {
  const patience = parseDuration(maxWait);
  if (patience !== undefined) return patience;
  const rule = `must be a duration (${durationRule})`;
  throw new InvalidOptionsError({ decorator: 'RateLimiter.acquire()', option: 'maxWait', rule, value: maxWait });
}

/** Checks how many permits somebody asks for. */
export function checkWeight(
  weight: unknown,
  asker: string,
  rule = 'must be a number of at least 0',
  site?: string,
): number {
  if (typeof weight === 'number' && weight >= 0) return weight;
  throw new InvalidOptionsError({ decorator: asker, option: 'weight', rule, value: weight, site });
}
