import { expect } from 'vitest';
import { inAllChaos } from './chaos-cases.js';
import { type ChaosWorld, type Made, storeTimeout } from './chaos-world.js';

const terms = { ttl: 1000, staleFor: 10_000, staleIfError: 60_000 };

/** Lets a value be kept in a store that is well, and time pass. */
async function kept(world: ChaosWorld, age: number): Promise<Made> {
  const { value } = await world.ask();
  await world.clock.advance(age);
  return value as Made;
}

inAllChaos(
  'what is fresh is given, where the store has it to give',
  async (world, { chaos, place, ...given }) => {
    const finds = place === 'behind a memory' ? 'kept' : given.finds; // the memory answers for that alone
    const made = await kept(world, 900);
    world.chaos.chaos = chaos;
    const { value } = await world.ask();
    if (finds === 'kept' || finds === 'wrong') expect([value, world.runs]).toEqual([made, 1]);
    else if (finds !== 'either') expect([value, world.runs]).toEqual([world.made[1], 2]);
    expect(world.made).toContain(value);
  },
  terms,
);

inAllChaos(
  'what is stale is given at once, and refreshed once behind its callers',
  async (world, { chaos, finds }) => {
    const made = await kept(world, 1000);
    world.upstream = 'waits';
    world.chaos.chaos = chaos;
    const calls = [world.call(), world.call(), world.call()];
    await world.clock.advance(storeTimeout);
    expect(world.runs).toBe(2);
    const old = finds === 'kept' || finds === 'wrong';
    if (finds !== 'either') expect(calls.map(({ value }) => value)).toEqual(Array(3).fill(old ? made : undefined));
    await world.land();
    for (const { value } of calls) expect([made, world.made[1]]).toContain(value);
  },
  terms,
);

inAllChaos(
  'a store that misbehaves at writing alone keeps nobody from what is stale, without any delay',
  async (world, { only }) => {
    const made = await kept(world, 1000);
    world.chaos.chaos = only('set', 'delete', 'deleteByTag', 'clear');
    world.upstream = 'waits';
    expect(await world.ask()).toEqual({ value: made, took: 0 });
    await world.land();
    expect(world.runs).toBe(2);
  },
  { ...terms, where: ({ only }) => only('set').every(({ lie }) => lie === undefined || lie === 'idle') },
);

inAllChaos(
  'what is old is given when loading failed, where the store has it; else the callee’s own error, never that of the store',
  async (world, { chaos, finds }) => {
    const made = await kept(world, 60_900);
    world.upstream = 'is down';
    world.chaos.chaos = chaos;
    const { value, error, took } = await world.ask();
    expect(took).toBeLessThanOrEqual(storeTimeout);
    expect([world.runs, value ?? error]).toEqual([2, expect.toSatisfy((one) => one === made || one === world.down)]);
    if (finds === 'nothing') expect(error).toBe(world.down);
    else if (finds !== 'either') expect(value).toBe(made);
  },
  terms,
);

inAllChaos(
  'what is older is never given',
  async (world, { chaos }) => {
    await kept(world, 61_000);
    world.upstream = 'is down';
    world.chaos.chaos = chaos;
    for (let time = 0; time < 5; time++) {
      expect(await world.ask()).toEqual({ error: world.down, took: expect.any(Number) });
      await world.clock.advance(10_000);
    }
    world.chaos.chaos = [];
    await world.clock.advance(35_000);
    expect((await world.ask()).error).toBe(world.down);
  },
  { ...terms, where: ({ finds }) => finds !== 'ageless' },
);

inAllChaos(
  'what has become too old while a load failed is not given',
  async (world, { chaos }) => {
    await kept(world, 60_900);
    world.upstream = 'waits';
    world.give = () => {
      throw world.down;
    };
    world.chaos.chaos = chaos;
    const seen = world.call();
    await world.clock.advance(100);
    await world.land();
    expect([seen.state, seen.error]).toEqual(['rejected', world.down]);
  },
  { ...terms, where: ({ finds }) => finds !== 'ageless' },
);

inAllChaos(
  'at every age of a value, what is given is not past its times',
  async (world, { chaos }) => {
    for (let step = 0; step < 60; step++) {
      world.upstream = step % 7 < 3 ? 'answers' : 'is down';
      world.chaos.chaos = step % 3 === 0 ? [] : chaos;
      const asked = world.clock.now();
      const { value, error } = await world.ask();
      if (value === undefined) expect([world.upstream, error]).toEqual(['is down', world.down]);
      else {
        const age = Math.max(0, asked - (value as Made).at);
        expect(age).toBeLessThan(world.upstream === 'answers' ? 11_000 : 61_000);
        expect((value as Made).key).toBe('a');
      }
      await world.clock.advance(ages[step % ages.length] as number);
    }
  },
  { ...terms, where: ({ finds }) => finds !== 'ageless' },
);

const ages = [500, 600, 3000, 20_000, 45_000, 62_000];
