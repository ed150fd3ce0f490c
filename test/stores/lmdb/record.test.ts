import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPermanent } from '../../../src/core/index.js';
import { encodeRecord, readHeader, readPayload } from '../../../src/stores/lmdb/record.js';
import { UnreadableEntryError } from '../../../src/stores/lmdb/store-errors.js';
import { entryOf } from './entries.js';

const text = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 })
  .map((units) => String.fromCharCode(...units));
const time = fc.oneof(fc.double({ noNaN: true }), fc.constantFrom(0, Number.POSITIVE_INFINITY));
const facts = fc.record({
  createdAt: time,
  freshUntil: time,
  staleUntil: time,
  errorUntil: time,
  version: text,
  tags: fc.array(text, { maxLength: 5 }),
});

const entry = entryOf(undefined, { tags: ['user:1', 'é\ud800'], version: '2', loadTime: 12.5 });
const payload = Buffer.from('the value');
const record = encodeRecord('the key', entry, 'json', payload);

function read(bytes: Buffer) {
  const header = readHeader(bytes);
  return { header, payload: readPayload(bytes, header) };
}

/** What reading gives: what was written, or an error that says why not. Anything else fails the test. */
function outcomeOf(bytes: Buffer): 'right' | 'refused' {
  try {
    expect(read(bytes)).toEqual(read(record));
    return 'right';
  } catch (error) {
    if (!(error instanceof UnreadableEntryError)) throw error;
    expect(isPermanent(error)).toBe(true);
    return 'refused';
  }
}

describe('a record', () => {
  it('gives back what was put into it, whatever texts and times these are', () => {
    fc.assert(
      fc.property(
        text,
        facts,
        fc.uint8Array(),
        fc.option(fc.double({ min: 0, noNaN: true })),
        (key, own, bytes, took) => {
          const given = { ...own, ...(took !== null && { loadTime: took }) };
          const { header, payload: back } = read(encodeRecord(key, { ...given, value: 0 }, 'v8', bytes));
          const until = Math.max(own.freshUntil, own.staleUntil, own.errorUntil);
          expect(header).toEqual({ ...given, key, serializer: 'v8', until, length: header.length });
          expect(new Uint8Array(back)).toEqual(bytes);
        },
      ),
    );
  });

  it('says nothing of a load time that nobody took', () => {
    expect(readHeader(encodeRecord('k', entryOf(0), 'v8', payload))).not.toHaveProperty('loadTime');
  });

  it('is refused with any one byte changed, wherever that is', () => {
    for (let at = 0; at < record.length; at++) {
      for (const change of [1, 0x80, 0xff]) {
        const changed = Buffer.from(record);
        changed[at]! ^= change;
        expect([at, outcomeOf(changed)]).toEqual([at, 'refused']);
      }
    }
  });

  it('is refused or right after any damage', () => {
    const damage = fc.array(fc.tuple(fc.nat(record.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1 });
    fc.assert(
      fc.property(damage, (changes) => {
        const changed = Buffer.from(record);
        for (const [at, byte] of changes) changed[at] = byte;
        expect(outcomeOf(changed)).toBe(changed.equals(record) ? 'right' : 'refused');
      }),
      { numRuns: 1000 },
    );
  });

  it('is refused when it was cut off, or when more follows', () => {
    for (let length = 0; length < record.length; length++) {
      expect(outcomeOf(record.subarray(0, length))).toBe('refused');
    }
    expect(outcomeOf(Buffer.concat([record, Buffer.of(0)]))).toBe('refused');
  });

  it.each([
    ['a record of another format', 4, 2, 'it has format 2, not 1'],
    ['the bytes of another program', 0, 0x7b, 'it was not written by this store, or with compression that is off now'],
    ['a damaged key', 75, 0, 'its checksum is wrong'],
    ['a damaged value', record.length - 1, 0, 'the checksum of its value is wrong'],
  ])('says of %s what it is', (_, at, byte, reason) => {
    const changed = Buffer.from(record);
    changed[at] = byte;

    expect(() => read(changed)).toThrow(expect.objectContaining({ reason, code: 'HOLDFAST_UNREADABLE_ENTRY' }));
  });

  it('takes no times that are none', () => {
    const wrong = { ...entry, staleUntil: Number.NaN };

    expect(() => encodeRecord('k', wrong, 'v8', payload)).toThrow('the times of an entry must be numbers');
  });
});
