import { describe, expect, it } from 'vitest';
import { callWith } from '../../../src/policies/cache/index.js';
import { inAllChaos } from './chaos-cases.js';
import { ChaosWorld, type Made } from './chaos-world.js';

inAllChaos(
  'no caller is given what is older than what callers were given before',
  async (world, { chaos }) => {
    let newest = -1;
    for (let round = 0; round < 60; round++) {
      world.chaos.chaos = round % 3 === 2 ? [] : chaos;
      world.upstream = round % 4 === 3 ? 'is down' : 'answers';
      const ask = () => world.ask();
      const { value } = round % 5 === 0 ? await callWith({ cache: 'refresh' }, ask) : await ask();
      if (value !== undefined) {
        expect([round, (value as Made).number >= newest]).toEqual([round, true]);
        newest = (value as Made).number;
      }
      await world.clock.advance([0, 1, 30, 200, 1500, 40_000][round % 6] as number);
    }
    expect(newest).toBeGreaterThan(3);
  },
  { ttl: 500, staleFor: 2000, staleIfError: '1h', where: ({ chaos }) => [chaos].flat().every(({ lie }) => !lie) },
);

describe.each([1, 2, 3])('a value of which write %d lands long after it was given up', (late) => {
  it.each(['alone', 'behind a memory', 'before a memory'] as const)(
    'is not given to anybody after a newer one, in a store %s',
    async (place) => {
      const world = new ChaosWorld(place, { ttl: '10m' });
      world.chaos.chaos = [{ operations: ['set'], latency: 3000, times: late }];
      await world.ask();
      await world.clock.advance(500);
      const { value } = await callWith({ cache: 'refresh' }, () => world.ask());
      await world.clock.advance(500);
      expect(await world.ask()).toMatchObject({ value });
      await world.clock.advance(10_000);
      const again = await world.ask();
      expect([again.value, world.made.slice(1)]).toEqual([expect.anything(), expect.arrayContaining([again.value])]);
      await world.end();
    },
  );
});
