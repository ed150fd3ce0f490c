import * as zlib from 'node:zlib';
import { msgpack } from '../../../src/stores/msgpack/index.js';
import { type Algorithm, compressed, json, structured } from '../../../src/stores/serializers/index.js';

/** The serializers that write values, by their names in the documentation. */
export const writers = {
  'json()': json(),
  'json({ types: true })': json({ types: true }),
  'structured()': structured(),
  'msgpack()': msgpack(),
};

/** The algorithms that this version of Node has. */
export const algorithms: readonly Algorithm[] =
  'zstdCompress' in zlib ? ['gzip', 'brotli', 'zstd'] : ['gzip', 'brotli'];

/** All there are, compressed ones in each algorithm and below their threshold. */
export const serializers = [
  ...Object.entries(writers),
  ...algorithms.map(
    (algorithm) => [`compressed by ${algorithm}`, compressed(structured(), { algorithm, threshold: 0 })] as const,
  ),
  ['compressed, below the threshold', compressed(structured(), { threshold: 1_000_000 })] as const,
];
