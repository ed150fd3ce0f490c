import type { Call } from './call.js';
import { encode, saysNothing } from './key-encoding.js';
import { isPlain } from './plain.js';

/** What a call is told apart by: compared as a Map compares. */
export type Key = string | number;

/** A key as people give it: one value, or a list of values. */
export type GivenKey = Key | readonly unknown[];

/** Says by a call's arguments what is asked for; undefined when the call has no key. `this` is the instance. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are checked by the decorator
export type KeyFunction = (this: any, ...args: any[]) => unknown;

const marker = '\u0000'; // no plain string argument keeps it in front, so encoded and plain keys never meet

/**
 * Makes the function that reads a call's key, by the user's function or from all arguments; it throws where there can be none. A `lasting` key outlives
 * the process, and so says nothing of classes that only the process can tell apart.
 */
export function keyReader(key: KeyFunction | undefined, lasting = false): (call: Call) => Key | undefined {
  if (key === undefined) return (call) => keyOf(call.args, lasting);
  return (call) => checkKey(key.apply(call.target, call.args as unknown[]), call.site, lasting);
}

/**
 * The key of a call's arguments: equal data gives equal keys, whatever the order of an object's properties.
 * Signals and functions say nothing about what is asked for: they count as undefined, and what ends in undefined ends before.
 */
export function keyOf(args: readonly unknown[], lasting = false): Key {
  let { length } = args;
  while (length > 0 && saysNothing(args[length - 1])) length--;
  if (length === 1) {
    const only = args[0];
    if (typeof only === 'number' || (typeof only === 'string' && only.charCodeAt(0) !== 0)) return only;
  }
  return length === 0 ? marker : encodeAll(args, length, lasting);
}

/** Checks what a user's key function returned, or whoever names a key: undefined means that the call has none. */
export function checkKey(key: unknown, site: string, lasting = false): Key | undefined {
  if (typeof key === 'string') return key.charCodeAt(0) === 0 ? encodeAll([key], 1, lasting) : key;
  if (typeof key === 'number' || key === undefined) return key;
  if (Array.isArray(key)) return keyOf(key, lasting);
  throw new TypeError(
    `${site}: a key must be a string, a number, a list of values, or undefined for none, but got ${kindOf(key)}`,
  );
}

/** Splits keys by a number, such as that of an instance; 0 leaves them as they are. */
export function splitKey(key: Key, by: number): Key {
  if (by === 0) return key;
  return typeof key === 'string' ? `${marker}${by}s${key}` : `${marker}${by}n${key}`;
}

/** The key as it was before it was split. */
export function wholeKey(key: Key): Key {
  if (typeof key === 'number' || !isSplit(key)) return key;
  const tag = key.search(/[sn]/);
  const whole = key.slice(tag + 1);
  return key.charAt(tag) === 'n' ? Number(whole) : whole;
}

/** The number by which a key was split; 0 for one that was not. */
export function splitBy(key: Key): number {
  return typeof key === 'number' || !isSplit(key) ? 0 : Number.parseInt(key.slice(1), 10);
}

/** A digit after the marker: encoded keys have a bracket there. */
function isSplit(key: string): boolean {
  const first = key.charCodeAt(1);
  return key.charCodeAt(0) === 0 && first >= 48 && first <= 57;
}

function encodeAll(args: readonly unknown[], length: number, lasting: boolean): string {
  let key = `${marker}[`;
  for (let index = 0; index < length; index++)
    key += index === 0 ? encode(args[index], lasting) : `,${encode(args[index], lasting)}`;
  return key;
}

/** Tells what somebody gave in place of a key without telling its contents, which are no business of an error. */
function kindOf(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value !== 'object') return `a ${typeof value}`;
  return isPlain(value) ? 'an object' : `an instance of ${value.constructor.name}`;
}
