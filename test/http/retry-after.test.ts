import { describe, expect, it } from 'vitest';
import { parseRetryAfter } from '../../src/http/retry-after.js';

const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT');

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['2', 2000],
    ['120', 120_000],
    ['Wed, 21 Oct 2026 07:28:02 GMT', 2000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['Wednesday, 21-Oct-26 07:28:02 GMT', 2000],
    ['Wed Oct 21 07:28:02 2026', 2000],
    ['Sun Nov  1 07:28:00 2026', 11 * 86_400_000],
  ])('%j is %s ms', (value, wait) => {
    expect(parseRetryAfter(value, now)).toBe(wait);
  });

  it.each([undefined, '', 'abc', '-5', '1.5', '2s', ' 2', '2026-10-21T07:28:02Z', 'Wed, 99 Oct 2026 07:28:02 GMT'])(
    '%j is nothing that anyone could obey',
    (value) => {
      expect(parseRetryAfter(value, now)).toBeUndefined();
    },
  );
});
