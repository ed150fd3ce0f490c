import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ChaosOptions } from '../../../src/policies/chaos/index.js';
import { protect } from '../../../src/runtime/index.js';
import {
  Boom,
  type ProtectedForTest,
  protectForTest,
  seededRandom,
  sequence,
  watch,
} from '../../../src/testing/index.js';

const method = async (): Promise<unknown> => 'ok';
const timed = async (_time: number): Promise<unknown> => 'ok';

/** Which of so many calls, one after the other, are struck. */
async function struck(chaos: ChaosOptions, calls: number, seed = 1): Promise<number[]> {
  const { call, clock, events } = protectForTest(method, { chaos: { enabled: true, ...chaos } }, { seed });
  const hit: number[] = [];
  for (let index = 0; index < calls; index++) {
    const before = events.of('chaos.injected').length;
    watch(call());
    await clock.advance(1000);
    if (events.of('chaos.injected').length > before) hit.push(index);
  }
  return hit;
}

/** What the definition of the rate says. */
function drawn(seed: number, rate: number, calls: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: calls }, (_, index) => index).filter(() => random.next() < rate);
}

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const rates = fc.double({ min: 0.05, max: 1, noNaN: true });

describe('The rate', () => {
  it.each([
    [0.25, [0, 0.2499999, 0.25, 0.9999999], [0, 1]],
    [1, [0, 0.5, 0.9999999], [0, 1, 2]],
    [1e-9, [1e-9, 0, 0.5], [1]],
  ])('%d strikes where chance is below it', async (rate, numbers, hit) => {
    const random = sequence(...(numbers as [number]));
    const { call, events } = protectForTest(method, { chaos: { enabled: true, rate, result: 'chaos' } }, { random });
    const answers: unknown[] = [];
    for (const _ of numbers) answers.push(await call());
    expect(answers.flatMap((answer, index) => (answer === 'chaos' ? [index] : []))).toEqual(hit);
    expect(events.of('chaos.injected')).toHaveLength(hit.length);
  });

  it('is 0.001 by default', async () => {
    const random = sequence(0.000_999_9, 0.001);
    const { call } = protectForTest(method, { chaos: { enabled: true, result: 'chaos' } }, { random });
    expect([await call(), await call()]).toEqual(['chaos', 'ok']);
  });

  it('is the share of attempts that are struck in the long run', async () => {
    const { call, runtime } = protectForTest(method, { chaos: { enabled: true, rate: 0.1, result: 5, seed: 7 } });
    const calls = 20_000;
    for (let index = 0; index < calls; index++) await call();
    const stats = [...runtime.methods()][0]?.policies[0]?.stats;
    expect((stats?.result ?? 0) + (stats?.passed ?? 0)).toBe(calls);
    expect(Math.abs((stats?.result ?? 0) / calls - 0.1)).toBeLessThan(4 * Math.sqrt((0.1 * 0.9) / calls)); // four sigma
  });
});

describe('The seed', () => {
  it('strikes the same attempts in every run, whatever is injected and whatever chance the runtime has', async () => {
    const kinds: ChaosOptions[] = [
      { result: 5 },
      { fault: Boom },
      { latency: ['1ms', '1s'] },
      { behavior: () => undefined, latency: () => 3, fault: new Boom('down') },
    ];
    await fc.assert(
      fc.asyncProperty(seeds, rates, fc.constantFrom(...kinds), seeds, async (seed, rate, kind, other) => {
        expect(await struck({ ...kind, seed, rate }, 12, other)).toEqual(drawn(seed, rate, 12));
      }),
      { numRuns: 60 },
    );
  });

  it('strikes by the order in which attempts begin, however long they take', async () => {
    const durations = fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(seeds, durations, async (seed, times) => {
        const behavior = (_call: unknown, time: number): Promise<void> => world.clock.sleep(time);
        const chaos = { enabled: true, rate: 0.5, seed, behavior, latency: ['1ms', '90ms'], result: 'chaos' } as const;
        const world: ProtectedForTest<typeof timed> = protectForTest(timed, { chaos });
        const calls = times.map((time) => watch(world.call(time)));
        await world.clock.advance(200);
        const hit = calls.flatMap(({ value }, index) => (value === 'chaos' ? [index] : []));
        expect(hit).toEqual(drawn(seed, 0.5, times.length));
      }),
      { numRuns: 60 },
    );
  });

  it('gives each method a sequence of its own', async () => {
    const chaos = { enabled: true, rate: 0.5, seed: 42, result: 'chaos' };
    const { call, runtime } = protectForTest(method, { chaos });
    const second = protect(method, { chaos }, { id: 'Other.method', runtime });
    const pairs: unknown[][] = [];
    for (let index = 0; index < 30; index++) pairs.push([await call(), await second()]);
    expect(pairs.filter(([one, other]) => one !== other)).toEqual([]);
    expect(new Set(pairs.flat())).toEqual(new Set(['ok', 'chaos']));
  });

  it('leaves the chance of the runtime alone; without one that decides', async () => {
    let asked = 0;
    const random = { next: () => asked++ };
    const seeded = protectForTest(method, { chaos: { enabled: true, rate: 0.5, seed: 0, result: 5 } }, { random });
    await seeded.call();
    expect(asked).toBe(0);
    const unseeded = protectForTest(method, { chaos: { enabled: true, rate: 0.5, result: 5 } }, { random });
    expect([await unseeded.call(), await unseeded.call(), asked]).toEqual([5, 'ok', 2]);
  });
});

describe('A range of latencies', () => {
  it('is kept to, both ends included, and used from end to end', async () => {
    const waits = fc.tuple(fc.nat({ max: 1000 }), fc.nat({ max: 1000 }));
    await fc.assert(
      fc.asyncProperty(seeds, rates, waits, async (seed, rate, [a, b]) => {
        const [min, max] = [Math.min(a, b), Math.max(a, b)];
        const { call, clock, events } = protectForTest(method, {
          chaos: { enabled: true, rate, seed, latency: [min, max] },
        });
        for (let index = 0; index < 10; index++) watch(call());
        await clock.advance(1000);
        for (const { delay = -1 } of events.of('chaos.injected')) {
          expect(delay).toBeGreaterThanOrEqual(min);
          expect(delay).toBeLessThanOrEqual(max);
        }
      }),
      { numRuns: 60 },
    );
    const { call, clock, events } = protectForTest(method, {
      chaos: { enabled: true, rate: 0.2, seed: 3, latency: [0, 100] },
    });
    for (let index = 0; index < 2000; index++) watch(call());
    await clock.advance(100);
    const tenths = Array<number>(10).fill(0);
    for (const { delay = 0 } of events.of('chaos.injected')) tenths[Math.floor(delay / 10)]! += 1;
    expect(Math.min(...tenths)).toBeGreaterThan(20); // 40 each on average
    expect(Math.max(...tenths)).toBeLessThan(65);
  });
});
