import { types } from 'node:util';
import { type Fault, faultOf } from './fault.js';

/** A property by symbol, which no format writes. */
export function symbolIn(value: object): Fault | undefined {
  const symbols = Object.getOwnPropertySymbols(value);
  if (symbols.length === 0) return undefined;
  const enumerable = symbols.find((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
  return enumerable && faultOf('symbol property', enumerable);
}

/** A property that somebody gave to a Date, a Map or the like: no format writes it. */
export function extraIn(value: object): Fault | undefined {
  const [key] = Object.keys(value);
  return key === undefined ? symbolIn(value) : faultOf('extra property', key);
}

/** A view of memory that other threads may write to. */
export function sharedBehind({ buffer }: ArrayBufferView): Fault | undefined {
  return types.isSharedArrayBuffer(buffer) ? faultOf('shared memory', buffer) : undefined;
}

/** Whether a key of an array is the place of an item, and no name. */
export function isIndex(key: string, length: number): boolean {
  const index = Number(key);
  return Number.isInteger(index) && index >= 0 && index < length && String(index) === key;
}
