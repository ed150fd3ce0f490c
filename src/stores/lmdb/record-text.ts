import { UnreadableEntryError } from './store-errors.js';

/** Where the next text of a record begins, and where they all end. */
export interface TextPlace {
  at: number;
  readonly end: number;
}

/** A text with its length before it: in UTF-8, or in UTF-16 where that alone is exact. */
export function textBytes(text: string): Buffer {
  const wide = loneSurrogate.test(text);
  const bytes = Buffer.from(text, wide ? 'utf16le' : 'utf8');
  const length = Buffer.allocUnsafe(lengthBytes);
  length.writeUInt32LE(bytes.length * 2 + (wide ? 1 : 0));
  return Buffer.concat([length, bytes]);
}

/** Reads a text, and moves the place behind it. */
export function textAt(record: Buffer, place: TextPlace): string {
  const from = place.at + lengthBytes;
  const length = from <= place.end ? record.readUInt32LE(place.at) : Number.POSITIVE_INFINITY;
  const to = from + Math.floor(length / 2);
  if (to > place.end) throw new UnreadableEntryError('its texts do not fit');
  place.at = to;
  return record.toString(length % 2 === 1 ? 'utf16le' : 'utf8', from, to);
}

const lengthBytes = 4;
const loneSurrogate = /\p{Surrogate}/u;
