import { describe, expect, it } from 'vitest';
import { Lifetime } from '../../src/core/index.js';
import { counted } from './counted.js';

describe('a lifetime', () => {
  it('ends once: what comes later changes nothing', () => {
    const lifetime = new Lifetime();
    expect(lifetime.ending).toBeUndefined();
    lifetime.end('first', true);
    lifetime.end('second');
    expect(lifetime.ending).toEqual({ reason: 'first', timedOut: true });
  });

  it('tells those who watch, in the same tick', () => {
    const lifetime = new Lifetime();
    const told: unknown[] = [];
    lifetime.watch(({ reason }) => told.push(['one', reason]));
    lifetime.watch(({ reason }) => told.push(['other', reason]));
    lifetime.end('over');
    expect(told).toEqual([
      ['one', 'over'],
      ['other', 'over'],
    ]);
  });

  it('does not tell those who stopped watching, not even when another one’s ending stopped them', () => {
    const lifetime = new Lifetime();
    const told: string[] = [];
    lifetime.watch(() => told.push('gone'))();
    lifetime.watch(() => {
      told.push('first');
      stop();
    });
    const stop = lifetime.watch(() => told.push('second'));
    lifetime.end('over');
    expect(told).toEqual(['first']);
  });

  it('ends with what it is within, however deep, whether it is watched or not', () => {
    const outer = new Lifetime();
    const inner = new Lifetime(new Lifetime(outer));
    const told: unknown[] = [];
    inner.watch(({ reason }) => told.push(reason));
    const unwatched = new Lifetime(outer);
    outer.end('over', true);
    expect(told).toEqual(['over']);
    expect([inner.ending, unwatched.ending]).toEqual([
      { reason: 'over', timedOut: true },
      { reason: 'over', timedOut: true },
    ]);
  });

  it('ends alone, and keeps its own reason when what is around it ends later', () => {
    const outer = new Lifetime();
    const inner = new Lifetime(outer);
    const told: unknown[] = [];
    inner.watch(({ reason }) => told.push(reason));
    inner.end('own');
    outer.end('outer');
    expect([outer.ending?.reason, inner.ending?.reason, told]).toEqual(['outer', 'own', ['own']]);
  });

  it('watches what is around it only while somebody watches it', () => {
    const outer = counted();
    const inner = new Lifetime(outer);
    expect(outer.watchers).toBe(0);
    const [one, other] = [inner.watch(() => {}), inner.watch(() => {})];
    expect(outer.watchers).toBe(1);
    one();
    expect(outer.watchers).toBe(1);
    other();
    other();
    expect(outer.watchers).toBe(0);
    inner.watch(() => {});
    inner.end('over');
    expect(outer.watchers).toBe(0);
  });
});
