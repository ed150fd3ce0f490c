import { describe, expect, it } from 'vitest';
import { parseRetryAfter, retryAfterOf } from '../../src/core/retry-after.js';

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

describe('when an error or a result says to come back', () => {
  const fields = { 'Retry-After': '2' };

  it.each<[string, unknown, number | undefined]>([
    ['by its own milliseconds', { retryAfter: 250 }, 250],
    ['by 0: at once', { retryAfter: 0 }, 0],
    ['by a date', { retryAfter: new Date(now + 1500) }, 1500],
    ['by a date that has passed', { retryAfter: new Date(now - 1500) }, 0],
    ['by the fields of an answer, as fetch gives them', new Response(null, { headers: fields }), 2000],
    ['by those of the answer that an error carries', { response: new Response(null, { headers: fields }) }, 2000],
    ['by plain fields, in whatever case', { response: { headers: { 'RETRY-AFTER': '3' } } }, 3000],
    ['by a number among plain fields', { headers: { 'retry-after': 3 } }, 3000],
    ['by a date in the fields', { headers: { 'retry-after': 'Wed, 21 Oct 2026 07:28:02 GMT' } }, 2000],
    ['by exact milliseconds, which come first', { headers: { 'retry-after-ms': '120', ...fields } }, 120],
    ['by itself before its answer', { retryAfter: 1, headers: fields }, 1],
    ['by its answer where it says nothing itself', { retryAfter: undefined, headers: fields }, 2000],
    ['not by a negative number', { retryAfter: -1 }, undefined],
    ['not by NaN', { retryAfter: Number.NaN }, undefined],
    ['not by a date that is none', { retryAfter: new Date('x') }, undefined],
    ['not by a string that is no field', { retryAfter: '5' }, undefined],
    ['not by fields that nobody can read', { headers: { 'retry-after': 'abc' } }, undefined],
    ['not by several at once', { headers: { 'retry-after': ['1', '2'] } }, undefined],
    ['not by an answer without them', { response: undefined, headers: null }, undefined],
    ['not by nothing', undefined, undefined],
    ['not by a text', 'retry-after: 2', undefined],
  ])('%s', (_how, source, wait) => {
    expect(retryAfterOf(source, now)).toBe(wait);
  });
});
