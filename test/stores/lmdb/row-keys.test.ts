import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { following, isShown, liesIn, longestText, RowKeys, type RowRange } from '../../../src/stores/lmdb/row-keys.js';

const keys = RowKeys.of('shop');
const long = 'k'.repeat(longestText);

const lies = (row: Buffer, range: RowRange) => liesIn(range, row);

describe('RowKeys', () => {
  it('tell keys apart that differ beyond what rows show', () => {
    const rows = [long, `${long}a`, `${long}b`, `${long}a`.repeat(9)].map((key) => keys.entry(key).toString('hex'));

    expect(new Set(rows).size).toBe(4);
    expect(Math.max(...rows.map((row) => row.length / 2))).toBeLessThan(600);
  });

  it('keep namespaces apart, also where one begins with another', () => {
    const range = RowKeys.of('a').entriesUnder('');

    for (const other of ['', 'ab', 'b', 'a:']) expect(lies(RowKeys.of(other).entry('ab'), range)).toBe(false);
    expect(lies(RowKeys.of('a').entry(''), range)).toBe(true);
  });

  it('range over every key with a beginning, and over no other where it is shown', () => {
    const text = fc.stringMatching(/^[ab\ud83d\ude00]{0,6}$/u);
    fc.assert(
      fc.property(text, text, fc.boolean(), (prefix, key, isLong) => {
        const whole = isLong ? key + long : key;
        expect(lies(keys.entry(whole), keys.entriesUnder(prefix))).toBe(whole.startsWith(prefix));
      }),
    );
  });

  it('range over every key with a beginning that is too long to be shown', () => {
    const prefix = `${long}:a`;

    expect([isShown(long), isShown(prefix)]).toEqual([true, false]);
    expect(lies(keys.entry(`${prefix}bc`), keys.entriesUnder(prefix))).toBe(true);
  });

  it('lead from the rows of the indexes back to those of the entries', () => {
    for (const key of ['', 'a', '\0', 'é😀', `${long}x`]) {
      const row = keys.entry(key);
      const timeRow = keys.time(1234.5, row);

      expect(keys.entryOfTime(timeRow)).toEqual(row);
      expect(keys.timeOf(timeRow)).toBe(1234.5);
      for (const tag of ['', 'user:1', 'a\0b', `${long}tag`]) expect(keys.entryOfTag(keys.tag(tag, row))).toEqual(row);
      expect(RowKeys.ofRow(timeRow).namespace).toEqual(keys.namespace);
    }
  });

  it('lead from the traces of an entry to its rows in both indexes', () => {
    for (const key of ['', 'a', '\0', `${long}x`]) {
      for (const tags of [[], [''], ['user:1', 'a\0b', '', `${long}tag`]]) {
        const row = keys.entry(key);
        const rows = { time: keys.time(1234.5, row), tags: tags.map((tag) => keys.tag(tag, row)) };

        expect(keys.traced(keys.traces([rows.time, ...rows.tags], row), row)).toEqual(rows);
      }
    }
  });

  it('range over one tag alone, or over all that begin so', () => {
    const row = keys.entry('k');
    const found = (pattern: string, whole: boolean) =>
      ['user', 'user:1', 'user:11', 'use'].filter((tag) => lies(keys.tag(tag, row), keys.tagged(pattern, whole)));

    expect(found('user:1', true)).toEqual(['user:1']);
    expect(found('user', false)).toEqual(['user', 'user:1', 'user:11']);
    expect(found('', false)).toHaveLength(4);
    expect(lies(keys.tag(`${long}1`, row), keys.tagged(`${long}2`, true))).toBe(false);
    expect(lies(keys.tag(`${long}12`, row), keys.tagged(`${long}1`, false))).toBe(true);
  });

  it('range over what ends by a time, the time itself among it', () => {
    const endsBy = (until: number) => lies(keys.time(until, keys.entry('\uffff')), keys.endingBy(1000));

    expect([0, 999, 1000, 1000.1, Number.POSITIVE_INFINITY].map(endsBy)).toEqual([true, true, true, false, false]);
    expect(lies(keys.time(Number.POSITIVE_INFINITY, keys.entry('\uffff')), keys.endingBy())).toBe(true);
    expect(keys.next.compare(keys.time(Number.POSITIVE_INFINITY, keys.entry('\uffff')))).toBe(1);
  });

  it('know the least key after another', () => {
    const row = keys.entry('a');

    expect(following(row).compare(row)).toBe(1);
    expect(following(row).compare(keys.entry('a\u0001'))).toBe(-1);
  });
});
