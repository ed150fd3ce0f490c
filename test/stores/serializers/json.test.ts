import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { json, SerializationError, structured } from '../../../src/stores/serializers/index.js';

class Money {
  toJSON() {
    return '5 EUR';
  }
}

const around: Record<string, unknown> = {};
around.children = [{ parent: around }];

function textOf(value: unknown, serializer = json()): string {
  return Buffer.from(serializer.serialize(value) as Uint8Array).toString();
}

describe('json()', () => {
  it('writes the JSON that everybody knows', () => {
    const value = { a: [1, 'ä', null], b: { c: true } };

    expect(textOf(value)).toBe(JSON.stringify(value));
  });

  const altered: readonly (readonly [unknown, string, string])[] = [
    [
      { items: [1, { createdAt: new Date(0) }] },
      'items[1].createdAt',
      'which is a Date: use json({ types: true }) or structured()',
    ],
    [{ 'a b': { 0: new Map() } }, '["a b"][0]', 'which is a Map: use json({ types: true }) or structured()'],
    [[undefined], '[0]', 'which is undefined: use json({ types: true }) or structured()'],
    [[1, Number.NaN], '[1]', 'which is NaN: use json({ types: true }) or structured()'],
    [{ a: -0 }, 'a', 'which is -0: use json({ types: true }) or structured()'],
    [{ a: 5n }, 'a', 'which is a bigint: use json({ types: true }) or structured()'],
    [{ a: new Uint8Array(2) }, 'a', 'which is a Uint8Array: use json({ types: true }) or structured()'],
    [
      Object.assign([1], { length: 3 }),
      '[1]',
      'which is a hole in an array: use json({ types: true }) or structured()',
    ],
    [/b/.exec('abc'), 'index', 'which is a named property of an array: use structured()'],
    [
      { a: Object.create(null) },
      'a',
      'which is an object without prototype: use json({ types: true }) or structured()',
    ],
    [
      around,
      'children[0].parent',
      'which is a reference to an object around it: use json({ types: true }) or structured()',
    ],
    [{ a: new URL('http://a') }, 'a', 'which is a URL: use json({ types: true })'],
    [{ a: new Error('b') }, 'a', 'which is an Error: use structured()'],
    [
      { price: new Money() },
      'price',
      'which is an instance of Money: no serializer can, so let the method return plain data',
    ],
    [{ save() {} }, 'save', 'which is function save: no serializer can, so let the method return plain data'],
    [{ a: Symbol('b') }, 'a', 'which is Symbol(b): no serializer can, so let the method return plain data'],
    [
      { a: { [Symbol('b')]: 1 } },
      'a',
      'which is an object with the property Symbol(b): no serializer can, so let the method return plain data',
    ],
  ];

  it.each(altered.map(([value, path, told]) => ({ value, path, told })))(
    'refuses what it would alter: $path, $told',
    ({ value, path, told }) => {
      expect(() => json().serialize(value)).toThrow(
        new SerializationError(`json() cannot keep ${path}, ${told}`, { path }),
      );
      expect(() => json().serialize(value)).toThrow(expect.objectContaining({ path }));
    },
  );

  it('names the value itself where nothing is around the trouble', () => {
    expect(() => json().serialize(new Date(0))).toThrow('json() cannot keep the value, which is a Date: use');
    expect(() => json().serialize(undefined)).toThrow('json() cannot keep the value, which is undefined: use');
  });

  it('shortens a long path in the message, and keeps it whole beside', () => {
    let value: unknown = new Date(0);
    for (let level = 0; level < 300; level++) value = { next: value };
    const path = Array(300).fill('next').join('.');

    expect(() => json().serialize(value)).toThrow(expect.objectContaining({ path }));
    expect(() => json().serialize(value)).toThrow(/^.{200,350}$/);
  });

  it('never asks a value how it wants to be written', () => {
    const asked: string[] = [];
    const value = { toJSON: () => asked.push('toJSON') };

    expect(() => json().serialize(value)).toThrow('toJSON, which is function toJSON');
    expect(asked).toEqual([]);
  });

  it('leaves a property out that is undefined: read, it is undefined still', () => {
    expect(textOf({ a: undefined, b: 1 })).toBe('{"b":1}');
  });

  it('passes over what is not enumerable, as every serializer does', () => {
    const value = Object.defineProperty({ a: 1 }, 'hidden', { value: new Date(0) });

    expect(textOf(value)).toBe('{"a":1}');
  });

  it('writes a shared object each time that it is met', () => {
    const shared = { a: 1 };

    expect(textOf([shared, { shared }])).toBe('[{"a":1},{"shared":{"a":1}}]');
  });

  it('takes plain data of another realm for what it is', () => {
    const foreign: unknown = runInNewContext('({ a: [1, { b: 2 }] })');

    expect(textOf(foreign)).toBe('{"a":[1,{"b":2}]}');
    expect(() => json().serialize(runInNewContext('new (class Point {})()'))).toThrow('an instance of Point');
    expect(() => json().serialize(runInNewContext('new (class List extends Array {})()'))).toThrow(
      'an instance of List',
    );
  });

  it('changes no prototype by what it reads', () => {
    const back = json().deserialize(Buffer.from('{"__proto__":{"polluted":true}}')) as { polluted?: boolean };

    expect(Object.keys(back)).toEqual(['__proto__']);
    expect(back.polluted).toBeUndefined();
  });

  it('refuses to read text that is no UTF-8, instead of putting a replacement into it', () => {
    expect(() => json().deserialize(Buffer.from([0x22, 0xff, 0x22]))).toThrow(SerializationError);
  });

  it('refuses to read a byte order mark, which it never writes', () => {
    expect(() => json().deserialize(Buffer.from('\ufeff{}'))).toThrow(SerializationError);
  });
});

