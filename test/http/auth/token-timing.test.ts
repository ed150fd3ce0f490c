import { describe, expect, it } from 'vitest';
import { freshFor, lifetimeOf, remembered } from '../../../src/http/auth/token-timing.js';

const minutes = 60_000;

describe('the lifetime of a token', () => {
  it.each([
    [3600, 3_600_000],
    ['3600', 3_600_000],
    [1.5, 1500],
    [0, 1000],
    [0.2, 1000],
    ['0', 1000],
    [undefined, 5 * minutes],
    [null, 5 * minutes],
    ['', 5 * minutes],
    [' ', 5 * minutes],
    ['soon', 5 * minutes],
    [-1, 5 * minutes],
    [Number.NaN, 5 * minutes],
    [[3600], 5 * minutes],
    [true, 5 * minutes],
    [1e300, 1e303],
  ])('is, where the server says %j, %d ms', (expiresIn, lifetime) => {
    expect(lifetimeOf(expiresIn)).toBe(lifetime);
  });
});

describe('the time for which a token is used', () => {
  it.each([
    [3_600_000, 30_000, 3_570_000],
    [60_000, 30_000, 30_000],
    [50_000, 30_000, 25_000],
    [10_000, 30_000, 5000],
    [1500, 30_000, 1000],
    [1000, 0, 1000],
    [60_000, Number.POSITIVE_INFINITY, 30_000],
  ])('is, of %d ms with a margin of %d ms, %d ms', (lifetime, margin, fresh) => {
    expect(freshFor(lifetime, margin)).toBe(fresh);
  });
});

describe('the time for which a failure is remembered', () => {
  it.each([
    ['a permanent one', true, undefined, 1, 1000],
    ['a permanent one with a wish', true, 5000, 1, 1000],
    ['the first', false, undefined, 1, 100],
    ['the second in a row', false, undefined, 2, 200],
    ['the fifth in a row', false, undefined, 5, 1000],
    ['the ten thousandth in a row', false, undefined, 10_000, 1000],
    ['one with a longer wish', false, 7000, 1, 7000],
    ['one with a shorter wish', false, 50, 3, 400],
    ['one that wants to be left alone for a day', false, 1440 * minutes, 1, 5 * minutes],
  ])('is, of %s, what it should be', (_, permanent, retryAfter, inRow, expected) => {
    expect(remembered({ permanent, retryAfter }, inRow)).toBe(expected);
  });
});
