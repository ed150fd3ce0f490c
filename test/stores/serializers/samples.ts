import { deepStrictEqual } from 'node:assert';

class Money {
  readonly amount = 5;
}

const shared = { a: 1 };

function cyclic(): unknown {
  const parent: Record<string, unknown> = { name: 'parent' };
  parent.child = { parent };
  return parent;
}

function cyclicList(): unknown {
  const list: unknown[] = [1];
  list.push(list, new Map([['list', list]]));
  return list;
}

function errorAround(): Error {
  const around: { error?: Error } = {};
  around.error = new Error('outer', { cause: around });
  return around.error;
}

function twice(...values: readonly object[]): unknown[] {
  return values.map((value) => [value, { value }]);
}

/** Values by what is in them, as the table of the documentation names it. */
export const samples: Readonly<Record<string, readonly unknown[]>> = {
  'text, finite numbers, booleans, null': [
    '',
    'text',
    '\u{1F600}\u2028\0',
    0,
    -1.5,
    2 ** 53,
    5e-324,
    true,
    false,
    null,
  ],
  'lists and plain objects': [[], {}, [[1], { a: { b: 'c' } }], { '': 1, 1: 2, 'a b': 3 }, { then: 1, constructor: 2 }],
  'a property that is undefined': [{ a: undefined, b: 1 }],
  '`undefined` itself, or in a list': [undefined, [undefined], [1, undefined, 2]],
  '`NaN`, `Infinity`': [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, { a: [Number.NaN] }],
  '`-0`': [-0, [-0], { a: -0 }],
  '`bigint`': [0n, 5n, -5n, 2n ** 63n, 2n ** 64n, -(2n ** 64n), 10n ** 300n, -(2n ** 70_000n)],
  '`Date`': [new Date(0), new Date(-1), new Date(1_700_000_000_123), new Date(8.64e15), new Date(-8.64e15)],
  '`Map`, `Set`': [new Map<unknown, unknown>([[{ k: 1 }, new Set([1, 'a'])]]), new Set([new Map([[1, null]])])],
  '`RegExp`': [/a\/b/giu, /^$/, /[\p{L}]/u],
  '`URL`, `URLSearchParams`': [new URL('https://a.example/b?c=d#e'), new URLSearchParams('a=b&a=c')],
  'typed arrays, `ArrayBuffer`, `DataView`': [
    new Uint8Array([1, 2, 3]),
    new Uint8Array(0),
    new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
    new Uint8ClampedArray([300]),
    new Int16Array([-1, 2]),
    new Float32Array([1.5]),
    [1, new Float64Array([-0, Number.NaN])],
    new BigInt64Array([-5n]),
    new BigUint64Array([2n ** 64n - 1n]),
    new Uint8Array([1, 2]).buffer,
    new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2),
  ],
  '`Buffer`': [Buffer.from('text'), Buffer.alloc(0), { a: Buffer.from([0, 255]) }],
  'errors of the language with their `cause`': [
    new Error('a'),
    new RangeError('b', { cause: { a: [1] } }),
    ...twice(new TypeError('c')),
  ],
  'an error that is its own cause, by whatever way': [errorAround()],
  'an object without prototype': [Object.create(null), { a: Object.assign(Object.create(null), { b: [1] }) }],
  'a list with holes': [Array(3), Object.assign([1], { length: 3, 2: 3 }), Object.assign([], { length: 3, 1: 'a' })],
  'a list with named properties': [
    /b/.exec('abc'),
    Object.assign([1, 2], { total: 3 }),
    Object.assign([1], { length: 3, total: 3 }),
  ],
  'a property named `__proto__`': [JSON.parse('{"__proto__": {"a": 1}, "b": 2}'), JSON.parse('[{"__proto__": 1}]')],
  'text with half a surrogate pair': ['\ud800', { a: `x${'\udc00y'.repeat(100)}` }, { '\ud800': 1 }],
  'the same object in two places': [[shared, shared]],
  'the same Date, Buffer or typed array in two places': twice(new Date(5), Buffer.from('a'), new Uint8Array(3)),
  'a cycle': [cyclic(), cyclicList()],
  'class instances, functions, symbols': [
    new Money(),
    { price: new Money() },
    new (class Dates extends Map {})(),
    Object.create({}),
    Object.create(Object.create(null)),
    Object.setPrototypeOf([1], { sum: 1 }),
    Object.assign([1], { length: 3, call() {} }),
    Object.create(Date.prototype),
    new WeakMap(),
    Promise.resolve(1),
    new String('boxed'),
    new AggregateError([1], 'several'),
    () => 1,
    { call() {} },
    Symbol('a'),
    { a: Symbol('a') },
    { [Symbol('a')]: 1 },
    Object.assign([1], { [Symbol('a')]: 1 }),
  ],
  'a Date, Map or the like with properties of its own': [
    Object.assign(new Date(0), { zone: 'CET' }),
    Object.assign(new Map(), { size2: 1 }),
    Object.assign(new Error('a'), { code: 'E_A' }),
    Object.assign(/a/g, { lastIndex: 1 }),
  ],
  'shared memory': [new SharedArrayBuffer(4), new Uint8Array(new SharedArrayBuffer(4))],
};

/** Fails where two values differ: in kind, data, order of properties or the places where one object is found again. */
export function expectSame(actual: unknown, expected: unknown): void {
  deepStrictEqual(actual, expected);
  expectSameGraph(actual, expected);
}

/** The same for objects, lists, Maps and Sets that refer to each other, where comparing them in depth would take forever. */
export function expectSameGraph(actual: unknown, expected: unknown): void {
  deepStrictEqual(outlineOf(actual), outlineOf(expected));
}

/** What a passage through a value meets, in order; an object that is met again by its number. */
function outlineOf(value: unknown, met = new Map<unknown, number>(), outline: unknown[] = []): readonly unknown[] {
  const before = met.get(value);
  const isObject = typeof value === 'object' && value !== null;
  outline.push(isObject ? (before ?? Object.prototype.toString.call(value)) : value);
  if (!isObject || before !== undefined) return outline;
  met.set(value, met.size);
  if (value instanceof Map) for (const item of [...value].flat()) outlineOf(item, met, outline);
  if (value instanceof Set) for (const item of value) outlineOf(item, met, outline);
  if (ArrayBuffer.isView(value)) return outline;
  for (const [key, item] of Object.entries(value)) {
    outline.push(key);
    outlineOf(item, met, outline);
  }
  return outline;
}
