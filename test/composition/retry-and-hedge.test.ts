import { describe, expect, it, vi } from 'vitest';
import type { Clock, Place } from '../../decorators/index.js';
import { protect } from '../../src/runtime/index.js';
import { Boom, protectForTest, settle, testRuntime, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const policies = {
  retry: { maxAttempts: 2, delay: 100, backoff: 'constant', jitter: 'none', budget: false },
  hedge: { idempotent: true, delay: 10, maxHedges: 1, budget: false },
} as const;

/** A method that fails each time after a while, and notes when it was called. */
function slowlyFailing(clock: () => Clock, takes: number) {
  const at: number[] = [];
  const method = async (): Promise<never> => {
    const run = at.push(clock().now() - 1000);
    await clock().sleep(takes);
    throw new Boom(`run ${run}`);
  };
  return { method, at };
}

describe('Retry → Hedge → method', () => {
  it('takes a race that all copies lost for one failure, and waits once before the next race', async () => {
    const { method, at } = slowlyFailing(() => clock, 30);
    const { call, clock, events } = protectForTest(method, policies);
    const seen = watch(call());
    await clock.advance(1000);
    expect(at).toEqual([0, 10, 140, 150]);
    expect(events.of('retry.scheduled').map(({ attempt, delay }) => [attempt, delay])).toEqual([[1, 100]]);
    expect(events.of('hedge.started').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect([seen.state, clock.pending]).toEqual(['rejected', 0]);
  });

  it('tells of what the first copy failed with, though a later one failed last', async () => {
    const { method } = slowlyFailing(() => clock, 30);
    const { call, clock, events } = protectForTest(method, policies);
    const seen = watch(call());
    await clock.advance(1000);
    expect(events.of('retry.scheduled')).toMatchObject([{ error: { message: 'run 1' } }]);
    expect(seen.error).toMatchObject({ message: 'run 3' });
  });

  it('gives attempts and hedges one budget, and each asks it for what it adds', async () => {
    const { method, at } = slowlyFailing(() => clock, 30);
    const budget = { quota: 2, cost: 1, timeoutCost: 1 };
    const { call, clock, runtime } = protectForTest(method, {
      retry: { ...policies.retry, maxAttempts: 5, budget },
      hedge: { ...policies.hedge, budget },
    });
    watch(call());
    await clock.advance(10_000);
    expect(at).toEqual([0, 10, 140]); // a hedge, a retry, and nothing any more
    const [[, spent] = []] = runtime.budgets.entries();
    expect(spent?.stats).toMatchObject({
      balance: 0,
      granted: { retry: 1, hedge: 1 },
      exhausted: { retry: 1, hedge: 1 },
    });
  });

  it('ends the race that is on when the caller leaves, and begins no other', async () => {
    const { method, at } = slowlyFailing(() => clock, 30);
    const { call, clock, events } = protectForTest(method as (signal: AbortSignal) => Promise<never>, policies);
    const caller = new AbortController();
    const seen = watch(call(caller.signal));
    await clock.advance(15);
    caller.abort('left');
    await settle();
    expect(seen.error).toBe('left');
    await clock.advance(1000);
    expect([at, events.names.includes('retry.scheduled')]).toEqual([[0, 10], false]);
  });
});

describe('Hedge → Retry → method, exchanged on purpose', () => {
  it('has every copy repeat and wait for itself: nobody races while all wait', async () => {
    const places: readonly [Place, Place] = ['hedge', 'retry'];
    const { method, at } = slowlyFailing(() => clock, 30);
    const { call, clock, events } = exchanged(places, policies, method);
    watch(call());
    await clock.advance(1000);
    expect(at).toEqual([0, 10, 130, 140]);
    expect(events.of('retry.scheduled').length).toBe(2);
    expect(events.of('hedge.started').length).toBe(1);
  });
});

describe('Hedge around a nested Retry', () => {
  // Each copy made all attempts anew.
  it('makes no copy after its attempts are used up', async () => {
    const { runtime, clock } = testRuntime();
    const method = vi.fn(async () => Promise.reject(new Boom('down')));
    const inner = protect(method, { retry: { maxAttempts: 3, delay: 0 } }, { id: 'inner', runtime });
    const hedge = { idempotent: true, delay: Number.POSITIVE_INFINITY, maxHedges: 3 } as const;
    const outer = protect(() => inner(), { hedge }, { id: 'outer', runtime });
    const seen = watch(outer());
    await clock.advance(0);
    expect(method).toHaveBeenCalledTimes(3);
    expect(seen.error).toBeInstanceOf(Boom);
  });
});
