import { isSecret, redacted } from './redaction.js';
import { wrongOption } from './wrong-option.js';

/** One value of a parameter. */
export type QueryValue = string | number | boolean | undefined | null;

/** Parameters of a URL; a list repeats its parameter, undefined and null leave it out. */
export type QueryOptions = Readonly<Record<string, QueryValue | readonly QueryValue[]>>;

/** Checks parameters; the error names the one that is wrong. */
export function checkQuery(given: unknown, client: string): QueryOptions {
  if (given === undefined) return {};
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongOption(client, 'query', 'must be an object of parameters');
  }
  for (const [name, value] of Object.entries(given)) {
    const values = Array.isArray(value) ? value : [value];
    if (values.every(isQueryValue)) continue;
    const rule = 'must be a text, a finite number, true or false, or a list of them';
    throw wrongOption(client, `query.${name}`, rule, isSecret(name) ? redacted : value);
  }
  return given as QueryOptions;
}

/** Adds parameters to a URL; those of later sources replace those of earlier ones. */
export function appendQuery(url: URL, ...sources: readonly QueryOptions[]): void {
  for (const [name, value] of Object.entries(Object.assign({}, ...sources) as QueryOptions)) {
    for (const one of Array.isArray(value) ? value : [value]) {
      if (one !== undefined && one !== null) url.searchParams.append(name, String(one));
    }
  }
}

function isQueryValue(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === undefined || value === null || typeof value === 'string' || typeof value === 'boolean';
}
