import { type Duration, duration, faultOf, options, required, that, withFields } from '../../core/index.js';
import { httpDate } from '../header-field.js';

/** When a client is told to come back: in seconds, as an HTTP date, or as the HTTP date that lies so far from now. */
export type RetryAfter = number | string | RetryAfterDate;

/** A date as far from now, by the server's clock. */
export interface RetryAfterDate {
  /** Told in whole seconds, rounded up. */
  readonly dateIn: Duration;
}

const rule =
  "must be whole seconds, an HTTP date such as 'Wed, 21 Oct 2026 07:28:00 GMT', or { dateIn } with a duration";

const dateOptions = options<RetryAfterDate>()('retryAfter', { dateIn: required(duration({ max: 31_536_000_000 })) });

/** Checks what `Retry-After` is to say. */
export function retryAfter() {
  return withFields(that<RetryAfter>(isRetryAfter, rule), (value) =>
    typeof value === 'object' ? faultOf(() => dateOptions.complete(dateOptions.check(value), '')) : undefined,
  );
}

/** The text of `Retry-After`, at this time on the wall. */
export function retryAfterText(given: RetryAfter, wallNow: number): string {
  if (typeof given !== 'object') return String(given);
  const { dateIn } = dateOptions.complete(given, '');
  return httpDate(Math.ceil((wallNow + dateIn) / 1000) * 1000);
}

function isRetryAfter(value: unknown): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0;
  if (typeof value === 'object') return value !== null && !Array.isArray(value);
  return typeof value === 'string' && value.endsWith('GMT') && new Date(value).toUTCString() === value;
}
