import { isPlain } from '../../core/index.js';

/** What is done to values on their way in and out, so that callers who change theirs do not change that of others; undefined: nothing. */
export interface Copies {
  /** What is kept of a value. */
  readonly kept: (value: unknown) => unknown;
  /** What a caller is given. */
  readonly given: (value: unknown) => unknown;
  /** What the callers of the load itself are given. */
  readonly loaded: (value: unknown) => unknown;
}

/** The ways to keep callers from changing what others get. */
export function copiesFor(clone: 'none' | 'structured' | 'freeze'): Copies | undefined {
  if (clone === 'none') return undefined;
  if (clone === 'freeze') return { kept: freeze, given: itself, loaded: itself };
  return { kept: structuredClone, given: structuredClone, loaded: copied };
}

function itself(value: unknown): unknown {
  return value;
}

/** Several callers may wait for one load; what cannot be copied is not kept, and they share it. */
function copied(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return value;
  }
}

/** Freezes a value with all that it holds; throws TypeError for what can be changed all the same. */
function freeze(value: unknown): unknown {
  for (const held of reachable(value)) Object.freeze(held);
  return value;
}

/** All objects within a value; cycles are followed once. */
function reachable(value: unknown): Set<object> {
  const found = new Set<object>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (!isObject(next) || found.has(next)) continue;
    if (!canFreeze(next)) throw new TypeError(`${labelOf(next)} cannot be frozen: clone: 'structured' copies it`);
    found.add(next);
    for (const name of Reflect.ownKeys(next)) {
      const property = Object.getOwnPropertyDescriptor(next, name);
      if (property && 'value' in property) open.push(property.value);
    }
  }
  return found;
}

/** Data and instances of the user's classes; what keeps its contents elsewhere (dates, maps, bytes) stays open to change. */
function canFreeze(value: object): boolean {
  if (typeof value === 'function' || Array.isArray(value) || isPlain(value)) return true;
  return Object.prototype.toString.call(value) === '[object Object]' || value instanceof Error;
}

function labelOf(value: object): string {
  return `a ${Object.prototype.toString.call(value).slice(8, -1)}`;
}

function isObject(value: unknown): value is object {
  return (typeof value === 'object' && value !== null) || typeof value === 'function';
}
