import { describe, expect, it } from 'vitest';
import { isPermanent } from '../../../src/core/index.js';
import { SerializationError } from '../../../src/stores/serializers/index.js';
import { expectSame } from './samples.js';
import { serializers } from './serializers.js';

const plain = { id: 5, items: [{ name: 'a'.repeat(50), price: 1.5 }, null, true], text: '\u{1F600} äöü' };

describe.each(serializers)('%s', (_name, serializer) => {
  const { label } = serializer;

  async function bytesOf(value: unknown): Promise<Uint8Array> {
    return Uint8Array.from(await serializer.serialize(value));
  }

  async function readError(bytes: Uint8Array): Promise<unknown> {
    return Promise.resolve()
      .then(() => serializer.deserialize(bytes))
      .then(
        (value) => expect.fail(`${label} read ${JSON.stringify(value)}`),
        (error: unknown) => error,
      );
  }

  it('gives back what it was given, and nothing of the object itself', async () => {
    const back = await serializer.deserialize(await serializer.serialize(plain));

    expectSame(back, plain);
    expect(back).not.toBe(plain);
  });

  it('writes only bytes', async () => {
    expect(await serializer.serialize(plain)).toBeInstanceOf(Uint8Array);
  });

  it('refuses to read nothing at all', async () => {
    expect(await readError(new Uint8Array(0))).toBeInstanceOf(SerializationError);
  });

  it('refuses to read bytes that end early, wherever that is', async () => {
    const bytes = await bytesOf(plain);

    for (let length = 1; length < bytes.byteLength; length++) {
      expect(await readError(bytes.slice(0, length))).toBeInstanceOf(SerializationError);
    }
  });

  it('refuses to read bytes after which more follow', async () => {
    const bytes = await bytesOf(plain);

    for (const more of [[0x31], [0x00], [0xff, 0x0f, 0x30], [...bytes]]) {
      expect(await readError(Uint8Array.from([...bytes, ...more]))).toBeInstanceOf(SerializationError);
    }
  });

  it('refuses to read what another program wrote', async () => {
    for (const text of [
      'hello',
      '<html>',
      '\0\0\0\0',
      '\u00ff\u000f?',
      '\u00c1\u00c1',
      '\u00e0',
      '\u00e1abc',
      '\u00e9abcdefgh',
    ]) {
      expect(await readError(Buffer.from(text, 'latin1'))).toBeInstanceOf(SerializationError);
    }
  });

  it('refuses to read what any other serializer wrote', async () => {
    const kinds = serializers.filter(([, other]) => other.label !== label);

    for (const [, other] of kinds) {
      for (const value of [plain, 5, [1], 'text', null]) {
        expect(await readError(await other.serialize(value))).toBeInstanceOf(SerializationError);
      }
    }
  });

  it('says of its errors that trying again is of no use, and who speaks', async () => {
    const error = (await readError(Buffer.from('hello'))) as SerializationError;

    expect(isPermanent(error)).toBe(true);
    expect(error).toMatchObject({ name: 'SerializationError', code: 'HOLDFAST_SERIALIZATION' });
    expect(error.message).toMatch(
      /^(?:json|structured|msgpack|compressed)\(.*\) (?:cannot read|did not write) these bytes/,
    );
  });

  it('never writes again into bytes that it gave away', async () => {
    const given = await serializer.serialize(plain);
    const before = Uint8Array.from(given);

    for (let round = 0; round < 50; round++) await serializer.serialize({ round, text: 'x'.repeat(round * 40) });

    expect(Uint8Array.from(given)).toEqual(before);
  });

  it('gives bytes of its own: none of its memory belongs to anything else', async () => {
    const { byteLength, buffer } = await serializer.serialize(plain);

    expect(buffer.byteLength).toBe(byteLength);
  });

  it('reads from the middle of a larger memory', async () => {
    const bytes = await bytesOf(plain);
    const larger = Buffer.alloc(bytes.byteLength + 20, 0xab);
    larger.set(bytes, 7);

    expectSame(await serializer.deserialize(larger.subarray(7, 7 + bytes.byteLength)), plain);
  });

  it('reads alike from a Buffer and from a Uint8Array', async () => {
    const bytes = await bytesOf(plain);

    expectSame(await serializer.deserialize(Buffer.from(bytes)), plain);
    expectSame(await serializer.deserialize(new Uint8Array(bytes)), plain);
  });

  it('leaves the bytes that it reads as they are', async () => {
    const bytes = await bytesOf(plain);
    const before = Uint8Array.from(bytes);
    await serializer.deserialize(bytes);

    expect(bytes).toEqual(before);
    expect(Object.keys(bytes)).toHaveLength(before.length);
  });

  it('refuses what no serializer can keep, and names the place', async () => {
    class Money {}
    const price = { items: [{ price: 1 }, { price: new Money() }] };
    const writing = Promise.resolve().then(() => serializer.serialize(price));

    await expect(writing).rejects.toMatchObject({ path: 'items[1].price', code: 'HOLDFAST_SERIALIZATION' });
    await expect(writing).rejects.toThrow(/items\[1\]\.price, which is an instance of Money: .* plain data$/);
  });

  it('refuses what nests too deeply, and reads whatever it wrote', async () => {
    const nested = (levels: number) => {
      let value: unknown = 1;
      for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { value };
      return value;
    };
    const deepest = nested(1000);

    expect(JSON.stringify(await serializer.deserialize(await serializer.serialize(deepest)))).toBe(
      JSON.stringify(deepest),
    );
    await expect(Promise.resolve().then(() => serializer.serialize(nested(1001)))).rejects.toThrow(/deeper than 1000/);
    await expect(Promise.resolve().then(() => serializer.serialize(nested(50_000)))).rejects.toThrow(
      /deeper than 1000/,
    );
  });

  it('goes on after a refusal as if nothing had been', async () => {
    await expect(Promise.resolve().then(() => serializer.serialize({ a: [1, { b: () => 1 }] }))).rejects.toThrow();
    await readError(Buffer.from('hello'));

    expectSame(await serializer.deserialize(await serializer.serialize(plain)), plain);
  });

  it('tells of a getter that throws', async () => {
    const cause = new Error('no');
    const value = {
      get name() {
        throw cause;
      },
    };

    await expect(Promise.resolve().then(() => serializer.serialize(value))).rejects.toMatchObject({
      name: 'SerializationError',
      cause,
    });
  });
});

