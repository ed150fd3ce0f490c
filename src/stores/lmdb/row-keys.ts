import { createHash } from 'node:crypto';
import { aboveText, numberOf, orderedNumber, orderedText } from './ordered-bytes.js';

/** Rows from one key up to, and without, another. */
export interface RowRange {
  readonly start: Buffer;
  readonly end: Buffer;
}

/** Up to so many bytes a key stands in its rows as it is; of a longer one the beginning, and a digest of the whole. */
export const longestText = 480;

const digestLength = 64;
const longestTrace = longestText + digestLength + 1;
const timeLength = 8;
const separator = Buffer.of(0);
const above = Buffer.alloc(timeLength + 1, aboveText);

/**
 * The keys of the rows of one namespace. An entry's row has its key; that in the index of times has its end before the key, that in the index of
 * tags a tag. A row begins with the namespace, behind its length: no namespace begins with another.
 */
export class RowKeys {
  readonly namespace: Buffer;

  private constructor(namespace: Buffer) {
    this.namespace = namespace;
  }

  static of(namespace: string): RowKeys {
    const name = Buffer.from(namespace, 'utf8');
    return new RowKeys(Buffer.concat([Buffer.of(name.length), name]));
  }

  /** Those of the namespace that a row belongs to. */
  static ofRow(row: Buffer): RowKeys {
    return new RowKeys(Buffer.from(row.subarray(0, 1 + (row[0] ?? 0))));
  }

  entry(key: string): Buffer {
    return Buffer.concat([this.namespace, textForm(key)]);
  }

  time(until: number, entryRow: Buffer): Buffer {
    return Buffer.concat([this.namespace, orderedNumber(until), this.#own(entryRow)]);
  }

  tag(tag: string, entryRow: Buffer): Buffer {
    return Buffer.concat([this.namespace, textForm(tag), separator, this.#own(entryRow)]);
  }

  /** The row of the entry that a row in the index of times stands for. */
  entryOfTime(timeRow: Buffer): Buffer {
    return Buffer.concat([this.namespace, this.#own(timeRow).subarray(timeLength)]);
  }

  /** When the entry ends that a row in the index of times stands for. */
  timeOf(timeRow: Buffer): number {
    return numberOf(this.#own(timeRow));
  }

  /** The row of the entry that a row in the index of tags stands for. */
  entryOfTag(tagRow: Buffer): Buffer {
    return Buffer.concat([this.namespace, tagRow.subarray(tagRow.indexOf(0, this.namespace.length) + 1)]);
  }

  /** What tells an entry's rows in the indexes, that of its end first, apart from those of others: their keys without what is in all of them. */
  traces([time, ...tags]: readonly [Buffer, ...Buffer[]], entryRow: Buffer): Buffer {
    const keyLength = this.#own(entryRow).length;
    return Buffer.concat([time, ...tags].map((row) => row.subarray(this.namespace.length, row.length - keyLength)));
  }

  /** The rows in the indexes that left such traces; where these are damaged, rows that need not exist, but that may be asked for. */
  traced(traces: Buffer, entryRow: Buffer): { readonly time: Buffer; readonly tags: readonly Buffer[] } {
    const whole = (trace: Buffer) => Buffer.concat([this.namespace, trace, this.#own(entryRow)]);
    const tags: Buffer[] = [];
    for (let from = timeLength, to: number; from < traces.length; from = to) {
      to = traces.indexOf(separator, from) + 1 || traces.length;
      if (to - from <= longestTrace) tags.push(whole(traces.subarray(from, to)));
    }
    return { time: whole(traces.subarray(0, timeLength)), tags };
  }

  /** The rows of all keys that begin so; of keys with a longer beginning than rows show, some that do not. */
  entriesUnder(prefix: string): RowRange {
    return this.#under(orderedText(prefix).subarray(0, longestText));
  }

  /** The rows, in the index of tags, of one tag, or of all that begin so; of longer ones some that do not. */
  tagged(beginning: string, whole: boolean): RowRange {
    return this.#under(
      whole ? Buffer.concat([textForm(beginning), separator]) : orderedText(beginning).subarray(0, longestText),
    );
  }

  /** The rows, in the index of times, of all that end at a time or before it. */
  endingBy(time = Number.POSITIVE_INFINITY): RowRange {
    return { start: this.namespace, end: Buffer.concat([this.namespace, orderedNumber(time), above]) };
  }

  /** Where, in the index of times, the rows of the next namespace may begin. */
  get next(): Buffer {
    return Buffer.concat([this.namespace, above]);
  }

  #under(beginning: Buffer): RowRange {
    const start = Buffer.concat([this.namespace, beginning]);
    return { start, end: Buffer.concat([start, above]) };
  }

  #own(row: Buffer): Buffer {
    return row.subarray(this.namespace.length);
  }
}

/** Tells whether rows show a beginning in full, so that all rows under it belong to keys with it. */
export function isShown(prefix: string): boolean {
  return orderedText(prefix).length <= longestText;
}

/** Tells whether a row is one of a range. */
export function liesIn({ start, end }: RowRange, row: Buffer): boolean {
  return row.compare(start) >= 0 && row.compare(end) < 0;
}

/** The least key after another. */
export function following(row: Buffer): Buffer {
  return Buffer.concat([row, separator]);
}

function textForm(text: string): Buffer {
  const bytes = orderedText(text);
  if (bytes.length <= longestText) return bytes;
  const digest = createHash('sha256').update(bytes).digest('hex');
  return Buffer.concat([bytes.subarray(0, longestText), Buffer.from(digest, 'latin1')]);
}
