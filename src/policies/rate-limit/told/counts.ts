import type { Item } from 'structured-headers';
import { parseReset, parseSeconds } from './reset-time.js';
import { isNatural, itemsOf, membersOf } from './structured-fields.js';
import { furthest, type Quota, type ToldWindow } from './told.js';

/** What was told of the limit that is nearest to being reached, and which other limits there are. */
export interface Counts extends Omit<ToldWindow, 'per'> {
  readonly quotas: readonly Quota[];
}

/** Reads one header field by its name in lower case. */
export type FieldReader = (name: string) => string | undefined;

/** Reads `RateLimit: limit=100, remaining=50, reset=50`, the form of draft-ietf-httpapi-ratelimit-headers-07. */
export function combinedCounts(field: string | undefined): Counts | undefined {
  const members = membersOf(field);
  const [limit, remaining, seconds] = ['limit', 'remaining', 'reset'].map((name) => members.get(name)?.[0]);
  const isSound = [limit, seconds].every((value) => value === undefined || isNatural(value));
  if (!isNatural(remaining) || !isSound) return undefined;
  const resetAfter = isNatural(seconds) ? Math.min(seconds * 1000, furthest) : undefined;
  return { id: '', limit: isNatural(limit) ? limit : undefined, remaining, resetAfter, quotas: [] };
}

/** The fields of those who send one for each number; the standard's names come first. */
const names = [
  { prefix: 'ratelimit', suffix: '' },
  { prefix: 'x-ratelimit', suffix: '' },
  { prefix: 'x-rate-limit', suffix: '' }, // X, once Twitter
  { prefix: 'x-ratelimit', suffix: '-requests' }, // OpenAI, beside '-tokens'
];

/**
 * Reads a field for each number, as draft-ietf-httpapi-ratelimit-headers-06 has it (`RateLimit-Limit: 100, 100;w=60`, `-Remaining`, `-Reset`)
 * and as many servers send them with an `X-` in front. GitHub names the limit in `-Resource`; Discord in `-Bucket`, and its `-Reset-After` says the
 * seconds exactly (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api,
 * https://discord.com/developers/docs/topics/rate-limits).
 */
export function separateCounts(field: FieldReader, serverNow: number): Counts | undefined {
  for (const { prefix, suffix } of names) {
    const counts = countsIn((name) => field(`${prefix}-${name}${suffix}`)?.trim(), serverNow);
    if (counts) return counts;
  }
  return undefined;
}

function countsIn(field: FieldReader, serverNow: number): Counts | undefined {
  const remaining = parseCount(field('remaining'));
  const limits = itemsOf(field('limit'));
  const quotas = quotasOf(limits);
  if (remaining === undefined && quotas.length === 0) return undefined; // most answers tell nothing: look no further
  const limit = limits[0]?.[0];
  return {
    id: field('resource') ?? field('bucket') ?? '',
    limit: isNatural(limit) ? limit : undefined,
    remaining,
    resetAfter: parseSeconds(field('reset-after')) ?? parseReset(field('reset'), serverNow),
    quotas,
  };
}

/** A whole number, or one with a fraction, as Reddit sends it (`598.0`). */
function parseCount(value: string | undefined): number | undefined {
  return value !== undefined && /^\d{1,15}(?:\.\d+)?$/.test(value) ? Math.floor(Number(value)) : undefined;
}

/** The limits that a list such as `100;w=60, 5000;w=3600` names. */
export function quotasOf(items: readonly Item[]): Quota[] {
  return items.flatMap(([limit, parameters]) => {
    const seconds = parameters.get('w');
    if (!isNatural(limit) || !isNatural(seconds) || seconds === 0) return [];
    return [{ limit, per: Math.min(seconds * 1000, furthest) }];
  });
}

/** A window for what was counted, which is that of the quota with the same limit, and one for each other quota. */
export function windowsOf(counts: Counts | undefined, quotas: readonly Quota[]): ToldWindow[] {
  if (counts?.remaining === undefined) return quotas.map(windowOf);
  const { id, limit, remaining, resetAfter } = counts;
  const own = quotas.find((quota) => quota.limit === limit);
  const others = quotas.filter((quota) => quota !== own).map(windowOf);
  return [{ id: own ? idOf(own) : id, remaining, resetAfter, limit, per: own?.per }, ...others];
}

function windowOf(quota: Quota): ToldWindow {
  return { id: idOf(quota), remaining: undefined, resetAfter: undefined, limit: quota.limit, per: quota.per };
}

function idOf({ limit, per }: Quota): string {
  return `${limit};w=${per / 1000}`;
}
