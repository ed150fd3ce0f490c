import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Call, checkKey, keyOf, keyReader, Lifetime, splitKey, wholeKey } from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';

class Point {
  constructor(
    readonly x: number,
    readonly y: number,
  ) {}
}

class Money {
  readonly #amount: number;

  constructor(amount: number) {
    this.#amount = amount;
  }

  toJSON(): unknown {
    return { amount: this.#amount };
  }
}

class Secretive {
  readonly #value = 1;

  get value(): number {
    return this.#value;
  }
}

/** Another class of the same name, as a minifier makes them. */
const namesake = () => {
  class Point {
    constructor(
      readonly x: number,
      readonly y: number,
    ) {}
  }
  return Point;
};

const signal = () => new AbortController().signal;

describe('the key of arguments', () => {
  it('is a lone string or number itself', () => {
    expect(keyOf(['octocat'])).toBe('octocat');
    expect(keyOf([''])).toBe('');
    expect(keyOf([42])).toBe(42);
  });

  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['the order of properties', [{ a: 1, b: 2 }], [{ b: 2, a: 1 }]],
    ['the order of properties within', [[{ a: { c: 1, d: 2 } }]], [[{ a: { d: 2, c: 1 } }]]],
    ['a property that is undefined', [{ a: 1, b: undefined }], [{ a: 1 }]],
    ['arguments that end in undefined', ['a', undefined, undefined], ['a']],
    ['a signal at the end', ['a', signal()], ['a']],
    ['which signal it is', ['a', { limit: 1, signal: signal() }], ['a', { limit: 1, signal: signal() }]],
    ['a signal within an object', ['a', { limit: 1, signal: signal() }], ['a', { limit: 1 }]],
    ['a function at the end', [1, () => 1], [1]],
    ['which function it is', [() => 1, 'a'], [() => 2, 'a']],
    ['functions in a list', [[1, () => 1]], [[1, () => 2]]],
    ['the order of a set', [new Set([1, 2])], [new Set([2, 1])]],
    [
      'the order of a map',
      [
        new Map([
          ['a', 1],
          ['b', 2],
        ]),
      ],
      [
        new Map([
          ['b', 2],
          ['a', 1],
        ]),
      ],
    ],
    ['the sign of zero', ['a', -0], ['a', 0]],
    ['the identity of data', [{ at: new Date(5), re: /x/g }, 1n], [{ at: new Date(5), re: /x/g }, 1n]],
    ['the identity of bytes', [new Uint8Array([1, 2])], [new Uint8Array([0, 1, 2]).subarray(1)]],
    ['the identity of an instance', [new Point(1, 2)], [new Point(1, 2)]],
    ['the identity of an instance that speaks for itself', [new Money(5)], [new Money(5)]],
    ['where a plain object comes from', [runInNewContext('({ a: 1 })')], [{ a: 1 }]],
    ['whether a plain object has a prototype', [Object.assign(Object.create(null), { a: 1 })], [{ a: 1 }]],
  ])('does not depend on %s', (_what, one, other) => {
    expect(keyOf(one)).toBe(keyOf(other));
  });

