import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { numberOf, orderedNumber, orderedText } from '../../../src/stores/lmdb/ordered-bytes.js';

/** Texts of any UTF-16 units, lone surrogates and NUL among them more often than chance would have it. */
const unit = fc.oneof(
  fc.integer({ min: 0, max: 0xffff }),
  fc.constantFrom(0, 0x7f, 0x80, 0x7ff, 0x800, 0xd800, 0xdbff, 0xdc00, 0xdfff, 0xe000, 0xffff),
  fc.integer({ min: 0x61, max: 0x63 }),
);
const text = fc.array(unit, { maxLength: 12 }).map((units) => String.fromCharCode(...units));

describe('orderedText', () => {
  it('begins with the bytes of another text when the text does, and only then', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const bytes = orderedText(one);
        const begins = bytes.subarray(0, orderedText(other).length).equals(orderedText(other));
        expect(begins).toBe(one.startsWith(other));
        expect(orderedText(one + other).subarray(0, bytes.length)).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it('has no zero byte, and none above those of UTF-8', () => {
    fc.assert(
      fc.property(text, (any) => {
        for (const byte of orderedText(any)) expect(byte > 0 && byte < 0xf0).toBe(true);
      }),
    );
  });

  it.each([
    ['plain ASCII', 'key:1', Buffer.from('key:1')],
    ['what UTF-8 writes in two and three bytes', 'é€', Buffer.from('é€')],
    ['NUL', '\0', Buffer.of(0xc0, 0x80)],
    ['the last unit of two bytes, beside a NUL', '\u07ff\0', Buffer.of(0xdf, 0xbf, 0xc0, 0x80)],
    ['a pair of surrogates one by one', '😀', Buffer.of(0xed, 0xa0, 0xbd, 0xed, 0xb8, 0x80)],
  ])('writes %s', (_, given, bytes) => {
    expect(orderedText(given)).toEqual(bytes);
  });
});

describe('orderedNumber', () => {
  it('sorts as numbers do, and can be read back', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true }),
      fc.constantFrom(0, -0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1.8e12),
    );
    fc.assert(
      fc.property(number, number, (one, other) => {
        const order = Buffer.compare(orderedNumber(one), orderedNumber(other));
        expect(order).toBe(Math.sign(Number(one > other) - Number(one < other)));
        expect(numberOf(orderedNumber(one))).toBe(one + 0);
      }),
      { numRuns: 2000 },
    );
  });
});
