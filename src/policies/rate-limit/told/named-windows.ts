import { type BareItem, type Item, Token } from 'structured-headers';
import { isNatural, itemsOf } from './structured-fields.js';
import { furthest, type ToldWindow } from './told.js';

/**
 * Reads the fields `RateLimit` and `RateLimit-Policy` as lists of named items, the form of draft-ietf-httpapi-ratelimit-headers-08 and later:
 * `"burst";q=100;w=60` and `"burst";r=50;t=30`. Items with a parameter of a wrong type are ignored, and so are limits on anything but requests;
 * of several items of one name the first counts, whatever their partition keys.
 */
export function namedWindows(limits: string | undefined, policies: string | undefined): ToldWindow[] {
  const known = policiesIn(policies);
  const told = new Map<string, ToldWindow>();
  for (const item of itemsOf(limits)) {
    const id = nameOf(item[0]);
    if (id === undefined || told.has(id)) continue;
    const window = windowOf(id, item, known.get(id));
    if (window) told.set(id, window);
  }
  for (const [id, { limit, per, countsRequests }] of known) {
    if (told.has(id) || !countsRequests || per === undefined) continue;
    told.set(id, { id, remaining: undefined, resetAfter: undefined, limit, per });
  }
  return [...told.values()];
}

interface Policy {
  readonly limit: number;
  readonly per: number | undefined;
  readonly countsRequests: boolean;
}

function policiesIn(field: string | undefined): Map<string, Policy> {
  const policies = new Map<string, Policy>();
  for (const item of itemsOf(field)) {
    const id = nameOf(item[0]);
    const policy = policyOf(item);
    if (id !== undefined && policy && !policies.has(id)) policies.set(id, policy);
  }
  return policies;
}

function policyOf([, parameters]: Item): Policy | undefined {
  const [limit, seconds, unit] = ['q', 'w', 'qu'].map((name) => parameters.get(name));
  if (!isNatural(limit) || !(seconds === undefined || (isNatural(seconds) && seconds > 0))) return undefined;
  const per = seconds === undefined ? undefined : Math.min(seconds * 1000, furthest);
  return { limit, per, countsRequests: unit === undefined || nameOf(unit) === 'requests' };
}

function windowOf(id: string, [, parameters]: Item, policy: Policy | undefined): ToldWindow | undefined {
  const [remaining, seconds] = ['r', 't'].map((name) => parameters.get(name));
  if (!isNatural(remaining) || !(seconds === undefined || isNatural(seconds))) return undefined;
  if (policy?.countsRequests === false) return undefined;
  const resetAfter = seconds === undefined ? undefined : Math.min(seconds * 1000, furthest);
  return { id, remaining, resetAfter, limit: policy?.limit, per: policy?.per };
}

function nameOf(value: BareItem | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return value instanceof Token ? value.toString() : undefined;
}
