import { InvalidOptionsError } from './invalid-options.js';
import type { CircuitCounts, CircuitKeeping, CircuitMoveTo } from './shared-state-circuits.js';
import type { LeaseTerms } from './shared-state-leases.js';
import type { SharedLimit } from './shared-state-permits.js';

/** What a shared state takes; each back end refuses the rest by the same words, before it asks anybody. */
export const sharedChecks = { key, message, weight, limits, lease, lasts, token, keeping, move, counts };

const year = 365 * 86_400_000;
const decade = 10 * year;
const algorithms = ['token-bucket', 'sliding-window', 'fixed-window'];
/** Half of a character, which becomes another one on its way through UTF-8. */
const half = /[\ud800-\udfff]/u;
const states = ['closed', 'open', 'half-open'];

function key(by: string, value: unknown, option = 'key'): void {
  if (typeof value === 'string' && value !== '' && value.length <= 512 && !half.test(value)) return;
  fail(by, option, 'must be text of 1 to 512 characters, without halves of any', value);
}

function message(by: string, value: unknown): void {
  if (typeof value === 'string' && value.length <= 65_536 && !half.test(value)) return;
  fail(by, 'message', 'must be text of at most 65536 characters, without halves of any', value);
}

function weight(by: string, value: unknown): void {
  if (typeof value === 'number' && value >= 0 && value < Number.POSITIVE_INFINITY) return;
  fail(by, 'weight', 'must be a finite number of at least 0', value);
}

function limits(by: string, value: readonly SharedLimit[]): void {
  if (!Array.isArray(value) || value.length < 1 || value.length > 10)
    fail(by, 'limits', 'must be a list of 1 to 10 limits', value);
  for (const [index, limit] of value.entries()) limitAt(by, `limits[${index}]`, limit);
}

function limitAt(by: string, option: string, value: SharedLimit): void {
  group(by, option, value);
  const { algorithm, limit, per, burst } = value;
  if (!algorithms.includes(algorithm))
    fail(by, `${option}.algorithm`, `must be one of ${algorithms.join(', ')}`, algorithm);
  whole(by, `${option}.limit`, limit, 1);
  whole(by, `${option}.per`, per, 1, year);
  if (burst === undefined) return;
  if (algorithm !== 'token-bucket') fail(by, `${option}.burst`, 'is for a token-bucket alone', burst);
  whole(by, `${option}.burst`, burst, 1);
  if ((burst * per) / limit > decade) fail(by, `${option}.burst`, 'must be regained within ten years', burst);
}

function lease(by: string, value: LeaseTerms): void {
  group(by, 'terms', value);
  const { lasts: time, capacity } = value;
  lasts(by, time);
  if (capacity !== undefined) whole(by, 'capacity', capacity, 1, 10_000);
}

function lasts(by: string, value: unknown): void {
  whole(by, 'lasts', value, 1, year);
}

function token(by: string, value: unknown): void {
  whole(by, 'token', value, 0);
}

function keeping(by: string, value: CircuitKeeping): void {
  group(by, 'kept', value);
  const { window, idle } = value;
  whole(by, 'window', window, 10, year);
  whole(by, 'idle', idle, window, year);
}

function move(by: string, value: CircuitMoveTo): void {
  group(by, 'to', value);
  const { is, after, openings } = value;
  if (!states.includes(is)) fail(by, 'is', `must be one of ${states.join(', ')}`, is);
  if (after !== undefined) whole(by, 'after', after, 0, year);
  whole(by, 'openings', openings, 0);
}

function counts(by: string, value: CircuitCounts): void {
  group(by, 'counts', value);
  const { calls, failures, slow } = value;
  whole(by, 'calls', calls, 0);
  whole(by, 'failures', failures, 0, calls);
  whole(by, 'slow', slow, 0, calls);
}

function group(by: string, option: string, value: unknown): void {
  if (typeof value !== 'object' || value === null) fail(by, option, 'must be an object', value);
}

function whole(by: string, option: string, value: unknown, min: number, max = Number.MAX_SAFE_INTEGER): void {
  if (Number.isSafeInteger(value) && Number(value) >= min && Number(value) <= max) return;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  fail(by, option, `must be a whole number ${range}`, value);
}

function fail(by: string, option: string, rule: string, value: unknown): never {
  throw new InvalidOptionsError({ decorator: by, option, rule, value });
}