  it.each<[string, readonly unknown[], readonly unknown[]]>([
    ['a string and a number', ['1'], [1]],
    ['a string and a number among others', ['a', '1'], ['a', 1]],
    ['a number and a bigint', ['a', 1], ['a', 1n]],
    ['null and undefined', [null, 1], [undefined, 1]],
    ['null and no argument', [null], []],
    ['null and its name', [null], ['null']],
    ['true and its name', [true], ['true']],
    ['no argument and an empty string', [], ['']],
    ['one list and its items', [['a', 'b']], ['a', 'b']],
    ['where a list ends', [['a'], 'b'], [['a', 'b']]],
    ['where a string ends', ['a', 'b'], ['a,b']],
    ['where a string ends, whatever is in it', ['a","b', 'c'], ['a', 'b","c']],
    ['a string that looks like a key', ['\u0000[1"a,1"b'], ['a', 'b']],
    ['a string that looks like the key of nothing', ['\u0000'], []],
    ['an empty object and none', ['a', {}], ['a']],
    ['an object and a list', [{ 0: 1 }], [[1]]],
    ['a set and a list', [new Set([1])], [[1]]],
    ['a map and an object', [new Map([['a', 1]])], [{ a: 1 }]],
    ['a date and its number', [new Date(5)], [5]],
    ['no date and a date', [new Date(Number.NaN)], [new Date(0)]],
    ['two expressions', [/a/g], [/a/i]],
    ['a URL and its text', [new URL('http://a/')], ['http://a/']],
    ['bytes of two kinds', [new Uint8Array([1])], [new Uint8ClampedArray([1])]],
    ['two classes with the same data', [new Point(1, 2)], [{ x: 1, y: 2 }]],
    ['two classes of one name', [new Point(1, 2)], [new (namesake())(1, 2)]],
    ['two instances that differ in private', [new Money(5)], [new Money(6)]],
    ['two errors', [new Error('a')], [new Error('b')]],
  ])('tells apart %s', (_what, one, other) => {
    expect(keyOf(one)).not.toBe(keyOf(other));
  });

  const cyclic: unknown[] = [];
  cyclic.push(cyclic);

  it.each<[string, unknown, string]>([
    ['a symbol', Symbol('x'), 'the symbol Symbol(x)'],
    ['a cyclic object', cyclic, 'a cyclic object'],
    ['a property that is a symbol', { [Symbol('gt')]: 5 }, 'an object with the property Symbol(gt)'],
    ['an instance that shows nothing', new Secretive(), 'an instance of Secretive'],
    ['a promise', Promise.resolve(1), 'an instance of Promise'],
  ])('cannot be made of %s', (_what, value, name) => {
    const message = `${name} cannot be part of a key: give the decorator a 'key' function`;
    expect(() => keyOf([1, value])).toThrow(new TypeError(message));
    expect(() => keyOf([[{ within: value }]])).toThrow(new TypeError(message));
  });

  it('is the same with a signal among options and without them', () => {
    const { signal } = new AbortController();
    expect(keyOf(['1', { signal }])).toBe(keyOf(['1']));
    expect(keyOf(['1', { signal, deep: true }])).toBe(keyOf(['1', { deep: true }]));
    expect(keyOf(['1', {}])).not.toBe(keyOf(['1']));
  });

  it('tells what classes of the language hold, and what it was given besides', () => {
    class Filter extends Map<string, string> {
      constructor(readonly tenant: string) {
        super();
      }
    }
    class Page extends Array<number> {
      page = 1;
    }
    class Bytes extends Uint8Array {
      owner = 'acme';
    }
    const different: unknown[] = [
      new Map(),
      new Filter('acme'),
      new Filter('other'),
      Object.assign(new Map(), { tenant: 'acme' }),
      Object.assign(new Date(0), { zone: 'UTC' }),
      new Date(0),
      [],
      Object.assign([], { page: 1 }),
      new Page(),
      Object.assign(new Page(), { page: 2 }),
      new Uint8Array(2),
      new Bytes(2),
      Object.assign(new Bytes(2), { owner: 'other' }),
      new Error('a'),
      new TypeError('a'),
      Object.assign(new Error('a'), { code: 1 }),
    ];
    expect(new Set(different.map((value) => keyOf([value]))).size).toBe(different.length);
    expect(keyOf([new Filter('acme')])).toBe(keyOf([new Filter('acme')]));
    expect(keyOf([Object.assign(new Page(), { page: 2 })])).toBe(keyOf([Object.assign(new Page(), { page: 2 })]));
  });

  it('that outlives the process says nothing of classes that only the process can tell apart', () => {
    class Query {
      id = 1;
    }
    class Money {
      toJSON() {
        return '1 EUR';
      }
    }
    class Filter extends Map {}
    const lasting = (value: unknown) => keyOf([value], true);
    for (const value of [new Query(), new Money(), new Filter(), [new Query()]])
      expect(() => lasting(value)).toThrow(
        /^an instance of \w+ \(only this process can tell its class from others of the name\)/,
      );
    for (const value of [
      new Date(0),
      new Map([[1, new Set([2])]]),
      new URL('https://a.b'),
      /a/g,
      Buffer.from('a'),
      { a: [1n] },
    ])
      expect(lasting(value)).toBe(keyOf([value]));
  });

