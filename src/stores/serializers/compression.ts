import * as zlib from 'node:zlib';

/** How bytes are made fewer. */
export type Algorithm = 'gzip' | 'brotli' | 'zstd';

/** One way to make bytes fewer, and more again; both in libuv's pool of threads. */
export interface Compression {
  readonly available: boolean;
  readonly levels: { readonly min: number; readonly max: number; readonly usual: number };
  compress(bytes: Uint8Array, level: number): Promise<Uint8Array>;
  /** Gives exactly so many bytes; what would give more, or fewer, is an error. */
  decompress(bytes: Uint8Array, length: number): Promise<Uint8Array>;
}

type Zip = (bytes: Uint8Array, options: object, done: (error: Error | null, result: Uint8Array | Told) => void) => void;

/** What zlib gives where it is asked for `info`. */
interface Told {
  readonly buffer: Uint8Array;
  readonly engine: { readonly bytesWritten: number };
}

/** What newer versions of Node have besides. */
const newer = zlib as {
  readonly zstdCompress?: Zip;
  readonly zstdDecompress?: Zip;
  readonly constants: { readonly ZSTD_c_compressionLevel?: number };
};

const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = zlib.constants;
const { zstdCompress, zstdDecompress, constants } = newer;
const { ZSTD_c_compressionLevel: zstdLevel = 100 } = constants;

export const compressions: Readonly<Record<Algorithm, Compression>> = {
  gzip: compression({ min: 1, max: 9, usual: 6 }, zlib.gzip, zlib.gunzip, (level) => ({ level })),
  brotli: compression(
    { min: 0, max: 11, usual: 4 },
    zlib.brotliCompress,
    zlib.brotliDecompress,
    (level, { byteLength }) => ({ params: { [BROTLI_PARAM_QUALITY]: level, [BROTLI_PARAM_SIZE_HINT]: byteLength } }),
  ),
  zstd: compression({ min: 1, max: 22, usual: 3 }, zstdCompress, zstdDecompress, (level) => ({
    params: { [zstdLevel]: level },
  })),
};

function compression(
  levels: Compression['levels'],
  zip: Zip | undefined,
  unzip: Zip | undefined,
  tune: (level: number, bytes: Uint8Array) => object,
): Compression {
  return {
    available: zip !== undefined && unzip !== undefined,
    levels,
    compress: async (bytes, level) => (await run(zip, bytes, tune(level, bytes))).buffer,
    decompress: async (bytes, length) => {
      const { buffer, engine } = await run(unzip, bytes, { maxOutputLength: Math.max(1, length) });
      if (buffer.byteLength !== length) throw new RangeError(`${buffer.byteLength} bytes came out, not ${length}`);
      if (engine.bytesWritten !== bytes.byteLength) throw new RangeError('more bytes follow');
      return buffer;
    },
  };
}

function run(zip: Zip | undefined, bytes: Uint8Array, options: object): Promise<Told> {
  if (!zip) return Promise.reject(new TypeError("this version of Node's zlib does not have the algorithm"));
  return new Promise((resolve, reject) => {
    zip(bytes, { ...options, info: true }, (error, result) => (error ? reject(error) : resolve(result as Told)));
  });
}
