import { deserialize, serialize } from 'node:v8';
import { describe, expect, it } from 'vitest';
import { msgpack } from '../../../src/stores/msgpack/index.js';
import { json, SerializationError, structured } from '../../../src/stores/serializers/index.js';
import { expectSame } from './samples.js';

const serializer = structured();

function bytesOf(value: unknown): Uint8Array {
  return serializer.serialize(value) as Uint8Array;
}

describe('structured()', () => {
  it('writes what v8.serialize writes of plain data', () => {
    const value = { a: [1, 'ä', null], at: new Date(5) };

    expect(Uint8Array.from(bytesOf(value))).toEqual(Uint8Array.from(serialize(value)));
    expect(deserialize(bytesOf(value))).toEqual(value);
  });

  it('refuses to read a version of the format that this version of Node does not know', () => {
    const bytes = bytesOf({ a: 1 });
    bytes[1] = bytes[1]! + 1;

    expect(() => serializer.deserialize(bytes)).toThrow(SerializationError);
    expect(() => serializer.deserialize(bytes)).toThrow(
      'structured() cannot read these bytes: Unable to deserialize cloned data',
    );
  });

  it('refuses to read bytes without a version, which V8 would take for those of its first', () => {
    expect(() => serializer.deserialize(bytesOf({ a: 1 }).subarray(2))).toThrow(
      'structured() did not write these bytes',
    );
  });

  it('refuses to read a view of a kind that this version of Node does not have', () => {
    const bytes = bytesOf(new Uint8Array([1]));
    const place = bytes.indexOf(0x5c) + 1; // behind V8's tag for what its embedder wrote
    bytes[place] = 99;

    expect(() => serializer.deserialize(bytes)).toThrow(
      'structured() cannot read these bytes: this version of Node has no such view',
    );
  });

  it('gives objects without prototype back as such, wherever they are, and no other', () => {
    const bare = Object.assign(Object.create(null), { constructor: 'mine' });
    const value = { bare, list: [bare, {}], map: new Map([[bare, Object.create(null)]]) };
    const back = serializer.deserialize(bytesOf(value)) as typeof value;

    expectSame(back, value);
    expect(Object.getPrototypeOf(back.list[1])).toBe(Object.prototype);
    expect(back.list[0]).toBe(back.bare);
  });

  it('keeps the stack of an error', () => {
    const error = new RangeError('far away');

    expect((serializer.deserialize(bytesOf(error)) as Error).stack).toBe(error.stack);
  });

  it('keeps a date that is none', () => {
    expect(serializer.deserialize(bytesOf(new Date(Number.NaN)))).toEqual(new Date(Number.NaN));
  });

  it('tells of what V8 itself refuses', () => {
    const proxy = new Proxy({ a: 1 }, {});

    expect(() => bytesOf({ proxy })).toThrow(SerializationError);
    expect(() => bytesOf({ proxy })).toThrow(/^structured\(\) cannot write the value: .*could not be cloned/);
  });

  it('reads a long list that holds little without going through what is not there', () => {
    const sparse: unknown[] = [];
    sparse[4_000_000_000] = 'far';
    const back = serializer.deserialize(bytesOf(sparse)) as unknown[];

    expect(back.length).toBe(4_000_000_001);
    expect(Object.keys(back)).toEqual(['4000000000']);
  });

  it('reads views at places that are no multiple of their size', () => {
    for (const shift of ['', 'a', 'ab', 'abc', 'abcd', 'abcde', 'abcdef', 'abcdefg']) {
      const value = { shift, view: new Float64Array([1.5, 2.5]), big: new BigInt64Array([5n]) };

      expectSame(serializer.deserialize(bytesOf(value)), value);
    }
  });

  const { Float16Array } = globalThis as { readonly Float16Array?: new (items: number[]) => object };

  if (Float16Array !== undefined) {
    it('keeps the Float16Array that newer versions of Node have, as json() with types does', () => {
      const value = { halves: new Float16Array([1.5, -0]) };
      const typed = json({ types: true });

      expectSame(serializer.deserialize(bytesOf(value)), value);
      expectSame(typed.deserialize(typed.serialize(value) as Uint8Array), value);
      expect(() => msgpack().serialize(value)).toThrow('msgpack() cannot keep halves, which is a Float16Array: use');
    });
  }
});
