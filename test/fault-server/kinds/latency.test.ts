import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/core/index.js';
import { type Latency, startFaultServer } from '../../../src/fault-server/index.js';
import { drawLatency } from '../../../src/fault-server/latency/latency.js';
import { ManualClock } from '../../../src/testing/index.js';
import { Conversation } from '../conversation.js';

/** Many draws, shortest first. */
function draws(latency: Latency, seed = 1): readonly number[] {
  const random = seededRandom(seed);
  return Array.from({ length: 20_000 }, () => drawLatency(latency, random)).sort((a, b) => a - b);
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] as number;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Within so many parts of a hundred. */
function near(value: number, expected: number, percent: number): boolean {
  return Math.abs(value - expected) <= (expected * percent) / 100;
}

describe('a latency', () => {
  it.each<[Latency, number]>([
    [20, 20],
    ['1s', 1000],
    [{ distribution: 'fixed', value: '2s' }, 2000],
    [{ min: 7, max: 7 }, 7],
  ])('that is always the same costs no chance: %j', (latency, milliseconds) => {
    const random = { next: () => expect.fail('chance was asked') };

    expect(drawLatency(latency, random)).toBe(milliseconds);
  });

  it.each<[Latency]>([[{ min: 100, max: '300ms' }], [{ distribution: 'uniform', min: 100, max: 300 }]])(
    'is drawn evenly from a range: %j',
    (latency) => {
      const sorted = draws(latency);

      expect(sorted[0]).toBeGreaterThanOrEqual(100);
      expect(sorted.at(-1)).toBeLessThan(300);
      for (const share of [0.1, 0.5, 0.9]) expect(near(percentile(sorted, share), 100 + 200 * share, 3)).toBe(true);
    },
  );

  it.each<[Latency, number]>([
    [{ distribution: 'normal', mean: 1000, deviation: 100 }, 100],
    [{ distribution: 'normal', mean: '1s' }, 250],
  ])('is drawn from a normal distribution: %j', (latency, deviation) => {
    const sorted = draws(latency);
    const average = mean(sorted);

    expect(near(average, 1000, 1)).toBe(true);
    expect(near(Math.sqrt(mean(sorted.map((value) => (value - average) ** 2))), deviation, 1.5)).toBe(true);
    expect(near(percentile(sorted, 0.5), 1000, 1)).toBe(true);
  });

  it.each<[Latency, number]>([
    [{ distribution: 'lognormal', median: 40, p99: '800ms' }, 800],
    [{ distribution: 'lognormal', median: 40 }, 200],
    [{ distribution: 'lognormal', median: 40, p99: 40 }, 40],
  ])('is drawn from a log-normal distribution: %j', (latency, p99) => {
    const sorted = draws(latency);

    expect(near(percentile(sorted, 0.5), 40, 5)).toBe(true);
    expect(near(percentile(sorted, 0.99), p99, 10)).toBe(true);
  });

  it('is drawn from an exponential distribution', () => {
    const sorted = draws({ distribution: 'exponential', mean: 50 });

    expect(near(mean(sorted), 50, 3)).toBe(true);
    expect(near(percentile(sorted, 0.5), 50 * Math.LN2, 4)).toBe(true);
    expect(near(percentile(sorted, 0.99), 50 * Math.log(100), 5)).toBe(true);
  });

  it.each<[Latency, number]>([
    [{ distribution: 'pareto', min: 10 }, 2],
    [{ distribution: 'pareto', min: 10, shape: 3 }, 3],
  ])('is drawn from a Pareto distribution: %j', (latency, shape) => {
    const sorted = draws(latency);

    expect(sorted[0]).toBeGreaterThanOrEqual(10);
    expect(near(percentile(sorted, 0.5), 10 * 2 ** (1 / shape), 3)).toBe(true);
    expect(near(percentile(sorted, 0.99), 10 * 100 ** (1 / shape), 8)).toBe(true);
  });

  it.each<[Latency]>([
    [{ distribution: 'normal', mean: 100, deviation: 100, min: 50, max: 120 }],
    [{ distribution: 'lognormal', median: 100, min: 50, max: 120 }],
    [{ distribution: 'exponential', mean: 100, min: 50, max: 120 }],
    [{ distribution: 'pareto', min: 50, shape: 1, max: 120 }],
  ])('counts what is drawn outside its bounds as the bound: %j', (latency) => {
    const sorted = draws(latency);

    expect(sorted[0]).toBeGreaterThanOrEqual(50);
    expect(sorted.at(-1)).toBe(120);
    expect(sorted[10_000]).toBeGreaterThan(50);
  });

  it.each<[Latency]>([
    [{ distribution: 'normal', mean: 10, deviation: 1000 }],
    [{ distribution: 'pareto', min: 3_000_000, shape: 0.1 }],
  ])('is never negative, and at most an hour: %j', (latency) => {
    const sorted = draws(latency);

    expect(sorted[0]).toBeGreaterThanOrEqual(0);
    expect(sorted.at(-1)).toBeLessThanOrEqual(3_600_000);
    expect(sorted.every(Number.isFinite)).toBe(true);
  });

  it('repeats itself for the same seed, and differs for another', () => {
    const latency: Latency = { distribution: 'lognormal', median: 100 };

    expect(draws(latency, 7)).toEqual(draws(latency, 7));
    expect(draws(latency, 7)).not.toEqual(draws(latency, 8));
  });

  it('holds for faults and for the work of the server alike', async () => {
    const clock = new ManualClock();
    const serviceTime: Latency = { distribution: 'fixed', value: '2s' };
    await using server = await startFaultServer({ clock, serviceTime, requestTimeout: 0 });
    server.fail({ kind: 'latency', latency: { distribution: 'pareto', min: '5s', max: '5s' } });
    const client = new Conversation(server.port).ask('GET /items/1');
    await expect.poll(() => clock.due).toBe(5000);
    await clock.advance(5000);
    expect(clock.due).toBe(2000);
    await clock.advance(2000);

    expect(await client.until(/\}$/)).toMatch(/^HTTP\/1\.1 200/);
    client.leave();
  });
});
