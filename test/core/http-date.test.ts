import { describe, expect, it } from 'vitest';
import { parseHttpDate } from '../../src/core/http-date.js';

const date = Date.UTC(2026, 9, 21, 7, 28);

describe('a date of HTTP', () => {
  it.each(['Wed, 21 Oct 2026 07:28:00 GMT', 'Wednesday, 21-Oct-26 07:28:00 GMT', 'Wed Oct 21 07:28:00 2026'])(
    'is read as %j',
    (value) => {
      expect(parseHttpDate(value)).toBe(date);
    },
  );

  it('is read with a day of one digit in the form of asctime', () => {
    expect(parseHttpDate('Sun Nov  1 07:28:00 2026')).toBe(Date.UTC(2026, 10, 1, 7, 28));
  });

  it.each([
    '',
    '5',
    '2026-10-21T07:28:00Z',
    'Wed, 21 Oct 2026 07:28:00',
    'Wed, 21 Oct 2026 07:28:00 CET',
    'Wed, 99 Oct 2026 07:28:00 GMT',
    'Wed, 21 Xyz 2026 07:28:00 GMT',
  ])('is not %j', (value) => {
    expect(parseHttpDate(value)).toBeUndefined();
  });
});
