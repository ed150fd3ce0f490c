import { expect } from 'vitest';
import { inAllChaos } from './chaos-cases.js';
import { storeTimeout } from './chaos-world.js';

inAllChaos('all who ask for a key at once share one load and its value', async (world, { chaos }) => {
  world.chaos.chaos = chaos;
  world.upstream = 'waits';
  const calls = Array.from({ length: 20 }, () => world.call('a'));
  await world.clock.advance(storeTimeout);
  calls.push(world.call('a'), world.call('a'));
  await world.clock.advance(storeTimeout);
  expect(world.runs).toBe(1);
  await world.land();
  expect(new Set(calls.map(({ value }) => value))).toEqual(new Set([world.made[0]]));
});

inAllChaos('a failed load is not repeated for those who wait for it, who get its error', async (world, { chaos }) => {
  world.chaos.chaos = chaos;
  world.upstream = 'waits';
  world.give = () => {
    throw world.down;
  };
  const calls = Array.from({ length: 20 }, () => world.call('a'));
  await world.clock.advance(storeTimeout);
  await world.land();
  expect([world.runs, new Set(calls.map(({ error }) => error))]).toEqual([1, new Set([world.down])]);
});

inAllChaos('no call fails, or waits longer than storeTimeout', async (world, { chaos, finds }) => {
  world.chaos.chaos = chaos;
  for (let round = 0; round < 40; round++) {
    const key = 'abc'.charAt(round % 3);
    const { value, error, took } = await world.ask(key);
    expect([round, error]).toEqual([round, undefined]);
    expect(took).toBeLessThanOrEqual(storeTimeout);
    expect(world.made).toContain(value);
    if (finds !== 'wrong') expect(value).toMatchObject({ key });
    await world.clock.advance([1, 100, 400][round % 3] as number);
  }
  expect(world.runs).toBeLessThanOrEqual(40);
});

inAllChaos('callers do not wait for what is written, and see at once what is on its way', async (world, { only }) => {
  world.chaos.chaos = only('set', 'delete');
  expect(await world.ask('a')).toEqual({ value: world.made[0], took: 0 });
  world.chaos.chaos = { operations: ['set', 'delete'], latency: 40 };
  expect(await world.ask('b')).toEqual({ value: world.made[1], took: 0 });
  expect(await world.ask('b')).toEqual({ value: world.made[1], took: 0 });
  expect(world.runs).toBe(2);
});

for (const value of [undefined, null, 0, '', false, Number.NaN]) {
  inAllChaos(
    `${String(value) || "''"} is a value`,
    async (world, { chaos }) => {
      world.give = () => value;
      world.chaos.chaos = chaos;
      expect((await world.ask()).value).toBe(value);
      expect((await world.ask()).value).toBe(value);
      world.chaos.chaos = [];
      await world.clock.advance(35_000);
      await world.ask();
      await world.clock.advance(100);
      const { runs } = world;
      expect((await world.ask()).value).toBe(value);
      expect(world.runs).toBe(runs);
    },
    { ttl: '10m' },
  );
}

inAllChaos('trouble is told, once for each operation, and nothing but trouble', async (world, { chaos, ...given }) => {
  world.chaos.chaos = chaos;
  await world.ask('a');
  await world.clock.advance(5000);
  const told = world.events.of('cache.storeFailed').map(({ operation }) => operation);
  if (given.outcome === 'fails') expect(told).toEqual(['get', 'set']);
  else if (given.tells !== 'either') expect(told).toEqual(given.tells ? ['get'] : []);
  expect(world.cache.stats.storeFailures).toBe(told.length);
});
