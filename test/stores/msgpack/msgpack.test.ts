import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Packr, Unpackr } from 'msgpackr';
import { describe, expect, it } from 'vitest';
import { msgpack } from '../../../src/stores/msgpack/index.js';
import { SerializationError } from '../../../src/stores/serializers/index.js';
import { expectSame } from '../serializers/samples.js';

const serializer = msgpack();

function bytesOf(value: unknown): Uint8Array {
  return serializer.serialize(value) as Uint8Array;
}

describe('msgpack()', () => {
  it('writes entries that can each be read alone, though many before had the same shape', () => {
    const records = Array.from({ length: 200 }, (_, id) => ({
      id,
      name: `user ${id}`,
      address: { city: 'X', zip: id },
    }));
    const entries = records.map(bytesOf);

    for (const [index, entry] of [...entries.entries()].reverse()) {
      const alone = new Unpackr({ structuredClone: true });
      expect(alone.unpack(Buffer.from(entry.subarray(1)))).toEqual(records[index]);
    }
  });

  it('gives objects back as objects and Maps as Maps, with any shape and number of keys', () => {
    const wide = Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`key ${index}`, index]));
    const shapes = Array.from({ length: 500 }, (_, index) => ({
      [`a${index % 100}`]: 1,
      [`b${index % 77}`]: new Map([[index, 1]]),
    }));

    for (let round = 0; round < 5; round++) expectSame(serializer.deserialize(bytesOf([wide, shapes])), [wide, shapes]);
  });

  it('refuses what msgpackr would alter without a word', () => {
    expect(() => bytesOf({ a: [-0] })).toThrow(
      'msgpack() cannot keep a[0], which is -0: use json({ types: true }) or structured()',
    );
    expect(() => bytesOf(JSON.parse('{"__proto__":1}'))).toThrow(
      'cannot keep __proto__, which is a reserved property name: use structured()',
    );
    expect(() => bytesOf({ __keys__: 1 })).toThrow('cannot keep __keys__, which is a reserved property name');
    expect(() => bytesOf([`${'a'.repeat(80)}\ud800`])).toThrow(
      'cannot keep [0], which is text with half a surrogate pair',
    );
  });

  it('refuses half a surrogate pair in the message of an error', () => {
    expect(() => bytesOf([new Error('\ud800')])).toThrow('cannot keep [0].message, which is text with half');
  });

  it('keeps a date that is none', () => {
    expect(serializer.deserialize(bytesOf(new Date(Number.NaN)))).toEqual(new Date(Number.NaN));
  });

  it('keeps the data of an error; its stack is that of where it was read', () => {
    const back = serializer.deserialize(bytesOf(new TypeError('a', { cause: [1] }))) as Error;

    expect(back).toBeInstanceOf(TypeError);
    expect(back).toMatchObject({ message: 'a', cause: [1] });
  });

  it('gives no error a cause that had none, wherever it is', () => {
    const errors = () => [new Error('a'), new Error('b', { cause: new Error('c') })] as const;
    const value = {
      list: errors(),
      map: new Map<unknown, unknown>([[errors()[0], errors()[1]]]),
      set: new Set(errors()),
    };
    const back = serializer.deserialize(bytesOf(value)) as typeof value;
    const found = [...back.list, ...back.map.keys(), ...back.map.values(), ...back.set] as Error[];

    expect(found.map((error) => Object.hasOwn(error, 'cause'))).toEqual([false, true, false, true, false, true]);
    for (const { cause } of found) expect(cause instanceof Error && Object.hasOwn(cause, 'cause')).toBe(false);
  });

  it.each([
    ['alone', [0xc1, 0xc1]],
    ['in a list', [0xc1, 0x92, 0x01, 0xc1]],
  ])('refuses to read the byte that MessagePack never uses, %s', (_where, bytes) => {
    expect(() => serializer.deserialize(Uint8Array.from(bytes))).toThrow(SerializationError);
    expect(() => serializer.deserialize(Uint8Array.from(bytes))).toThrow('msgpack() cannot read these bytes');
  });

  it('reads that byte within data', () => {
    const value = { bytes: Buffer.alloc(20, 0xc1), view: new Uint8Array([0xc1]), number: 0xc1c1 };

    expectSame(serializer.deserialize(bytesOf(value)), value);
  });

  it('refuses to read what msgpackr wrote without it', () => {
    expect(() => serializer.deserialize(new Packr().pack({ a: 1 }))).toThrow('msgpack() did not write these bytes');
  });

  it.each(['true', 'false'])('is the same with the native part of msgpackr disabled: %s', async (disabled) => {
    const script = fileURLToPath(new URL('round-trip-script.ts', import.meta.url));
    const env = { ...process.env, MSGPACKR_NATIVE_ACCELERATION_DISABLED: disabled };
    const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { env });

    expect(JSON.parse(stdout)).toEqual({ native: disabled === 'false', samples: expect.any(Number), failed: [] });
  });
});
