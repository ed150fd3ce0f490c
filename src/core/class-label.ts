/** The classes of the language, whose names mean the same in every process. */
const builtIn = new Map<object, string>(
  [
    Array,
    Map,
    Set,
    Date,
    RegExp,
    URL,
    URLSearchParams,
    ArrayBuffer,
    SharedArrayBuffer,
    DataView,
    Buffer,
    Int8Array,
    Uint8Array,
    Uint8ClampedArray,
    Int16Array,
    Uint16Array,
    Int32Array,
    Uint32Array,
    Float32Array,
    Float64Array,
    BigInt64Array,
    BigUint64Array,
    Error,
    TypeError,
    RangeError,
    SyntaxError,
    ReferenceError,
    EvalError,
    URIError,
    AggregateError,
  ].map(({ name, prototype }) => [prototype, name]),
);

const labels = new WeakMap<object, string>();
const namesakes = new Map<string, number>();

/** What stands for an object's class: the name of one of the language, else its name with its number among those of the name in this process. */
export function classLabel(value: object): string {
  const prototype = prototypeOf(value);
  return builtIn.get(prototype) ?? labels.get(prototype) ?? firstLabel(prototype, nameOf(value));
}

/** Tells whether an object is directly of a class of the language. */
export function isBuiltIn(value: object): boolean {
  return builtIn.has(prototypeOf(value));
}

export function nameOf(value: object): string {
  const { constructor: made } = prototypeOf(value) as { readonly constructor?: unknown };
  return typeof made === 'function' ? made.name : '';
}

function firstLabel(prototype: object, name: string): string {
  const before = namesakes.get(name) ?? 0;
  const label = `${name.length}"${name}#${before}`;
  namesakes.set(name, before + 1);
  labels.set(prototype, label);
  return label;
}

function prototypeOf(value: object): object {
  return Object.getPrototypeOf(value) ?? Object.prototype;
}
