import { isDeepStrictEqual, types } from 'node:util';
import { InvalidOptionsError, isClass } from '../../core/index.js';
import { isInstance } from '../any-realm.js';
import type { AsymmetricMatcher } from './event-pattern.js';

/** A value, what it is held against, and the way to it. */
export interface Comparison {
  readonly actual: unknown;
  readonly pattern: unknown;
  readonly path: string;
}

/** Tells a matcher of vitest or jest from a value. */
export function isAsymmetric(pattern: unknown): pattern is AsymmetricMatcher {
  return typeof (pattern as Partial<AsymmetricMatcher> | null | undefined)?.asymmetricMatch === 'function';
}

/** Tells whether a value fits what is not compared part by part. */
export function fits({ actual, pattern, path }: Comparison): boolean {
  if (isAsymmetric(pattern)) return pattern.asymmetricMatch(actual);
  if (isClass(pattern)) return isInstance(actual, pattern);
  if (typeof pattern === 'function') return answerOf(pattern(actual), path);
  if (pattern instanceof RegExp && typeof actual === 'string') return actual.search(pattern) >= 0;
  return typeof pattern === 'object' && pattern !== null && isEqual(actual, pattern);
}

/** Anything else, such as the promise of an async function, would let tests of what did not happen pass whatever happened. */
function answerOf(answer: unknown, path: string): boolean {
  if (typeof answer === 'boolean') return answer;
  const rule = `has a function${path && ` at ${path}`} that must return true or false`;
  throw new InvalidOptionsError({ decorator: 'The pattern of an event', rule, value: answer });
}

function isEqual(actual: unknown, pattern: object): boolean {
  if (pattern instanceof URL) return actual instanceof URL && actual.href === pattern.href;
  return !isOpaque(pattern) && isDeepStrictEqual(actual, pattern);
}

/** Tells an instance that shows nothing of what it holds: any two of its class would be taken for equal. */
function isOpaque(value: object): boolean {
  return Object.keys(value).length === 0 && !comparable.some((isOne) => isOne(value));
}

const comparable = [
  types.isDate,
  types.isRegExp,
  types.isMap,
  types.isSet,
  types.isBoxedPrimitive,
  types.isAnyArrayBuffer,
  types.isArrayBufferView,
];
