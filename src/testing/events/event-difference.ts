import { isPlain } from '../../core/index.js';
import { isError, isInstance } from '../any-realm.js';
import { type Comparison, fits, isAsymmetric } from './event-fit.js';

/** Where a value is not what was expected. */
export interface Difference {
  /** The way to it: `error.code`, `waits[1]`; empty for the value itself. */
  readonly path: string;
  readonly expected: unknown;
  readonly actual: unknown;
}

/**
 * All that keeps a value from fitting a pattern; empty when it fits. Throws InvalidOptionsError for a function in the pattern that returns neither
 * true nor false.
 */
export function differences(actual: unknown, pattern: unknown): readonly Difference[] {
  return compare({ actual, pattern, path: '' }, []);
}

function compare(comparison: Comparison, around: readonly Comparison[]): readonly Difference[] {
  const { actual, pattern, path } = comparison;
  const different = [{ path, expected: pattern, actual }];
  if (Object.is(actual, pattern) || actual === pattern) return [];
  if (!isParted(pattern)) return fits(comparison) ? [] : different;
  if (!isAlike(actual, pattern)) return different;
  if (around.some((outer) => outer.actual === actual && outer.pattern === pattern)) return []; // both contain themselves
  const within = [...around, comparison];
  return fieldsOf(pattern).flatMap((key) =>
    compare({ actual: fieldOf(actual, key), pattern: fieldOf(pattern, key), path: join(path, pattern, key) }, within),
  );
}

/** Tells what is compared part by part: arrays, plain objects and errors. */
function isParted(pattern: unknown): pattern is object {
  if (typeof pattern !== 'object' || pattern === null || isAsymmetric(pattern)) return false;
  return Array.isArray(pattern) || isError(pattern) || isPlain(pattern);
}

/** Tells whether it makes sense to compare the parts. */
function isAlike(actual: unknown, pattern: object): boolean {
  if (Array.isArray(pattern)) return Array.isArray(actual) && actual.length === pattern.length;
  if (isError(pattern)) return isInstance(actual, pattern.constructor as ErrorConstructor);
  return typeof actual === 'object' && actual !== null;
}

/** An error's message is not enumerable, nor is much else of it, and its stack says nothing. */
function fieldsOf(pattern: object): readonly PropertyKey[] {
  const own = Reflect.ownKeys(pattern).filter((key) => Object.prototype.propertyIsEnumerable.call(pattern, key));
  if (!isError(pattern)) return own;
  const hidden = ['name', 'cause', 'errors'].filter((key) => Object.hasOwn(pattern, key));
  const named = pattern instanceof DOMException ? ['name'] : []; // which is what tells an AbortError from others
  return [...new Set(['message', ...named, ...hidden, ...own])];
}

function fieldOf(holder: unknown, key: PropertyKey): unknown {
  return (holder as Readonly<Record<PropertyKey, unknown>>)[key];
}

function join(path: string, holder: object, key: PropertyKey): string {
  if (Array.isArray(holder) || typeof key === 'symbol') return `${path}[${String(key)}]`;
  return path === '' ? String(key) : `${path}.${String(key)}`;
}
