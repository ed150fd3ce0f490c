import * as zlib from 'node:zlib';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { type CompressedOptions, compressed, json, SerializationError } from '../../../src/stores/serializers/index.js';
import { algorithms } from './serializers.js';

const repeated = { text: 'again and again '.repeat(500) };
const plainLength = JSON.stringify(repeated).length;

async function bytesOf(value: unknown, options?: CompressedOptions): Promise<Uint8Array> {
  return compressed(json(), options).serialize(value);
}

async function read(bytes: Uint8Array, options?: CompressedOptions): Promise<unknown> {
  return compressed(json(), options).deserialize(bytes);
}

describe.each(algorithms)('compressed() by %s', (algorithm) => {
  it('makes a value smaller, and gives it back', async () => {
    const bytes = await bytesOf(repeated, { algorithm });

    expect(bytes.byteLength).toBeLessThan(plainLength / 10);
    expect(await read(bytes, { algorithm })).toEqual(repeated);
  });

  it('is read whatever algorithm, level and threshold are set since', async () => {
    const bytes = await bytesOf(repeated, { algorithm, level: 1 });

    for (const now of algorithms) expect(await read(bytes, { algorithm: now, threshold: 1e6 })).toEqual(repeated);
  });

  it('tries harder at a higher level', async () => {
    const words = { text: Array.from({ length: 4000 }, (_, index) => (index * index * 7919).toString(36)).join(' ') };
    const { [algorithm]: most } = { gzip: 9, brotli: 11, zstd: 19 };
    const [quick, hard] = [
      await bytesOf(words, { algorithm, level: 1 }),
      await bytesOf(words, { algorithm, level: most }),
    ];

    expect(hard.byteLength).toBeLessThan(quick.byteLength);
    expect(await read(hard)).toEqual(words);
  });

  it('refuses to become more than it says', async () => {
    const bytes = await bytesOf(repeated, { algorithm });
    new DataView(bytes.buffer).setUint32(1, 100); // a bomb says that it is small

    await expect(read(bytes)).rejects.toThrow(SerializationError);
    await expect(read(bytes)).rejects.toThrow(/cannot read these bytes: .*100 bytes/);
  });

  it('refuses to become less than it says', async () => {
    const bytes = await bytesOf(repeated, { algorithm });
    new DataView(bytes.buffer).setUint32(1, plainLength + 1);

    await expect(read(bytes)).rejects.toThrow(`${plainLength} bytes came out, not ${plainLength + 1}`);
  });

  it('refuses to read damaged bytes, or gives what was there', async () => {
    const bytes = await bytesOf(repeated, { algorithm });

    for (let place = 0; place < bytes.byteLength; place++) {
      const damaged = Uint8Array.from(bytes);
      damaged[place] = damaged[place]! ^ 0x55;
      const reading = await read(damaged).catch((error: unknown) => error);
      if (!(reading instanceof SerializationError)) expect(Object.keys(reading as object)).toHaveLength(1);
    }
  });

  it('reads memory that is another’s by the time that zlib is at work', async () => {
    const noise = Array.from({ length: 300_000 }, (_, index) => Math.sin(index).toString(36));
    const bytes = await bytesOf(noise, { algorithm, level: 1 });
    const reading = read(bytes);
    bytes.fill(0);

    expect(await reading).toEqual(noise);
  });

  it('lets the event loop go on meanwhile', async () => {
    const large = { text: 'again and again '.repeat(500_000) };
    let turns = 0;
    const bytes = bytesOf(large, { algorithm });
    const finished = bytes.then(() => true);
    while (!(await Promise.race([finished, new Promise((turn) => setImmediate(turn, false))]))) turns++;

    expect(turns).toBeGreaterThan(0);
    expect(await read(await bytes)).toEqual(large);
  });
});

