import type { Random } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';

/**
 * Decides by chance whether a fresh value is refreshed already: the likelier the nearer it is to its end, and the longer loading took. So of many
 * callers (or processes) one comes first, and no stampede waits at the end. Vattani, Chierichetti, Lowenstein (2015), called XFetch there.
 */
export function isEarly({ freshUntil, loadTime = 0 }: CacheEntry, now: number, beta: number, random: Random): boolean {
  return now - loadTime * beta * Math.log(1 - random.next()) >= freshUntil; // in (0, 1]: the logarithm of 0 would always refresh
}
