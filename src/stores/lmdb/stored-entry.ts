import { markPermanent } from '../../core/index.js';
import type { Awaitable, CacheEntry, Serializer } from '../../policies/cache/index.js';
import { isPromise } from '../is-promise.js';
import { encodeRecord, type RecordHeader, readHeader, readPayload } from './record.js';
import { UnreadableEntryError } from './store-errors.js';

/** The record of an entry; a value that has no bytes is a permanent error. */
export function recordOf(key: string, entry: CacheEntry, serializer: Serializer): Awaitable<Buffer> {
  const encode = (payload: Uint8Array) => encodeRecord(key, entry, serializer.label, payload);
  return attempt(() => serializer.serialize(entry.value), encode, markPermanent);
}

/** The entry in a record, which must be that of the key and of the serializer. */
export function readEntry(record: Buffer, key: string, serializer: Serializer): Awaitable<CacheEntry> {
  const header = readHeader(record);
  if (header.key !== key) throw new UnreadableEntryError('it belongs to another key');
  if (header.serializer !== serializer.label) {
    throw new UnreadableEntryError(
      `its value was written by the serializer ${header.serializer}, not ${serializer.label}`,
    );
  }
  const payload = readPayload(record, header);
  const unreadable = (error: unknown) => new UnreadableEntryError('its serializer cannot read its value', error);
  return attempt(
    () => serializer.deserialize(payload),
    (value) => entryOf(header, value),
    unreadable,
  );
}

/** Goes on with what comes at once or later; a failure on the way there is told as another. */
function attempt<T, U>(
  work: () => Awaitable<T>,
  next: (value: T) => U,
  tell: (error: unknown) => unknown,
): Awaitable<U> {
  let result: Awaitable<T>;
  try {
    result = work();
  } catch (error) {
    throw tell(error);
  }
  if (!isPromise(result)) return next(result);
  const fail = (error: unknown) => {
    throw tell(error);
  };
  return result.then(next, fail);
}

function entryOf(header: RecordHeader, value: unknown): CacheEntry {
  const { createdAt, freshUntil, staleUntil, errorUntil, tags, version, loadTime } = header;
  const entry = { value, createdAt, freshUntil, staleUntil, errorUntil, tags, version };
  return loadTime === undefined ? entry : { ...entry, loadTime };
}
