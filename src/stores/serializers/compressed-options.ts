import { count, maybe, oneOf, optional, options } from '../../core/index.js';
import { type Algorithm, compressions } from './compression.js';

/** How values are compressed. */
export interface CompressedOptions {
  /** 'zstd' is the quickest with large values, and needs Node 22.15 or 23.8. @default 'gzip' */
  readonly algorithm?: Algorithm;
  /** How hard it tries: 1 to 9 for gzip (default 6), 0 to 11 for brotli (default 4), 1 to 22 for zstd (default 3). */
  readonly level?: number;
  /** Values that take fewer bytes than this are kept as they are. @default 1024 */
  readonly threshold?: number;
  /** The most bytes that a value may take uncompressed: larger ones are refused, and so are bytes that would become more. @default 67108864 */
  readonly maxBytes?: number;
}

export const compressedOptions = options<CompressedOptions>()(
  'compressed()',
  {
    algorithm: optional(oneOf('gzip', 'brotli', 'zstd'), 'gzip'),
    level: maybe(count({ max: 22 })),
    threshold: optional(count(), 1024),
    maxBytes: optional(count({ min: 1, max: 0xffff_ffff }), 64 * 1024 * 1024),
  },
  ({ algorithm }) => {
    const rule = `can be '${algorithm}' only where Node's zlib has it: from Node 22.15 and 23.8 on`;
    return compressions[algorithm].available ? undefined : { option: 'algorithm', rule };
  },
  ({ algorithm, level }) => {
    const { min, max, usual } = compressions[algorithm].levels;
    const rule = `must be a whole number from ${min} to ${max} for ${algorithm}`;
    return within(level ?? usual, min, max) ? undefined : { option: 'level', rule, value: level };
  },
);

export type CompressedSettings = ReturnType<typeof compressedOptions.complete>;

function within(level: number, min: number, max: number): boolean {
  return level >= min && level <= max;
}
