import { headerField } from './header-fields.js';
import { parseHttpDate } from './http-date.js';

/** Reads `Retry-After` as milliseconds from now: 0 for a date that has passed, undefined for what nobody can read. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const date = parseHttpDate(value);
  return date === undefined ? undefined : Math.max(0, date - now);
}

/**
 * When an error or a result says to come back, in milliseconds from now: by its own `retryAfter` (milliseconds, or a date), or by the
 * `retry-after-ms` or `Retry-After` of the HTTP answer that it is or carries (RFC 9110, section 10.2.3). Undefined where it says nothing that
 * can be read. `wallNow` is what the clock on the wall shows, for dates.
 */
export function retryAfterOf(source: unknown, wallNow: number): number | undefined {
  if (typeof source !== 'object' || source === null) return undefined;
  const { retryAfter, headers, response } = source as Readonly<Record<string, unknown>>;
  if (typeof retryAfter === 'number' && retryAfter >= 0) return retryAfter;
  if (retryAfter instanceof Date) return untilDate(retryAfter, wallNow);
  return (
    announced(headers, wallNow) ?? announced((response as { headers?: unknown } | null | undefined)?.headers, wallNow)
  );
}

function announced(headers: unknown, wallNow: number): number | undefined {
  const exact = headerField(headers, 'retry-after-ms');
  if (exact !== undefined && /^\d+(?:\.\d+)?$/.test(exact)) return Number(exact);
  return parseRetryAfter(headerField(headers, 'retry-after'), wallNow);
}

function untilDate(date: Date, now: number): number | undefined {
  return Number.isNaN(date.getTime()) ? undefined : Math.max(0, date.getTime() - now);
}