const withViews = serializers.filter(([name]) => name !== 'json()');

describe.each(withViews)('%s, of bytes in a value,', (_name, serializer) => {
  const value = { bytes: new Uint8Array([1, 2, 3]), buffer: Buffer.from('abc'), floats: new Float64Array([1.5]) };

  it('gives back memory that is nobody else’s, whatever becomes of what was read', async () => {
    const bytes = Buffer.from(await serializer.serialize(value));
    const back = (await serializer.deserialize(bytes)) as typeof value;
    bytes.fill(0xee);

    expectSame(back, value);
    for (const view of Object.values(back)) expect(view.buffer).not.toBe(bytes.buffer);
    expect(back.bytes.buffer).not.toBe(back.buffer.buffer);
  });

  it('writes of a view what it shows, and nothing of what lies around it', async () => {
    const memory = Buffer.from('before SECRET after');
    const shown = new Uint8Array(memory.buffer, memory.byteOffset, 6);
    const bytes = Buffer.from(await serializer.serialize(shown));
    const back = (await serializer.deserialize(bytes)) as Uint8Array;

    expect(back).toEqual(Uint8Array.from(Buffer.from('before')));
    expect(back.buffer.byteLength).toBe(6);
    expect(bytes.byteLength).toBeLessThan(100);
  });
});
