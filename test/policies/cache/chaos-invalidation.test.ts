import { expect } from 'vitest';
import type { CachedOptions } from '../../../src/policies/cache/index.js';
import { inAllChaos } from './chaos-cases.js';
import type { ChaosWorld } from './chaos-world.js';

const ways: Record<string, (cache: ChaosWorld['cache']) => unknown> = {
  'delete()': (cache) => cache.delete('a'),
  'invalidate()': (cache) => cache.invalidate('tag:a'),
  'invalidate() of a pattern': (cache) => cache.invalidate('tag:*'),
  'clear()': (cache) => cache.clear(),
};
const options: Partial<CachedOptions> = {
  ttl: '10m',
  staleFor: '1h',
  staleIfError: '1h',
  tags: (_: unknown, key: string) => [`tag:${key}`],
};

for (const [name, act] of Object.entries(ways)) {
  inAllChaos(
    `what was kept before ${name} is not given after it, while the store misbehaves and when it is well again`,
    async (world, { chaos }) => {
      for (const key of ['a', 'b', 'a']) {
        await world.ask(key);
        await world.clock.advance(1);
        if (key === 'b') await world.byHand((cache) => cache.delete('a'));
      }
      const old = new Set<unknown>(world.made.filter(({ key }) => key === 'a'));
      expect(old.size).toBe(2);
      world.chaos.chaos = chaos;
      const done = world.byHand(act);
      world.upstream = 'is down';
      expect([await world.ask(), old.size]).toEqual([{ error: world.down, took: expect.any(Number) }, 2]);
      await done;
      for (const calm of [false, true]) {
        if (calm) world.chaos.chaos = [];
        for (let time = 0; time < 4; time++) {
          expect(await world.ask()).toEqual({ error: world.down, took: expect.any(Number) });
          await world.clock.advance(20_000);
        }
      }
      world.upstream = 'answers';
      const { value } = await world.ask();
      expect(old).not.toContain(value);
      expect(await world.ask()).toEqual({ value, took: 0 });
    },
    { ...options, where: ({ finds }) => finds !== 'wrong' },
  );

  inAllChaos(
    `a load that ${name} has overtaken is for those who wait for it alone`,
    async (world, { chaos }) => {
      world.chaos.chaos = chaos;
      world.upstream = 'waits';
      const early = world.call();
      await world.clock.advance(50);
      const done = world.byHand(act);
      await world.clock.advance(1);
      const late = world.call();
      await world.land();
      await world.clock.advance(50);
      await world.land();
      await done;
      expect(early.value).toBe(world.made[0]);
      expect(late.value).toBe(world.made[1]);
      world.upstream = 'answers';
      for (const calm of [false, true]) {
        if (calm) world.chaos.chaos = [];
        for (let time = 0; time < 4; time++) {
          const { value } = await world.ask();
          expect([world.made.indexOf(value as never), value]).not.toEqual([0, world.made[0]]);
          await world.clock.advance(20_000);
        }
      }
    },
    options,
  );

  inAllChaos(
    `a value that was on its way to the store at ${name} is not given after it`,
    async (world, { only }) => {
      world.chaos.chaos = only('set', 'delete', 'deleteByTag', 'clear');
      await world.ask();
      await world.clock.advance(10);
      const done = world.byHand(act);
      world.upstream = 'is down';
      for (let time = 0; time < 6; time++) {
        expect((await world.ask()).error).toBe(world.down);
        await world.clock.advance(time * 100);
      }
      await done;
      world.chaos.chaos = [];
      await world.clock.advance(35_000);
      expect((await world.ask()).error).toBe(world.down);
    },
    options,
  );

  inAllChaos(
    `what is loaded after ${name} is kept, though the store takes a while for that`,
    async (world, { only }) => {
      await world.ask();
      world.chaos.chaos = only('delete', 'deleteByTag', 'clear');
      const done = world.byHand(act);
      const { value } = await world.ask();
      await done;
      await world.clock.advance(1000);
      expect([value, await world.ask()]).toEqual([world.made[1], { value: world.made[1], took: 0 }]);
    },
    { ...options, where: ({ chaos, place }) => 'latency' in chaos && chaos.latency !== 6000 && place === 'alone' },
  );
}
