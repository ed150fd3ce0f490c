import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { milliseconds, parseDuration } from '../../src/core/index.js';

describe('a duration', () => {
  it.each([
    [0, 0],
    [250, 250],
    [1.5, 1.5],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    ['0ms', 0],
    ['250ms', 250],
    ['2s', 2000],
    ['2 s', 2000],
    ['30sec', 30_000],
    ['1m', 60_000],
    ['5min', 300_000],
    ['1.5h', 5_400_000],
    ['2hr', 7_200_000],
    ['1d', 86_400_000],
    ['1w', 604_800_000],
  ])('%o is %d ms', (value, expected) => {
    expect(parseDuration(value)).toBe(expected);
    expect(milliseconds(value as number)).toBe(expected);
  });

  it.each([
    -1,
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    '100',
    '-2s',
    '+2s',
    '',
    's',
    '2',
    '2  s',
    ' 2s',
    '2s ',
    '2S',
    '.5s',
    '1.s',
    '1e3ms',
    '2 parsecs',
    '2y',
    '1h30m',
    null,
    undefined,
    true,
    {},
    [1],
    10n,
  ])('%o is none', (value) => {
    expect(parseDuration(value)).toBeUndefined();
    expect(() => milliseconds(value as number)).toThrow(TypeError);
  });

  it('with a unit is the number times the unit', () => {
    const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
    const unit = fc.constantFrom(...Object.keys(units)) as fc.Arbitrary<keyof typeof units>;
    fc.assert(
      fc.property(fc.nat(1_000_000), unit, fc.boolean(), (amount, unit, spaced) => {
        expect(parseDuration(`${amount}${spaced ? ' ' : ''}${unit}`)).toBe(amount * units[unit]);
      }),
    );
  });

  it('that is none is told with what it must be', () => {
    expect(() => milliseconds('soon' as never)).toThrow(
      "a wait takes a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got 'soon'",
    );
  });
});
