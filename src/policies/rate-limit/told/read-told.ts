import { headerField, parseHttpDate, retryAfterOf } from '../../../core/index.js';
import { combinedCounts, type FieldReader, quotasOf, separateCounts, windowsOf } from './counts.js';
import { namedWindows } from './named-windows.js';
import { itemsOf } from './structured-fields.js';
import { furthest, type Told, type ToldWindow } from './told.js';

/** The answers whose `Retry-After` speaks of limits: too many requests, overload, and GitHub's secondary limits. */
const pausing: readonly unknown[] = [429, 503, 403];

/**
 * Reads what an answer tells about the limits of its server. `wallNow` is what the clock on the wall shows; where the answer has a `Date`, moments are
 * counted from that instead, since they are the server's.
 *
 * Windows are read from the first of these that tells any: `RateLimit` and `RateLimit-Policy` as draft-ietf-httpapi-ratelimit-headers-08 and later
 * have them, then as the drafts before had them, then `X-RateLimit-*`. Of an answer from a cache (with an `Age`, section 7.3 there) they are not read.
 * `Retry-After` and `retry-after-ms` (RFC 9110, section 10.2.3) make a pause beside that. What is malformed is ignored. Since a `Date` has only whole
 * seconds, what is counted from it ends up to a second late, never early.
 */
export function readTold(status: number | undefined, headers: unknown, wallNow: number): Told {
  const field = fieldsOf(headers);
  const serverNow = parseHttpDate(field('date') ?? '') ?? wallNow;
  const windows = isFromCache(field('age')) ? [] : windowsIn(field, serverNow);
  if (!pausing.includes(status)) return { windows };
  const pause = retryAfterOf({ headers: { get: field } }, serverNow);
  if (pause === undefined) return { windows: windows.map(withinTheSecond) };
  return { pausedFor: Math.min(pause, furthest), windows };
}

/** A server that refuses, and says that a spent window begins anew in 0 seconds, has rounded down. */
function withinTheSecond(window: ToldWindow): ToldWindow {
  return window.remaining === 0 && window.resetAfter === 0 ? { ...window, resetAfter: 1000 } : window;
}

/** Fields that throw when they are looked at, such as those of some proxies, are malformed too. */
function fieldsOf(headers: unknown): FieldReader {
  return (name) => {
    try {
      return headerField(headers, name);
    } catch {
      return undefined;
    }
  };
}

function isFromCache(age: string | undefined): boolean {
  return Number(age) > 0;
}

function windowsIn(field: FieldReader, serverNow: number): ToldWindow[] {
  const [current, policy] = [field('ratelimit'), field('ratelimit-policy')];
  const named = namedWindows(current, policy);
  if (named.length > 0) return named;
  const counts = combinedCounts(current) ?? separateCounts(field, serverNow);
  return windowsOf(counts, [...(counts?.quotas ?? []), ...quotasOf(itemsOf(policy))]);
}
