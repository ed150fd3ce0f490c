import { expect } from 'vitest';
import { isRejected } from '../../../src/core/index.js';
import { inAllChaos } from './chaos-cases.js';

const options = { ttl: '10m' } as const;
const openFor = 30_000;

inAllChaos(
  'a store that keeps failing is left alone, and others are not',
  async (world, { chaos, outcome }) => {
    world.chaos.chaos = chaos;
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await world.ask(key);
      await world.clock.advance(500);
    }
    if (outcome === 'done') expect(world.circuit.state).toBe('closed');
    if (outcome !== 'fails') return;
    expect(world.circuit.state).toBe('open');
    const { counts } = world.chaos;
    const before = { ...counts };
    const told = world.events.of('cache.storeFailed').length;
    for (const key of ['a', 'g', 'g']) expect(await world.ask(key)).toEqual({ value: world.made.at(-1), took: 0 });
    await world.clock.advance(1000);
    expect([counts, world.events.of('cache.storeFailed').length]).toEqual([before, told]);
  },
  options,
);

inAllChaos(
  'what a store says is no outage, whatever that is: it goes on being asked',
  async (world, { chaos }) => {
    await world.ask();
    await world.clock.advance(600_000);
    world.upstream = 'is down'; // so that nothing is written in between
    world.chaos.chaos = chaos;
    for (let time = 0; time < 10; time++) expect((await world.ask()).error).toBe(world.down);
    expect([world.circuit.state, world.chaos.counts.get]).toEqual(['closed', 11]);
  },
  { ...options, where: ({ outcome, place, finds }) => outcome === 'done' && place === 'alone' && finds !== 'ageless' },
);

inAllChaos(
  'what a memory before a store has is given also while the store is left alone',
  async (world, { chaos }) => {
    await world.ask('a');
    world.chaos.chaos = chaos;
    for (const key of ['b', 'c', 'd', 'e', 'f', 'g']) {
      await world.ask(key);
      await world.clock.advance(1000);
    }
    expect(world.circuit.state).toBe('open');
    const { runs } = world;
    expect(await world.ask('a')).toEqual({ value: world.made[0], took: 0 });
    expect(world.runs).toBe(runs);
  },
  { ...options, where: ({ place, outcome }) => place === 'behind a memory' && outcome === 'fails' },
);

inAllChaos(
  'a store that is well again is used again: values are kept, and given without a load',
  async (world, { chaos, outcome, place }) => {
    world.chaos.chaos = chaos;
    for (const key of ['a', 'b', 'c', 'd', 'e', 'f']) {
      await world.ask(key);
      await world.clock.advance(500);
    }
    await world.clock.advance(openFor);
    await world.ask('z');
    await world.clock.advance(500);
    if (outcome === 'fails' && place === 'alone') expect(['open', 'half-open']).toContain(world.circuit.state);
    world.chaos.chaos = [];
    await world.clock.advance(2 * openFor);
    for (const key of ['a', 'b']) {
      const { value } = await world.ask(key);
      await world.clock.advance(500);
      const { runs } = world;
      expect(await world.ask(key)).toEqual({ value, took: 0 });
      expect([world.runs, world.cache.stats.hits > 0, world.circuit.state]).toEqual([runs, true, 'closed']);
    }
  },
  options,
);

inAllChaos(
  'by hand, what the store did not do is rejected with its trouble, and what it says to have done is not',
  async (world, { chaos, outcome }) => {
    await world.ask('a');
    await world.clock.advance(100);
    world.chaos.chaos = chaos;
    const failures = [
      await world.byHand((cache) => cache.set('a', 'by hand', { tags: ['t'] })),
      await world.byHand((cache) => cache.delete('a')),
      await world.byHand((cache) => cache.invalidate('t')),
      await world.byHand((cache) => cache.clear()),
      await world.byHand((cache) => cache.set('b', 'by hand')),
    ];
    const fails = (error: unknown) => error instanceof Error;
    if (outcome === 'done') expect(failures).toEqual(Array(5).fill(null));
    if (outcome === 'fails') expect(failures).toEqual(Array(5).fill(expect.toSatisfy(fails)));
    const told = world.events.of('cache.storeFailed').filter(({ operation }) => operation !== 'get');
    const own = failures.filter((error) => error !== null && !isRejected(error));
    expect(new Set(told.map(({ error }) => error))).toEqual(new Set(own));
  },
  options,
);

inAllChaos(
  'by hand, what was set is given, or nothing is: never what was there before',
  async (world, { chaos }) => {
    await world.ask('a');
    await world.clock.advance(100);
    world.chaos.chaos = chaos;
    for (const value of ['one', 'two', 'three']) {
      await world.byHand((cache) => cache.set('a', value));
      const { value: given } = await world.ask('a');
      expect([value, world.made.at(-1)]).toContain(given);
      expect(given).not.toBe(world.made[0]);
      await world.clock.advance(500);
    }
  },
  { ...options, where: ({ name }) => !/before the last|other keys/.test(name) },
);
