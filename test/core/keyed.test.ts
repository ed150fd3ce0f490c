import { describe, expect, it } from 'vitest';
import { Keyed } from '../../src/core/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { things } from './things.js';

describe('instances by key', () => {
  it('are made with the key as somebody gave it, and what others share with none', () => {
    const made: unknown[] = [];
    const busy = () => true;
    const keyed = new Keyed({ maxKeys: 2, idle: 1000 }, new ManualClock(), (given) => made.push(given), busy);
    for (const given of [['a'], ['b'], ['c']]) keyed.of(given.join(), given);
    keyed.of('a');
    expect(made).toEqual([['a'], ['b'], undefined]);
  });

  it('are one for each key', () => {
    const { keyed } = things(10);
    const a = keyed.of('a');
    expect([keyed.of('a') === a, keyed.of('b') === a, keyed.of(1) === keyed.of('1'), keyed.size]).toEqual([
      true,
      false,
      false,
      4,
    ]);
  });

  it('are at most so many: the longest unused goes first', () => {
    const { keyed, keys } = things(3);
    const first = keyed.of('a');
    keyed.of('b');
    keyed.of('c');
    keyed.of('a');
    keyed.of('d');
    expect(keys()).toEqual(['a', 'c', 'd']);
    expect(keyed.of('a')).toBe(first);
    expect(keyed.overflow).toBeUndefined();
  });

  it('go after long enough without use, when others come', async () => {
    const { clock, keyed, keys } = things(100, 1000);
    keyed.of('a');
    keyed.of('b');
    await clock.advance(500);
    keyed.of('b');
    await clock.advance(500);
    keyed.of('c');
    expect(keys()).toEqual(['b', 'c']);
    expect(clock.pending).toBe(0);
  });

  it('stay while they are busy, however long unused and however many come', async () => {
    const { clock, keyed } = things(3, 1000);
    const busy = keyed.of('busy');
    busy.busy = true;
    await clock.advance(10_000);
    for (let key = 0; key < 100; key++) keyed.of(key);
    expect(keyed.of('busy')).toBe(busy);
    expect(keyed.size).toBe(3);
  });

  it('share one when all are busy, until one is not', () => {
    const { keyed } = things(2);
    const [a, b] = [keyed.of('a'), keyed.of('b')];
    a.busy = b.busy = true;
    const shared = keyed.of('c');
    expect([keyed.of('d'), keyed.of('c'), keyed.overflow]).toEqual([shared, shared, shared]);
    expect([keyed.of('a'), keyed.of('b')]).toEqual([a, b]);
    b.busy = false;
    const own = keyed.of('c');
    expect(own).not.toBe(shared);
    expect([...keyed.entries()].map(([key]) => key).sort()).toEqual(['a', 'c']);
  });

  // Eight busy instances that nobody used any more, such as open circuits, hid all idle ones behind them:
  // from then on every new key shared the overflow.
  it('find room behind any number of busy ones that nobody uses', () => {
    const { keyed } = things(100);
    for (let key = 0; key < 99; key++) keyed.of(key).busy = true;
    keyed.of('idle');
    const fresh = keyed.of('new');
    expect(keyed.overflow).toBeUndefined();
    expect(keyed.of('new')).toBe(fresh);
    for (let key = 0; key < 99; key++) expect(keyed.of(key).id).toBe(key);
  });

  it('find room again soon after all were busy', () => {
    const { keyed } = things(100);
    for (let key = 0; key < 100; key++) keyed.of(key).busy = true;
    const overflow = keyed.of('new');
    keyed.of(50).busy = false;
    let tries = 1;
    while (keyed.of('new') === overflow) tries++;
    expect(tries).toBeLessThanOrEqual(100 / 8 + 1);
  });
});

describe('an instance by key that is let go', () => {
  it('is told of once, whether it was idle or made room, and never a busy one', async () => {
    const { clock, keyed, left } = things(2, 1000);
    const [a, b] = [keyed.of('a'), keyed.of('b')];
    keyed.of('c');
    const forRoom = [...left];
    b.busy = true;
    await clock.advance(1000);
    keyed.of('d');
    expect([forRoom, left.map(({ id }) => id)]).toEqual([[a], [a.id, 2]]);
    for (const other of ['e', 'f']) keyed.of(other).busy = true;
    keyed.of('overflow');
    expect(left).not.toContain(b);
    expect(left).not.toContain(keyed.overflow);
  });

  it('is told of when the new one is in its place', () => {
    const seen: string[][] = [];
    const keyed: Keyed<object> = new Keyed(
      { maxKeys: 1, idle: 1000 },
      new ManualClock(),
      Object,
      () => false,
      () => {
        seen.push([...keyed.entries()].map(([key]) => String(key)));
        expect(keyed.of('b')).toBe(keyed.of('b'));
      },
    );
    keyed.of('a');
    keyed.of('b');
    expect(seen).toEqual([['b']]);
  });

  it('is told of although the new one could not be made', () => {
    const left: unknown[] = [];
    const make = (given: unknown) => {
      if (given === 'bad') throw new Error('cannot be made');
      return { given };
    };
    const gone = (instance: object) => left.push(instance);
    const keyed = new Keyed({ maxKeys: 1, idle: 1000 }, new ManualClock(), make, () => false, gone);
    keyed.of('a', 'a');
    expect(() => keyed.of('b', 'bad')).toThrow('cannot be made');
    expect([left, keyed.size]).toEqual([[{ given: 'a' }], 0]);
  });
});