describe('compressed()', () => {
  it('leaves what is smaller than the threshold as it is, behind one byte', async () => {
    const text = 'x'.repeat(1021); // two quotes make it 1023 bytes

    expect(Buffer.from((await bytesOf(text)).subarray(1)).toString()).toBe(JSON.stringify(text));
    expect((await bytesOf(`${text}x`)).byteLength).toBeLessThan(100);
    expect((await bytesOf('x'.repeat(50), { threshold: 10 })).byteLength).toBeLessThan(40);
  });

  it('leaves what does not become smaller as it is', async () => {
    const noise = Array.from({ length: 700 }, (_, index) =>
      Math.abs(Math.sin(index + 1))
        .toString(36)
        .slice(2, 12),
    ).join('');
    const bytes = await bytesOf(zlib.brotliCompressSync(noise).toString('base64').slice(0, 40), { threshold: 0 });

    expect(bytes.byteLength).toBe(1 + 42);
    expect(bytes[0]).toBe(0xe0);
  });

  it('refuses a value that would be too large to be read', async () => {
    await expect(bytesOf(repeated, { maxBytes: plainLength - 1 })).rejects.toThrow(
      `compressed(json) cannot keep a value of ${plainLength} bytes: maxBytes is ${plainLength - 1}`,
    );
    expect(await read(await bytesOf(repeated, { maxBytes: plainLength }), { maxBytes: plainLength })).toEqual(repeated);
  });

  it('refuses to read what says that it becomes larger than it may', async () => {
    const bytes = await bytesOf(repeated);

    await expect(read(bytes, { maxBytes: plainLength - 1 })).rejects.toThrow(SerializationError);
    await expect(read(bytes, { maxBytes: plainLength - 1 })).rejects.toThrow(`maxBytes is ${plainLength - 1}`);
  });

  it('takes a serializer that answers later', async () => {
    const later = {
      label: 'later',
      serialize: async () => Buffer.from('bytes'),
      deserialize: async (bytes: Uint8Array) => bytes,
    };
    const serializer = compressed(later, { threshold: 0 });

    expect(serializer.label).toBe('compressed(later)');
    expect(Buffer.from((await serializer.deserialize(await serializer.serialize(1))) as Uint8Array).toString()).toBe(
      'bytes',
    );
  });

  it('passes on what the serializer within refuses', async () => {
    await expect(bytesOf({ at: new Date(0) })).rejects.toThrow('json() cannot keep at, which is a Date');
  });

  it.each([
    [{ algorithm: 'lz4' }, "algorithm must be one of 'gzip', 'brotli', 'zstd', but got 'lz4'"],
    [{ level: 10 }, 'level must be a whole number from 1 to 9 for gzip, but got 10'],
    [{ level: 0 }, 'level must be a whole number from 1 to 9 for gzip, but got 0'],
    [{ algorithm: 'brotli', level: 12 }, 'level must be a whole number from 0 to 11 for brotli, but got 12'],
    [{ level: 1.5 }, 'level must be a whole number from 0 to 22, but got 1.5'],
    [{ threshold: -1 }, 'threshold must be a whole number of at least 0, but got -1'],
    [{ maxBytes: 0 }, 'maxBytes must be a whole number from 1 to 4294967295, but got 0'],
    [{ quality: 5 }, 'quality is no option; it takes algorithm, level, threshold, maxBytes'],
  ])('refuses the options %j', (options, message) => {
    expect(() => compressed(json(), options as never)).toThrow(InvalidOptionsError);
    expect(() => compressed(json(), options as never)).toThrow(`compressed(): ${message}`);
  });

  it.each([undefined, null, {}, { serialize() {} }, 'json'])('refuses %j in the place of a serializer', (given) => {
    expect(() => compressed(given as never)).toThrow(InvalidOptionsError);
    expect(() => compressed(given as never)).toThrow('compressed() takes a serializer first, but got');
  });
});

describe('where Node’s zlib has no zstd', () => {
  afterEach(() => {
    vi.doUnmock('node:zlib');
    vi.resetModules();
  });

  async function withoutZstd() {
    vi.resetModules();
    vi.doMock('node:zlib', () => ({ ...zlib, zstdCompress: undefined, zstdDecompress: undefined }));
    return import('../../../src/stores/serializers/index.js');
  }

  it('says from which version on there is one', async () => {
    const older = await withoutZstd();

    expect(() => older.compressed(older.json(), { algorithm: 'zstd' })).toThrow(
      "compressed(): algorithm can be 'zstd' only where Node's zlib has it: from Node 22.15 and 23.8 on",
    );
  });

  it('refuses to read what a newer version wrote', async () => {
    const older = await withoutZstd();
    const bytes = Uint8Array.from([0xe3, 0, 0, 0, 5, 1, 2, 3, 4]);

    await expect(older.compressed(older.json()).deserialize(bytes)).rejects.toThrow(
      "compressed(json) cannot read these bytes: this version of Node's zlib does not have the algorithm",
    );
  });
});
