import { pairsOf } from './pairs.js';
import { isSecret, redacted } from './redaction.js';
import { wrongOption } from './wrong-option.js';

/** One value of a parameter. */
export type QueryValue = string | number | boolean | undefined | null;

/** Parameters of a URL; a list repeats its parameter, undefined and null leave it out. */
export type QueryOptions = Readonly<Record<string, QueryValue | readonly QueryValue[]>> | URLSearchParams;

/** Parameters that have been checked. */
export type Query = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** Checks parameters; the error names the one that is wrong. */
export function checkQuery(given: unknown, client: string): Query {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongOption(client, 'query', 'must be an object of parameters');
  }
  const query: Record<string, QueryValue | readonly QueryValue[]> = Object.create(null);
  for (const [name, value] of pairsOf(given)) {
    const values = Array.isArray(value) ? value : [value];
    const rule = 'must be a text, a finite number, true or false, or a list of them';
    if (!values.every(isQueryValue))
      throw wrongOption(client, `query.${name}`, rule, isSecret(name) ? redacted : value);
    query[name] = name in query ? [query[name] ?? [], values].flat() : (value as QueryValue | readonly QueryValue[]);
  }
  return query;
}

/** Adds parameters to a URL. */
export function appendQuery(url: URL, query: Query): void {
  for (const [name, value] of Object.entries(query)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
    }
  }
}

function isQueryValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean';
}
