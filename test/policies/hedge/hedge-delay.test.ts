import { describe, expect, it } from 'vitest';
import { type HedgeDelay, hedgeDelay } from '../../../src/policies/hedge/hedge-delay.js';
import { ManualClock } from '../../../src/testing/index.js';

const never = Number.POSITIVE_INFINITY;

function live(percentile = 0.5, warmup = 4): HedgeDelay {
  return hedgeDelay({ percentile, warmup }, new ManualClock(0));
}

function learn(delay: HedgeDelay, now: number, ...latencies: readonly number[]): void {
  for (const latency of latencies) delay.learn?.(latency, now);
}

describe('a delay that follows a percentile', () => {
  it('starts nothing by time before it knows enough', () => {
    const delay = live();
    learn(delay, 0, 10, 10, 10);
    expect(delay.current).toBe(never);
    learn(delay, 0, 10);
    expect(delay.current).toBeCloseTo(10, 0);
  });

  it('has forgotten after half a minute what was before', () => {
    const delay = live();
    learn(delay, 0, ...Array(100).fill(1000));
    learn(delay, 15_000, ...Array(10).fill(10));
    expect(delay.current).toBeGreaterThan(900);
    learn(delay, 29_999, 10);
    expect(delay.current).toBeGreaterThan(900);
    learn(delay, 30_000, 10);
    expect(delay.current).toBeLessThan(11);
  });

  it('forgets nothing before it has enough to go by instead, however long that takes', () => {
    const delay = live(0.9);
    learn(delay, 0, 1000, 1000, 1000, 1000);
    learn(delay, 3_600_000, 10, 10, 10);
    learn(delay, 7_200_000, 10);
    expect(delay.current).toBeGreaterThan(900);
    learn(delay, 10_800_000, 10);
    expect(delay.current).toBeLessThan(11);
  });

  it('goes on forgetting when the clock is set back', () => {
    const delay = live(0.9);
    learn(delay, 1_000_000, 1000, 1000, 1000, 1000);
    learn(delay, 1_000_001, 1000, 1000, 1000, 1000); // counted from here
    learn(delay, 0, 1000);
    learn(delay, 15_000, 10, 10, 10, 10);
    learn(delay, 30_000, 10);
    expect(delay.current).toBeLessThan(11);
  });

  it('names itself by its percentile', () => {
    expect(live(0.29).summary).toBe('the recent p29');
    expect(live(0.999).summary).toBe('the recent p99.9');
  });
});

describe('a fixed delay', () => {
  it('learns nothing, and has a line for its alarms', () => {
    const clock = new ManualClock();
    const delay = hedgeDelay(50, clock);
    expect(delay).toMatchObject({ current: 50, longest: 50, learn: undefined, summary: '50 ms' });
    expect(delay.line).toBe(clock.line(50));
  });

  it.each([0, never])('of %d needs no alarms', (delay) => {
    expect(hedgeDelay(delay, new ManualClock()).line).toBeUndefined();
  });
});
