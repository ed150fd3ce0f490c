import type { Call } from './call.js';
import { show } from './invalid-options.js';
import { isPlain } from './plain.js';

/** What a call is told apart by: compared as a Map compares. */
export type Key = string | number;

/** A key as people give it: one value, or a list of values. */
export type GivenKey = Key | readonly unknown[];

/** Says by a call's arguments what is asked for; undefined when the call has no key. `this` is the instance. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are checked by the decorator
export type KeyFunction = (this: any, ...args: any[]) => unknown;

const marker = '\u0000'; // no plain string argument keeps it in front, so encoded and plain keys never meet

/** Makes the function that reads a call's key, by the user's function or from all arguments; it throws where there can be none. */
export function keyReader(key: KeyFunction | undefined): (call: Call) => Key | undefined {
  if (key === undefined) return (call) => keyOf(call.args);
  return (call) => checkKey(key.apply(call.target, call.args as unknown[]), call.site);
}

/**
 * The key of a call's arguments: equal data gives equal keys, whatever the order of an object's properties.
 * Signals and functions say nothing about what is asked for: they count as undefined, and what ends in undefined ends before.
 */
export function keyOf(args: readonly unknown[]): Key {
  let { length } = args;
  while (length > 0 && saysNothing(args[length - 1])) length--;
  if (length === 1) {
    const only = args[0];
    if (typeof only === 'number' || (typeof only === 'string' && only.charCodeAt(0) !== 0)) return only;
  }
  return length === 0 ? marker : encodeAll(args, length);
}

/** Checks what a user's key function returned, or whoever names a key: undefined means that the call has none. */
export function checkKey(key: unknown, site: string): Key | undefined {
  if (typeof key === 'string') return key.charCodeAt(0) === 0 ? encodeAll([key], 1) : key;
  if (typeof key === 'number' || key === undefined) return key;
  if (Array.isArray(key)) return keyOf(key);
  throw new TypeError(
    `${site}: a key must be a string, a number, a list of values, or undefined for none, but got ${show(key)}`,
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

function encodeAll(args: readonly unknown[], length: number): string {
  let key = `${marker}[`;
  for (let index = 0; index < length; index++)
    key += index === 0 ? encode(args[index], []) : `,${encode(args[index], [])}`;
  return key;
}

function saysNothing(value: unknown): boolean {
  return value === undefined || typeof value === 'function' || value instanceof AbortSignal;
}

function encode(value: unknown, around: readonly object[]): string {
  switch (typeof value) {
    case 'string':
      return `${value.length}"${value}`; // its length first: nothing in it needs to be escaped
    case 'number':
    case 'boolean':
      return String(value);
    case 'bigint':
      return `${value}n`;
    case 'object':
      if (value === null) return 'null';
      return value instanceof AbortSignal ? 'undefined' : encodeObject(value, around);
    case 'symbol':
      return refuse(`the symbol ${String(value)}`);
    default:
      return 'undefined';
  }
}

function encodeObject(value: object, around: readonly object[]): string {
  if (around.includes(value)) return refuse('a cyclic object');
  const inner = [...around, value];
  const each = (item: unknown) => encode(item, inner);
  if (Array.isArray(value)) return `[${Array.from(value, each).join()}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp || value instanceof URL || value instanceof URLSearchParams)
    return `${labelOf(value)}(${each(String(value))})`;
  if (value instanceof Map) return `Map(${sorted(Array.from(value, ([key, item]) => `${each(key)}:${each(item)}`))})`;
  if (value instanceof Set) return `Set(${sorted(Array.from(value, each))})`;
  if (ArrayBuffer.isView(value)) return bytes(value, value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer)
    return bytes(value, value, 0, value.byteLength);
  const { toJSON } = value as { readonly toJSON?: unknown };
  return typeof toJSON === 'function' ? `${labelOf(value)}<${each(toJSON.call(value))}>` : encodeData(value, each);
}

function encodeData(value: object, each: (item: unknown) => string): string {
  const symbol = Object.getOwnPropertySymbols(value).find((name) =>
    Object.prototype.propertyIsEnumerable.call(value, name),
  );
  if (symbol) return refuse(`an object with the property ${String(symbol)}`);
  const entries = Object.entries(value);
  const data = sorted(
    entries.filter(([, item]) => !saysNothing(item)).map(([name, item]) => `${each(name)}:${each(item)}`),
  );
  if (isPlain(value)) return `{${data}}`;
  if (value instanceof Error) return `${labelOf(value)}(${each(value.message)}){${data}}`;
  return entries.length > 0 ? `${labelOf(value)}{${data}}` : refuse(`an instance of ${nameOf(value)}`);
}

function bytes(value: object, buffer: ArrayBufferLike, offset: number, length: number): string {
  return `${labelOf(value)}(${Buffer.from(buffer, offset, length).toString('base64')})`;
}

function sorted(parts: string[]): string {
  return parts.sort().join();
}

const labels = new WeakMap<object, string>();
const namesakes = new Map<string, number>();

/** What stands for an object's class: its name, with a number for each further class of that name. */
function labelOf(value: object): string {
  const prototype = prototypeOf(value);
  const known = labels.get(prototype);
  if (known !== undefined) return known;
  const name = nameOf(value);
  const before = namesakes.get(name) ?? 0;
  const label = `${encode(name, [])}#${before}`;
  namesakes.set(name, before + 1);
  labels.set(prototype, label);
  return label;
}

function nameOf(value: object): string {
  const { constructor: made } = prototypeOf(value) as { readonly constructor?: unknown };
  return typeof made === 'function' ? made.name : '';
}

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}

function refuse(what: string): never {
  throw new TypeError(`${what} cannot be part of a key: give the decorator a 'key' function`);
}
