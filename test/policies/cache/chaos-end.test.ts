import { expect } from 'vitest';
import { RuntimeDisposedError } from '../../../src/core/index.js';
import { settle, watch } from '../../../src/testing/index.js';
import { inAllChaos } from './chaos-cases.js';

for (const drain of [0, 500]) {
  inAllChaos(
    `a runtime that is disposed of in the middle, with a drain of ${drain} ms, ends: all are answered, and nothing is left`,
    async (world, { chaos }) => {
      for (const key of ['a', 'b', 'c']) await world.ask(key);
      await world.clock.advance(1000);
      world.chaos.chaos = chaos;
      world.upstream = 'waits';
      const begun = [world.call('a'), world.call('new'), world.call('b'), world.call('new')];
      await world.clock.advance(60);
      begun.push(world.call('c'), world.call('newer'));
      const { cache } = world;
      for (const act of [
        () => cache.set('a', 1),
        () => cache.set('d', 1),
        () => cache.delete('b'),
        () => cache.invalidate('t'),
        () => cache.clear(),
        () => cache.set('a', 2),
        () => cache.wrap('e', async () => 1),
      ])
        begun.push(watch((async () => act())()));
      const disposed = watch(world.runtime.dispose({ drain }));
      await world.clock.advance(drain + 15_000);
      expect([disposed.state, world.clock.pending]).toEqual(['resolved', 0]);
      await world.land(); // nobody can end what takes no signal
      expect(begun.filter(({ state }) => state === 'pending')).toEqual([]);
      const { counts } = world.chaos;
      const before = { ...counts };
      expect((await world.ask('a')).error).toBeInstanceOf(RuntimeDisposedError);
      await world.clock.advance(1000);
      expect(counts).toEqual(before);
    },
    { ttl: 500, staleFor: '1h', staleIfError: '1h', tags: ['t'] },
  );
}

inAllChaos(
  'a runtime that is disposed of waits for its writes: they are in a store that does what it is asked, though slowly',
  async (world, { chaos }) => {
    world.chaos.chaos = chaos;
    for (const key of ['a', 'b', 'c']) await world.ask(key);
    const disposed = watch(world.runtime.dispose({ drain: 500 }));
    await settle();
    for (let wait = 0; wait < 100 && disposed.state === 'pending'; wait++) await world.clock.advance(5);
    expect([disposed.state, world.store.size]).toEqual(['resolved', 3]);
  },
  {
    ttl: '1h',
    where: ({ outcome, finds, name }) => outcome === 'done' && finds !== 'wrong' && !name.includes('only says'),
  },
);

inAllChaos(
  'a write that failed is not repeated once its runtime has ended, which does not wait for that',
  async (world, { chaos }) => {
    world.chaos.chaos = chaos;
    await world.ask('a');
    await world.clock.advance(50);
    const disposed = watch(world.runtime.dispose({ drain: 0 }));
    await world.clock.advance(1);
    expect(disposed.state).toBe('resolved');
    await world.clock.advance(5000);
    expect(world.chaos.counts.set).toBe(1);
  },
  { ttl: '1h', where: ({ chaos, place, outcome }) => place === 'alone' && outcome === 'fails' && 'fault' in chaos },
);

inAllChaos(
  'a store that is closed after its runtime closes, and what it had begun ends',
  async (world, { chaos }) => {
    await world.ask('a');
    world.chaos.chaos = chaos;
    const calls = [world.call('a'), world.call('b')];
    const set = watch((async () => world.cache.set('c', 1))());
    const disposed = watch(world.runtime.dispose({ drain: 0 }));
    await world.clock.advance(1000);
    const closed = watch((async () => world.store.close?.())());
    await world.clock.advance(10_000);
    await world.land();
    expect([disposed.state, closed.state, set.state === 'pending']).toEqual(['resolved', 'resolved', false]);
    expect(calls.filter(({ state }) => state === 'pending')).toEqual([]);
    expect(world.clock.pending).toBe(0);
  },
  { ttl: 500, staleFor: '1h' },
);
