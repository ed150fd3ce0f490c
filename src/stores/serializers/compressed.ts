import { InvalidOptionsError } from '../../core/index.js';
import type { Serializer } from '../../policies/cache/index.js';
import { type CompressedOptions, type CompressedSettings, compressedOptions } from './compressed-options.js';
import { type Algorithm, compressions } from './compression.js';
import { SerializationError, unreadable } from './serialization-error.js';

/**
 * Compresses what another serializer writes, away from the event loop. Each entry says how it is kept: algorithm, level and threshold may change
 * while older entries are still there.
 */
export function compressed(serializer: Serializer, given: CompressedOptions = {}): Serializer {
  if (!isSerializer(serializer)) {
    throw new InvalidOptionsError(
      { decorator: 'compressed()', rule: 'takes a serializer first', value: serializer },
      compressed,
    );
  }
  const settings = compressedOptions.complete(compressedOptions.check(given, undefined, compressed), '');
  return new CompressingSerializer(serializer, settings);
}

/** The first byte of an entry: none of the serializers here begins with one of these. */
const marks = { plain: 0xe0, gzip: 0xe1, brotli: 0xe2, zstd: 0xe3 } as const;

/** Behind the mark of an algorithm stands the length before compression, in four bytes. */
const headLength = 5;

class CompressingSerializer implements Serializer {
  readonly label: string;
  readonly #inner: Serializer;
  readonly #settings: CompressedSettings;

  constructor(inner: Serializer, settings: CompressedSettings) {
    this.label = `compressed(${inner.label})`;
    this.#inner = inner;
    this.#settings = settings;
  }

  async serialize(value: unknown): Promise<Uint8Array> {
    const { algorithm, threshold, maxBytes } = this.#settings;
    const plain = await this.#inner.serialize(value);
    if (plain.byteLength > maxBytes)
      throw new SerializationError(`${this.label} ${tooLarge(plain.byteLength, maxBytes)}`);
    if (plain.byteLength < threshold) return withHead([marks.plain], plain);
    const { compress, levels } = compressions[algorithm];
    const fewer = await compress(plain, this.#settings.level ?? levels.usual);
    return fewer.byteLength + headLength <= plain.byteLength
      ? withHead(headOf(algorithm, plain.byteLength), fewer)
      : withHead([marks.plain], plain);
  }

  async deserialize(bytes: Uint8Array): Promise<unknown> {
    if (bytes[0] === marks.plain) return this.#inner.deserialize(bytes.subarray(1));
    return this.#inner.deserialize(await this.#decompressed(bytes));
  }

  async #decompressed(bytes: Uint8Array): Promise<Uint8Array> {
    const { maxBytes } = this.#settings;
    const algorithm = algorithmOf(bytes[0]);
    if (!algorithm || bytes.byteLength < headLength)
      throw new SerializationError(`${this.label} did not write these bytes`);
    const length = new DataView(bytes.buffer, bytes.byteOffset).getUint32(1);
    if (length > maxBytes) throw new SerializationError(`${this.label} ${tooLarge(length, maxBytes)}`);
    const own = new Uint8Array(bytes.subarray(headLength)); // the store's memory may be another's before zlib is done
    return compressions[algorithm].decompress(own, length).catch((error: unknown) => {
      throw unreadable(this.label, error);
    });
  }
}

function isSerializer(value: Partial<Serializer> | undefined | null): boolean {
  return typeof value?.serialize === 'function' && typeof value.deserialize === 'function';
}

function tooLarge(length: number, maxBytes: number): string {
  return `cannot keep a value of ${length} bytes: maxBytes is ${maxBytes}`;
}

function algorithmOf(mark: number | undefined): Algorithm | undefined {
  return (['gzip', 'brotli', 'zstd'] as const).find((algorithm) => marks[algorithm] === mark);
}

function headOf(algorithm: Algorithm, length: number): Uint8Array {
  const head = new Uint8Array(headLength);
  head[0] = marks[algorithm];
  new DataView(head.buffer).setUint32(1, length);
  return head;
}

function withHead(head: ArrayLike<number>, body: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + body.byteLength);
  bytes.set(head);
  bytes.set(body, head.length);
  return bytes;
}
