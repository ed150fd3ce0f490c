import { isBuiltIn, isPlain } from '../../core/index.js';

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
  return { kept: cloned, given: structuredClone, loaded: copied };
}

function itself(value: unknown): unknown {
  return value;
}

/** A copy; throws TypeError for what would not be the same in it: instances of the user's classes. */
function cloned(value: unknown): unknown {
  const copy = structuredClone(value);
  for (const held of reachable(value)) {
    if (!isPlain(held) && !isBuiltIn(held)) throw new TypeError(`${labelOf(held)} loses its class in a copy`);
  }
  return copy;
}

/** Several callers may wait for one load; what cannot be copied is not kept, and they share it. */
function copied(value: unknown): unknown {
  try {
    return cloned(value);
  } catch {
    return value;
  }
}

/** Freezes a value with all data that it holds, functions not included; throws TypeError for what can be changed all the same. */
function freeze(value: unknown): unknown {
  const all = reachable(value);
  for (const held of all)
    if (!canFreeze(held)) throw new TypeError(`${labelOf(held)} cannot be frozen: clone: 'structured' copies it`);
  for (const held of all) Object.freeze(held);
  return value;
}

/** All objects within a value; cycles are followed once. */
function reachable(value: unknown): Set<object> {
  const found = new Set<object>();
  const open: unknown[] = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (!isObject(next) || found.has(next)) continue;
    found.add(next);
    open.push(...held(next));
  }
  return found;
}

function held(value: object): unknown[] {
  if (ArrayBuffer.isView(value)) return []; // nothing but numbers, one by one
  const contents = value instanceof Map ? [...value].flat() : [];
  const properties = Reflect.ownKeys(value).map((name) => Object.getOwnPropertyDescriptor(value, name)?.value);
  return [...contents, ...(value instanceof Set ? value : []), ...properties];
}

/** Data and instances of the user's classes; what keeps its contents elsewhere (dates, maps, bytes) stays open to change. */
function canFreeze(value: object): boolean {
  if (Array.isArray(value) || isPlain(value)) return true;
  return Object.prototype.toString.call(value) === '[object Object]' || value instanceof Error;
}

function labelOf(value: object): string {
  const form = Object.prototype.toString.call(value).slice(8, -1);
  return form === 'Object' ? `an instance of ${value.constructor?.name || 'a class'}` : `a ${form}`;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