describe('json({ types: true })', () => {
  it('writes text', () => {
    expect(textOf({ at: new Date(0) }, json({ types: true }))).toBe('![{"at":1},["Date","1970-01-01T00:00:00.000Z"]]');
  });

  it('keeps a date that is none', () => {
    const serializer = json({ types: true });

    expect(serializer.deserialize(serializer.serialize(new Date(Number.NaN)) as Uint8Array)).toEqual(
      new Date(Number.NaN),
    );
  });

  it.each(['[1,2]', ' [1,2]', ' -1', '-1'])(
    'refuses to read plain JSON, as %j, in which it would find another value',
    (text) => {
      expect(() => json({ types: true }).deserialize(Buffer.from(text))).toThrow('did not write these bytes');
    },
  );

  it('names what structured() alone would keep', () => {
    expect(() => json({ types: true }).serialize({ failed: new TypeError('b') })).toThrow(
      'json({ types: true }) cannot keep failed, which is an Error: use structured()',
    );
  });

  it('says where in Maps, Sets and errors the trouble is', () => {
    const inMap = new Map([['a', { b: [() => 1] }]]);

    expect(() => json({ types: true }).serialize({ m: inMap })).toThrow('cannot keep m.values()[0].b[0], which is');
    expect(() => json({ types: true }).serialize(new Map([[{ f() {} }, 1]]))).toThrow(
      'cannot keep keys()[0].f, which is',
    );
    expect(() => json({ types: true }).serialize([new Set([1, () => 1])])).toThrow(
      'cannot keep [0].values()[1], which is',
    );
    expect(() => structured().serialize(new Error('a', { cause: { f() {} } }))).toThrow(
      'cannot keep cause.f, which is',
    );
  });
});

describe('the options of json()', () => {
  it.each([
    [{ types: 'yes' }, "json(): types must be true or false, but got 'yes'"],
    [{ type: true }, 'json(): type is no option; it takes types, but got true'],
    [5, 'json() takes an object of options, but got 5'],
  ])('refuse %j', (given, message) => {
    expect(() => json(given as never)).toThrow(InvalidOptionsError);
    expect(() => json(given as never)).toThrow(message.split(', but')[0]);
  });
});
