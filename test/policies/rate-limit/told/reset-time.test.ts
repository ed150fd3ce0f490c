import { describe, expect, it } from 'vitest';
import { parseReset, parseSeconds } from '../../../../src/policies/rate-limit/told/reset-time.js';

const now = Date.UTC(2026, 9, 21, 7, 28);
const day = 86_400_000;

describe('when a window begins anew', () => {
  it.each([
    ['0', 0],
    ['30', 30_000],
    ['1.5', 1500],
    ['86400', day],
    ['86401', day],
    ['999999999', day],
    ['1000000000', 0],
    [String(now / 1000 + 30), 30_000],
    [String(now / 1000 + 0.5), 500],
    [String(now / 1000 - 30), 0],
    ['999999999999', day],
    ['1000000000000', 0],
    [String(now + 1500), 1500],
    [String(now - 1500), 0],
    [String((now + 30_000) * 1000), day],
    ['9'.repeat(400), day],
    ['Wed, 21 Oct 2026 07:28:02 GMT', 2000],
    ['Wed, 21 Oct 2026 07:27:00 GMT', 0],
    ['Thu, 21 Oct 2027 07:28:00 GMT', day],
    ['2026-10-21T07:28:02Z', 2000],
    ['2026-10-21T07:28:02.250Z', 2250],
    ['2026-10-21T09:28:02+02:00', 2000],
    ['2026-10-21T05:58:02-01:30', 2000],
    ['1s', 1000],
    ['6m0s', 360_000],
    ['1h2m3.5s', 3_723_500],
    ['20ms', 20],
    ['1m20ms', 60_020],
    ['59m', 3_540_000],
    ['30h', day],
  ])('is said by %j to be in %s ms', (value, after) => {
    expect(parseReset(value, now)).toBe(after);
  });

  it.each([
    undefined,
    '',
    'soon',
    '-5',
    '+5',
    '1e3',
    '0x10',
    '5,5',
    '.5',
    '5.',
    'Infinity',
    'NaN',
    '2026-10-21',
    '2026-10-21T07:28:02',
    '2026-99-21T07:28:02Z',
    'Wed, 99 Oct 2026 07:28:02 GMT',
    's',
    '1s2m',
    '5d',
    '-1s',
    '1s ',
  ])('is not said by %j', (value) => {
    expect(parseReset(value, now)).toBeUndefined();
  });

  it.each([
    ['0', 0],
    ['0.25', 250],
    ['1768123456', day],
    ['-1', undefined],
    ['1s', undefined],
    [undefined, undefined],
  ])('is said by %j, where these are seconds, to be in %s ms', (value, after) => {
    expect(parseSeconds(value)).toBe(after);
  });
});
