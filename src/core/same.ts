import { isDeepStrictEqual } from 'node:util';
import { isPlain } from './plain.js';

/** Data is the same when it is equal, anything else only when it is the same thing. */
export function isSame(one: unknown, other: unknown): boolean {
  return one === other || (isData(one) && isData(other) && isDeepStrictEqual(one, other));
}

function isData(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return Array.isArray(value) || isPlain(value);
}
