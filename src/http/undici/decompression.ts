import { pipeline, type Readable, Transform } from 'node:stream';
import * as zlib from 'node:zlib';

/** Undoes zstd, which not every version of Node knows. */
export const zstd: ((options: object) => Transform) | undefined =
  'createZstdDecompress' in zlib ? (zlib.createZstdDecompress as never) : undefined;

const { constants } = zlib;
const lenient = { flush: constants.Z_SYNC_FLUSH, finishFlush: constants.Z_SYNC_FLUSH };
const brotli = { flush: constants.BROTLI_OPERATION_FLUSH, finishFlush: constants.BROTLI_OPERATION_FLUSH };

/** Tells whether the body of an answer can be decompressed. */
export function isCompressed(encoding: string | undefined): boolean {
  return decoders(encoding) !== undefined;
}

/** The body as it was before it was compressed; its source is destroyed with it. */
export function decompressed(body: Readable, encoding: string | undefined): Readable {
  const steps = decoders(encoding);
  if (steps === undefined) return body;
  return pipeline([body, ...steps], () => undefined) as unknown as Readable; // what fails is told by the stream itself
}

function decoders(encoding: string | undefined): readonly Transform[] | undefined {
  switch (encoding?.toLowerCase()) {
    case 'gzip':
    case 'x-gzip':
    case 'compress':
    case 'x-compress':
      return [zlib.createUnzip(lenient)];
    case 'deflate':
      return [withZlibHeader(), zlib.createUnzip(lenient)];
    case 'br':
      return [zlib.createBrotliDecompress(brotli)];
    case 'zstd':
      return zstd && [zstd({ flush: 1, finishFlush: 1 })];
    default:
      return undefined;
  }
}

/** Some servers leave out the header that 'deflate' should have. */
function withZlibHeader(): Transform {
  let first = true;
  return new Transform({
    transform(chunk: Buffer, _, done) {
      if (first && chunk.length > 0 && chunk[0] !== 0x78) this.push(Buffer.from([0x78, 0x9c]));
      if (chunk.length > 0) first = false;
      done(null, chunk);
    },
  });
}
