import { classLabel, isBuiltIn, nameOf } from './class-label.js';
import { isPlain } from './plain.js';

/** Tells whether an argument says nothing about what is asked for: functions and signals do not, nor what holds a signal and nothing else. */
export function saysNothing(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return value === undefined || typeof value === 'function';
  return value instanceof AbortSignal || holdsSignalOnly(value);
}

function holdsSignalOnly(value: object): boolean {
  const { signal } = value as { readonly signal?: unknown };
  return signal instanceof AbortSignal && isPlain(value) && Object.values(value).every(saysNothing);
}

/** Writes a value so that equal data is written alike, and no other; throws TypeError where that cannot be told. */
export function encode(value: unknown, lasting: boolean): string {
  return encodeWithin(value, [], lasting);
}

function encodeWithin(value: unknown, around: readonly object[], lasting: boolean): string {
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
      return value instanceof AbortSignal ? 'undefined' : encodeObject(value, around, lasting);
    case 'symbol':
      return refuse(`the symbol ${String(value)}`);
    default:
      return 'undefined';
  }
}

/** Its class, where that is not told by the form; what it holds in its own way; and its own properties besides. */
function encodeObject(value: object, around: readonly object[], lasting: boolean): string {
  if (around.includes(value)) return refuse('a cyclic object');
  const inner = [...around, value];
  const each = (item: unknown) => encodeWithin(item, inner, lasting);
  if (Array.isArray(value)) return labelled(value, `[${Array.from(value, each).join()}]`, each, lasting);
  if (isPlain(value)) return `{${properties(value, each)}}`;
  const held = contents(value, each);
  if (held !== undefined) return labelled(value, held, each, lasting);
  const { toJSON } = value as { readonly toJSON?: unknown };
  if (typeof toJSON === 'function') return `${label(value, lasting)}<${each(toJSON.call(value))}>`;
  if (Object.keys(value).length === 0) return refuse(`an instance of ${nameOf(value)}`);
  return `${label(value, lasting)}{${properties(value, each)}}`;
}

/** What the classes of the language hold that properties do not show; undefined for all others. */
function contents(value: object, each: (item: unknown) => string): string | undefined {
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof RegExp || value instanceof URL || value instanceof URLSearchParams)
    return `(${each(String(value))})`;
  if (value instanceof Map) return `Map(${sorted(Array.from(value, ([key, item]) => `${each(key)}:${each(item)}`))})`;
  if (value instanceof Set) return `Set(${sorted(Array.from(value, each))})`;
  if (ArrayBuffer.isView(value)) return bytes(value.buffer, value.byteOffset, value.byteLength);
  if (value instanceof ArrayBuffer || value instanceof SharedArrayBuffer) return bytes(value, 0, value.byteLength);
  return value instanceof Error ? `(${each(value.message)})` : undefined;
}

function labelled(value: object, held: string, each: (item: unknown) => string, lasting: boolean): string {
  const own = ArrayBuffer.isView(value) && isBuiltIn(value) ? '' : properties(value, each); // one for each byte, otherwise
  const isUsual = Array.isArray(value) && isBuiltIn(value);
  return `${isUsual ? '' : label(value, lasting)}${held}${own && `{${own}}`}`;
}

function properties(value: object, each: (item: unknown) => string): string {
  const symbol = Object.getOwnPropertySymbols(value).find((name) =>
    Object.prototype.propertyIsEnumerable.call(value, name),
  );
  if (symbol) return refuse(`an object with the property ${String(symbol)}`);
  const isIndexed = Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView));
  const entries = Object.entries(value).slice(isIndexed ? indices(value) : 0);
  const telling = entries.filter(([, item]) => !saysNothing(item));
  return sorted(telling.map(([name, item]) => `${each(name)}:${each(item)}`));
}

/** How many of the first own properties are elements. */
function indices(value: object): number {
  const names = Object.keys(value);
  const first = names.findIndex((name) => !/^\d+$/.test(name));
  return first < 0 ? names.length : first;
}

function label(value: object, lasting: boolean): string {
  if (lasting && !isBuiltIn(value))
    return refuse(`an instance of ${nameOf(value)} (only this process can tell its class from others of the name)`);
  return classLabel(value);
}

function bytes(buffer: ArrayBufferLike, offset: number, length: number): string {
  return `(${Buffer.from(buffer, offset, length).toString('base64')})`;
}

function sorted(parts: string[]): string {
  return parts.sort().join();
}

function refuse(what: string): never {
  throw new TypeError(`${what} cannot be part of a key: give the decorator a 'key' function`);
}
