import { describe, expect, it } from 'vitest';
import { currentCall } from '../../../src/core/index.js';
import type { AsyncFunction, GivenPolicies } from '../../../src/runtime/index.js';
import { protectForTest, watch } from '../../../src/testing/index.js';

/** A protected function and the counters of the one timeout around it. */
function timed(policies: GivenPolicies, method: AsyncFunction) {
  const world = protectForTest(method, policies);
  const stats = () => {
    const [prepared] = world.runtime.methods();
    return prepared?.policies.find(({ kind }) => kind === 'timeout')?.stats;
  };
  return { ...world, stats };
}

describe('work that goes on after its limit', () => {
  it.each([
    ['an attempt', { timeout: { attempt: 100 } }],
    ['a whole call', { timeout: { total: 100 } }],
  ])('is counted until it settles: %s', async (_what, policies) => {
    const { call, clock, stats } = timed(policies, () => clock.sleep(500));
    const seen = [watch(call()), watch(call())];
    await clock.advance(100);
    expect(seen.map(({ state }) => state)).toEqual(['rejected', 'rejected']);
    expect(stats()).toEqual({ settled: 0, struck: 2, zombies: 2, late: 0 });
    await clock.advance(400);
    expect(stats()).toEqual({ settled: 0, struck: 2, zombies: 0, late: 2 });
  });

  it('is counted once, though its call can be ended and ends at once', async () => {
    const { call, clock, stats } = timed({ timeout: { attempt: 100 } }, () => {
      void currentCall()?.signal;
      return clock.sleep(500);
    });
    watch(call());
    await clock.advance(100);
    expect(stats()).toMatchObject({ zombies: 1, late: 0 });
    await clock.advance(400);
    expect(stats()).toMatchObject({ zombies: 0, late: 1 });
  });

  it('is counted too when it fails in the end', async () => {
    const { call, clock, stats } = timed({ timeout: { attempt: 100 } }, () =>
      clock.sleep(500).then(() => Promise.reject(new Error('late'))),
    );
    watch(call());
    await clock.advance(500);
    expect(stats()).toMatchObject({ zombies: 0, late: 1 });
  });

  it('is counted even if it throws the very reason of its signal', async () => {
    const { call, clock, stats } = timed({ timeout: { attempt: 100 } }, async () => {
      const signal = currentCall()?.signal;
      await clock.sleep(500);
      throw signal?.reason;
    });
    watch(call());
    await clock.advance(499);
    expect(stats()).toMatchObject({ zombies: 1, late: 0 });
    await clock.advance(1);
    expect(stats()).toMatchObject({ zombies: 0, late: 1 });
  });

  it('is none where the method was not reached, or nothing ran', async () => {
    const queued = timed({ timeout: { attempt: 100 }, bulkhead: { maxConcurrent: 1, maxQueue: 1 } }, () =>
      queued.clock.sleep(90),
    );
    watch(queued.call());
    await queued.clock.advance(50);
    const waiting = timed({ timeout: { total: 100 }, retry: { delay: 90, jitter: 'none' } }, async () => {
      throw new Error('at once');
    });
    watch(waiting.call());
    await waiting.clock.advance(100);
    expect(waiting.stats()).toMatchObject({ zombies: 0, late: 0 });
    const stuck = timed({ timeout: { attempt: 100 }, bulkhead: { maxConcurrent: 1, maxQueue: 1 } }, () =>
      stuck.clock.sleep(1000),
    );
    watch(stuck.call());
    watch(stuck.call());
    await stuck.clock.advance(100);
    expect(stuck.stats()).toEqual({ settled: 0, struck: 2, zombies: 1, late: 0 });
  });

  it('is each attempt of its own', async () => {
    const { call, clock, stats } = timed({ timeout: { attempt: 100 }, retry: { delay: 0, budget: false } }, () =>
      clock.sleep(1000),
    );
    watch(call());
    await clock.advance(300);
    expect(stats()).toEqual({ settled: 0, struck: 3, zombies: 3, late: 0 });
    await clock.advance(1000);
    expect(stats()).toMatchObject({ zombies: 0, late: 3 });
  });

  it('is none for a caller who has left: the limit did not strike', async () => {
    const { call, clock, stats } = timed({ timeout: { attempt: 100 } }, (_signal: AbortSignal) => clock.sleep(500));
    const caller = new AbortController();
    const seen = watch(call(caller.signal));
    await clock.advance(50);
    caller.abort('left');
    await clock.advance(1000);
    expect(seen.error).toBe('left');
    expect(stats()).toEqual({ settled: 0, struck: 0, zombies: 0, late: 0 });
  });
});
