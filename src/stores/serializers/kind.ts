import { types } from 'node:util';

/** What a format may be unable to keep. Text, finite numbers, booleans, null, plain objects and lists are kept by every one. */
export type Kind =
  | 'undefined'
  | 'NaN or Infinity'
  | '-0'
  | 'bigint'
  | 'lone surrogate'
  | 'Date'
  | 'Map'
  | 'Set'
  | 'RegExp'
  | 'URL'
  | 'URLSearchParams'
  | 'Error'
  | 'ArrayBuffer'
  | 'DataView'
  | 'typed array'
  | 'Float16Array'
  | 'Buffer'
  | 'object without prototype'
  | 'hole in an array'
  | 'named property of an array'
  | 'reserved property name'
  | 'cycle'
  | 'function'
  | 'symbol'
  | 'symbol property'
  | 'class instance'
  | 'extra property'
  | 'shared memory'
  | 'cycle through an error'
  | 'depth';

interface BuiltIn {
  readonly kind: Kind;
  /** Whether it is one in truth, and not just by its prototype. */
  readonly is: (value: object) => boolean;
}

const typedArrays = [Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array];
const wideArrays = [Float32Array, Float64Array, BigInt64Array, BigUint64Array];
const errors = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
const { Float16Array } = globalThis as { readonly Float16Array?: { readonly prototype: object } }; // from Node 24 on

/** The classes that come back as what they were, by their prototypes: a subclass of one is not the same. */
const builtIns = new Map<object | null, BuiltIn>([
  [Date.prototype, { kind: 'Date', is: types.isDate }],
  [Map.prototype, { kind: 'Map', is: types.isMap }],
  [Set.prototype, { kind: 'Set', is: types.isSet }],
  [RegExp.prototype, { kind: 'RegExp', is: types.isRegExp }],
  [URL.prototype, { kind: 'URL', is: (value) => 'href' in value }],
  [URLSearchParams.prototype, { kind: 'URLSearchParams', is: () => true }],
  [ArrayBuffer.prototype, { kind: 'ArrayBuffer', is: types.isArrayBuffer }],
  [DataView.prototype, { kind: 'DataView', is: types.isDataView }],
  [Buffer.prototype, { kind: 'Buffer', is: types.isUint8Array }],
  ...[...typedArrays, ...wideArrays].map(({ prototype }) => viewOf(prototype, 'typed array')),
  ...(Float16Array ? [viewOf(Float16Array.prototype, 'Float16Array')] : []),
  ...errors.map(({ prototype }): [object, BuiltIn] => [prototype, { kind: 'Error', is: types.isNativeError }]),
]);

function viewOf(prototype: object, kind: Kind): [object, BuiltIn] {
  return [prototype, { kind, is: types.isTypedArray }];
}

/** What an object is to a format; what is in it is another question. */
export function kindOf(value: object): 'object' | 'array' | Kind {
  const prototype: object | null = Object.getPrototypeOf(value);
  if (prototype === Object.prototype) return 'object';
  if (prototype === Array.prototype) return Array.isArray(value) ? 'array' : 'class instance';
  if (prototype === null) return types.isModuleNamespaceObject(value) ? 'class instance' : 'object without prototype';
  const builtIn = builtIns.get(prototype);
  if (builtIn) return builtIn.is(value) ? builtIn.kind : 'class instance';
  return isForeignPlain(value, prototype);
}

/** Data made by another realm (`node:vm`, a test runner): its prototypes are not ours, but nobody can tell by the data. */
function isForeignPlain(value: object, prototype: object): 'object' | 'array' | 'class instance' {
  const parent: object | null = Object.getPrototypeOf(prototype);
  if (parent === null) return Object.hasOwn(prototype, 'hasOwnProperty') ? 'object' : 'class instance';
  return Array.isArray(value) && Array.isArray(prototype) && Object.getPrototypeOf(parent) === null
    ? 'array'
    : 'class instance';
}
