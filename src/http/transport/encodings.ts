import type { Transform, TransformOptions } from 'node:stream';
import * as zlib from 'node:zlib';

/** Where Node has it, from 22.15 on. */
const { createZstdDecompress } = zlib as { readonly createZstdDecompress?: (options: TransformOptions) => Transform };

/** A decoder that is full by one byte says 'drain' each time it is done with all that it was given. */
const telling: zlib.ZlibOptions & TransformOptions = { writableHighWaterMark: 1 };

const decoders: Readonly<Record<string, ((first: number) => Transform) | undefined>> = {
  __proto__: null as never, // the names come from servers
  gzip: () => zlib.createGunzip(telling),
  'x-gzip': () => zlib.createGunzip(telling),
  deflate: (first) => (isZlib(first) ? zlib.createInflate(telling) : zlib.createInflateRaw(telling)),
  br: () => zlib.createBrotliDecompress(telling),
  ...(createZstdDecompress && { zstd: () => createZstdDecompress(telling) }),
};

/** The encodings to ask for. */
export const acceptEncoding = ['gzip', 'deflate', 'br', ...(createZstdDecompress ? ['zstd'] : [])].join(', ');

/** How often a body may be encoded: each time takes memory, however little comes of it. Nobody has a reason for more than two. */
export const mostEncodings = 5;

/** The encodings of a body, in the order in which they come off; none when there is one that nobody knows. */
export function encodingsOf(contentEncoding: string | undefined): readonly string[] {
  if (contentEncoding === undefined) return [];
  const names = contentEncoding.toLowerCase().split(',');
  const applied = names.map((name) => name.trim()).filter((name) => name !== 'identity' && name !== '');
  return applied.every((name) => decoders[name]) ? applied.reverse() : [];
}

/** What takes encodings off, one after the other, and says 'drain' whenever it waits for more; `first` is the first byte that comes. */
export function decodersFor(encodings: readonly string[], first: number): Transform[] {
  return encodings.flatMap((name, index) => decoders[name]?.(index === 0 ? first : zlibMark) ?? []);
}

/** How zlib's format begins: the method of compression is 8. Some servers send the bare data of deflate instead. */
const zlibMark = 0x08;

function isZlib(first: number): boolean {
  return (first & 0x0f) === zlibMark;
}
