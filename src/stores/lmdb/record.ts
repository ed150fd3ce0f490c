import { crc32 } from 'node:zlib';
import { markPermanent } from '../../core/index.js';
import type { CacheEntry } from '../../policies/cache/index.js';
import { textAt, textBytes } from './record-text.js';
import { UnreadableEntryError } from './store-errors.js';

/** What a record says besides the value. */
export interface RecordHeader extends Omit<CacheEntry, 'value'> {
  /** The whole key: rows show the beginning of a long one only. */
  readonly key: string;
  /** Who turned the value into bytes. */
  readonly serializer: string;
  /** When it can be of no more use. */
  readonly until: number;
  /** Where the value begins. */
  readonly length: number;
}

/**
 * An entry in bytes: magic bytes, the version of this form, and two checksums; then the times, the texts and the value. What was cut off,
 * changed, or written by another program or in another form is an error, never a value.
 */
export function encodeRecord(key: string, entry: CacheEntry, serializer: string, payload: Uint8Array): Buffer {
  const texts = [key, entry.version, serializer, ...entry.tags].map(textBytes);
  const header = Buffer.concat([Buffer.alloc(at.texts), ...texts]);
  magic.copy(header);
  header.writeUInt8(formatVersion, at.version);
  header.writeUInt32LE(header.length, at.headerLength);
  header.writeUInt32LE(payload.length, at.payloadLength);
  header.writeUInt32LE(crc32(payload), at.payloadChecksum);
  for (const [index, time] of timesOf(entry).entries()) header.writeDoubleLE(time, at.times + 8 * index);
  header.writeUInt32LE(entry.tags.length, at.tagCount);
  header.writeUInt32LE(headerChecksum(header), at.headerChecksum);
  return Buffer.concat([header, payload]);
}

/** Reads what a record says besides the value; checks all of it, but not the value. */
export function readHeader(record: Buffer): RecordHeader {
  const end = checkedHeader(record);
  const next = { at: at.texts, end };
  const key = textAt(record, next);
  const version = textAt(record, next);
  const serializer = textAt(record, next);
  const tags = Array.from({ length: record.readUInt32LE(at.tagCount) }, () => textAt(record, next));
  const freshUntil = timeAt(record, 1);
  const staleUntil = timeAt(record, 2);
  const errorUntil = timeAt(record, 3);
  const loadTime = timeAt(record, 4);
  return {
    key,
    version,
    serializer,
    tags,
    createdAt: timeAt(record, 0),
    freshUntil,
    staleUntil,
    errorUntil,
    ...(!Number.isNaN(loadTime) && { loadTime }),
    until: Math.max(freshUntil, staleUntil, errorUntil),
    length: end,
  };
}

/** The bytes of the value, checked. */
export function readPayload(record: Buffer, header: RecordHeader): Buffer {
  const payload = record.subarray(header.length);
  if (payload.length !== record.readUInt32LE(at.payloadLength)) throw new UnreadableEntryError('it has another length');
  if (crc32(payload) !== record.readUInt32LE(at.payloadChecksum)) {
    throw new UnreadableEntryError('the checksum of its value is wrong');
  }
  return payload;
}

const magic = Buffer.from('HFce', 'latin1'); // must not begin as lmdb's compressed values do, with 250 or above
const formatVersion = 1;

const at = {
  version: 4,
  headerLength: 8,
  headerChecksum: 12,
  payloadLength: 16,
  payloadChecksum: 20,
  times: 24,
  tagCount: 64,
  texts: 68,
} as const;

function timesOf({
  createdAt,
  freshUntil,
  staleUntil,
  errorUntil,
  loadTime = Number.NaN,
}: CacheEntry): readonly number[] {
  const times = [createdAt, freshUntil, staleUntil, errorUntil];
  if (times.some((time) => !(time <= Number.POSITIVE_INFINITY))) {
    throw markPermanent(new TypeError(`the times of an entry must be numbers, but are ${times.join(', ')}`));
  }
  return [...times, loadTime];
}

function checkedHeader(record: Buffer): number {
  if (record.length < at.texts || magic.compare(record, 0, magic.length) !== 0) {
    throw new UnreadableEntryError('it was not written by this store, or with compression that is off now');
  }
  const version = record.readUInt8(at.version);
  if (version !== formatVersion) throw new UnreadableEntryError(`it has format ${version}, not ${formatVersion}`);
  const end = record.readUInt32LE(at.headerLength);
  if (end < at.texts || end > record.length) throw new UnreadableEntryError('it was cut off');
  if (headerChecksum(record.subarray(0, end)) !== record.readUInt32LE(at.headerChecksum)) {
    throw new UnreadableEntryError('its checksum is wrong');
  }
  return end;
}

/** Of all bytes but those of the checksum itself. */
function headerChecksum(header: Buffer): number {
  return crc32(header.subarray(at.payloadLength), crc32(header.subarray(0, at.headerChecksum)));
}

function timeAt(record: Buffer, index: number): number {
  return record.readDoubleLE(at.times + 8 * index);
}