  const data = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 3 },
      fc.string(),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      tie('list'),
      tie('object'),
    ),
    list: fc.array(tie('value'), { maxLength: 3 }),
    object: fc.dictionary(fc.string(), tie('value'), { maxKeys: 3, noNullPrototype: true }),
  })).value;

  it('is equal exactly for equal data', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 3 }), fc.array(data, { maxLength: 3 }), (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(canonical(one) === canonical(other));
        expect(keyOf(structuredClone(one))).toBe(keyOf(one));
      }),
      { numRuns: 500 },
    );
  });

  it('is equal exactly for equal texts, whatever they contain', () => {
    const text = fc.string({ unit: fc.constantFrom('\u0000', '[', '"', ',', '1', 's', 'a'), maxLength: 5 });
    fc.assert(
      fc.property(fc.array(text, { maxLength: 3 }), fc.array(text, { maxLength: 3 }), (one, other) => {
        expect(keyOf(one) === keyOf(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 2000 },
    );
  });
});

/** Equal for equal JSON data: the slow and obvious way. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical)}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}:${canonical(item)}`);
  return `{${entries.sort()}}`;
}

describe('a key of the user', () => {
  it.each<[unknown, unknown]>([
    ['a', keyOf(['a'])],
    [1, keyOf([1])],
    [['a', 1], keyOf(['a', 1])],
    [['a'], 'a'],
    [[], keyOf([])],
    [undefined, undefined],
  ])('is read like arguments: %j', (given, key) => {
    expect(checkKey(given, 'Users.find')).toBe(key);
  });

  it('never meets an encoded one, whatever it starts with', () => {
    const encoded = keyOf(['a', 'b']) as string;
    expect(checkKey(encoded, 'Users.find')).not.toBe(encoded);
  });

  it.each<[unknown, string]>([
    [true, 'true'],
    [null, 'null'],
    [{ id: 1 }, 'an object'],
    [Promise.resolve('a'), 'an instance of Promise'],
    [() => 1, 'a function'],
  ])('cannot be %s', (given, shown) => {
    const rule = 'a key must be a string, a number, a list of values, or undefined for none';
    expect(() => checkKey(given, 'Users.find')).toThrow(new TypeError(`Users.find: ${rule}, but got ${shown}`));
  });

  it('is read from the arguments, with the instance as this', () => {
    const clock = new ManualClock();
    const origin = { site: 'Users.find', clock, lifetime: new Lifetime(), closing: new Lifetime() };
    const call = new Call(origin, { tenant: 'acme' }, [7, 'x']);
    const byTenant = keyReader(function (this: { tenant: string }, id: number) {
      return [this.tenant, id];
    });
    expect(byTenant(call)).toBe(keyOf(['acme', 7]));
    expect(keyReader(undefined)(call)).toBe(keyOf([7, 'x']));
  });
});

describe('a key split by a number', () => {
  const key = fc.oneof(
    fc
      .string({ unit: fc.constantFrom('\u0000', '0', '1', 's', 'n', '[', '"'), maxLength: 6 })
      .map((text) => checkKey(text, '') as string),
    fc.array(fc.integer(), { maxLength: 2 }).map(keyOf),
    fc.integer(),
  );
  const by = fc.nat({ max: 20 });

  it('is the key itself for 0', () => {
    expect(splitKey('a', 0)).toBe('a');
    expect(splitKey(1, 0)).toBe(1);
  });

  it('is another for each key and number', () => {
    fc.assert(
      fc.property(key, by, key, by, (one, m, other, n) => {
        expect(splitKey(one, m) === splitKey(other, n)).toBe(one === other && m === n);
      }),
      { numRuns: 2000 },
    );
  });

  it('can be made whole again', () => {
    fc.assert(
      fc.property(key, by, (one, m) => {
        expect(wholeKey(splitKey(one, m))).toBe(one);
      }),
    );
  });
});
