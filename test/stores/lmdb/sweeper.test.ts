import { ManualClock } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { Sweeper } from '../../../src/stores/lmdb/sweeper.js';

/** A sweeper of entries that are times alone. */
function sweeping(ends: number[], every = 1000) {
  const clock = new ManualClock();
  const start = clock.wallNow();
  const sweeps: number[] = [];
  const failures: unknown[] = [];
  const sweeper = new Sweeper({
    clock,
    every,
    soonest: () => (ends.length === 0 ? undefined : start + Math.min(...ends)),
    async sweep() {
      sweeps.push(clock.wallNow() - start);
      if (ends.includes(-1)) throw new Error('no');
      const left = ends.filter((end) => start + end > clock.wallNow());
      ends.splice(0, ends.length, ...left);
    },
    failed: (error) => failures.push(error),
  });
  const set = (end: number) => {
    ends.push(end);
    sweeper.expect(start + end);
  };
  return { clock, sweeps, sweeper, failures, set };
}

describe('Sweeper', () => {
  it('sets no timer while there is nothing to sweep', async () => {
    const { clock, sweeps, sweeper, set } = sweeping([]);
    sweeper.look();
    expect(clock.pending).toBe(0);
    set(5000);
    await clock.advance(5000);

    expect(sweeps).toEqual([5000]);
    expect(clock.pending).toBe(0);
  });

  it('wakes for what was there before, when the first of it ends', async () => {
    const { clock, sweeps, sweeper } = sweeping([7000, 3000]);
    sweeper.look();
    await clock.advance(10_000);

    expect(sweeps).toEqual([3000, 7000]);
  });

  it('wakes sooner for an entry that ends sooner', async () => {
    const { clock, sweeps, set } = sweeping([]);
    for (const end of [9000, 4000, 6000]) set(end);
    await clock.advance(10_000);

    expect(sweeps).toEqual([4000, 6000, 9000]);
  });

  it('rests between two sweeps', async () => {
    const { clock, sweeps, set } = sweeping([]);
    for (let end = 100; end <= 3000; end += 100) set(end);
    await clock.advance(5000);

    expect(sweeps).toEqual([100, 1100, 2100, 3100]);
  });

  it('never wakes for what has no end', () => {
    const { clock, set } = sweeping([]);
    set(Number.POSITIVE_INFINITY);

    expect(clock.pending).toBe(0);
  });

  it('never wakes when it is off, or stopped', async () => {
    const off = sweeping([100], 0);
    off.sweeper.look();
    const stopped = sweeping([100]);
    stopped.sweeper.look();
    await stopped.sweeper.stop();
    stopped.sweeper.look();
    stopped.set(50);

    expect([off.clock.pending, stopped.clock.pending]).toEqual([0, 0]);
  });

  it('tells of a sweep that failed, and tries again after a rest', async () => {
    const { clock, sweeps, failures, sweeper } = sweeping([-1]);
    sweeper.look();
    await clock.advance(2500);

    expect(sweeps).toEqual([0, 1000, 2000]);
    expect(failures).toHaveLength(3);
  });
});
