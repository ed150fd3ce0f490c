import {
  Clock,
  count,
  type Duration,
  duration,
  maybe,
  oneOf,
  optional,
  options,
  required,
  systemClock,
  that,
} from '../../core/index.js';
import type { Serializer } from '../../policies/cache/index.js';
import { structured } from '../serializers/index.js';

/** Where and how a store on LMDB keeps its entries. */
export interface LmdbStoreOptions {
  /** The folder of its files, made where it is missing. Stores with the same folder share what it holds, in all processes of the host. */
  readonly path: string;
  /** Whose entries they are: stores see those of their own namespace alone. At most 64 bytes of UTF-8. @default '' */
  readonly namespace?: string;
  /**
   * The most bytes that the entries of the namespace take, as `bytes` counts them; those that end soonest give way. The file is larger: up to three
   * times as large, if entries are small.
   * @default 268435456 (256 MB)
   */
  readonly maxBytes?: number;
  /** The most bytes that one entry takes; a larger one is refused. From 1 to 16777216 (16 MB). @default 16777216, or maxBytes if that is less */
  readonly maxEntryBytes?: number;
  /** The bytes of address space that the map of the file begins with; it grows as the file does. @default what lmdb begins with */
  readonly mapSize?: number;
  /** Whether lmdb compresses records (LZ4) of at least 1000 bytes, or of at least as many as are given. Alike for all stores of a folder. @default false */
  readonly compression?: boolean | number;
  /**
   * When a write is done: 'flushed' when it is on the disk, and survives a loss of power; 'committed' when the system has it, so that it survives
   * the end of the process, kill -9 included, but a loss of power may damage the whole file. Alike for all stores of a folder.
   * @default 'flushed'
   */
  readonly sync?: 'flushed' | 'committed';
  /** Turns values into bytes and back. @default structured(), of 'holdfast/stores' */
  readonly serializer?: Serializer;
  /** How often entries that are over are removed; 0 for never. @default '1m' */
  readonly sweepEvery?: Duration;
  /** Whose time says which entries are over. @default the clock of the system */
  readonly clock?: Clock;
}

const longestNamespace = 64;

/** Larger records lmdb gives as views of its own memory, which may go away. */
const largest = 16 * 1024 * 1024;

export const lmdbOptions = options<LmdbStoreOptions>()(
  'lmdbStore()',
  {
    path: required(that<string>(isPath, 'must be the path of a folder, without NUL')),
    namespace: optional(that<string>(isNamespace, `must be a text of at most ${longestNamespace} bytes of UTF-8`), ''),
    maxBytes: optional(count({ min: 1 }), 256 * 1024 * 1024),
    maxEntryBytes: maybe(count({ min: 1, max: largest })),
    mapSize: maybe(count({ min: 65_536 })),
    compression: optional(
      that<boolean | number>(isCompression, 'must be true, false, or a whole number of bytes from 1'),
      false,
    ),
    sync: optional(oneOf('flushed', 'committed'), 'flushed'),
    serializer: optional(that<Serializer>(isSerializer, 'must have a label, serialize and deserialize'), structured()),
    sweepEvery: optional(duration(), '1m'),
    clock: optional(
      that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
      systemClock,
    ),
  },
  ({ maxBytes, maxEntryBytes }) =>
    maxEntryBytes !== undefined && maxEntryBytes > maxBytes
      ? { option: 'maxEntryBytes', rule: `must not exceed maxBytes (${maxBytes})`, value: maxEntryBytes }
      : undefined,
);

/** The options of a store, complete. */
export type LmdbSettings = ReturnType<typeof lmdbOptions.complete>;

/** The most bytes of one entry, where nobody says. */
export function largestEntry({ maxBytes, maxEntryBytes = largest }: LmdbSettings): number {
  return Math.min(maxBytes, maxEntryBytes);
}

function isPath(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && !value.includes('\0');
}

function isNamespace(value: unknown): boolean {
  return typeof value === 'string' && !/\p{Surrogate}/u.test(value) && Buffer.byteLength(value) <= longestNamespace;
}

function isCompression(value: unknown): boolean {
  return typeof value === 'boolean' || (Number.isSafeInteger(value) && (value as number) >= 1);
}

function isSerializer(value: unknown): boolean {
  const { label, serialize, deserialize } = Object(value) as Partial<Serializer>;
  return typeof label === 'string' && typeof serialize === 'function' && typeof deserialize === 'function';
}
