import { describe, expect, it } from 'vitest';
import { currentCall, EventBus, Lifetime, RuntimeDisposedError, seededRandom } from '../../../src/core/index.js';
import { Bulkhead, BulkheadTimeoutError, type ExecuteOptions } from '../../../src/policies/bulkhead/index.js';
import { Boom, flaky, ManualClock, protectForTest, watch } from '../../../src/testing/index.js';
import { gated } from './crowd.js';

/** A bulkhead of one slot that is taken. Its `closing` is within another lifetime: so it can be seen whether anybody watches it. */
function watched() {
  const clock = new ManualClock();
  const lives = { closing: new Lifetime(new Lifetime()), lifetime: new Lifetime() };
  const services = { ...lives, clock, random: seededRandom(1), events: new EventBus(), captureStacks: false };
  const bulkhead = new Bulkhead('database', { maxConcurrent: 1, maxQueue: 9 }, services);
  const gate = gated();
  watch(bulkhead.execute(() => gate.method('first')));
  const wait = (options: ExecuteOptions = {}) => watch(bulkhead.execute(() => 1, options));
  return { clock, closing: lives.closing, bulkhead, gate, wait, settle: () => clock.advance(0) };
}

describe('calls that wait for a slot', () => {
  it('watch for the end of the runtime while there are any, and no longer', async () => {
    const { clock, closing, bulkhead, wait, gate, settle } = watched();
    const caller = new AbortController();
    const seen = [wait({ maxWait: 100 }), wait({ signal: caller.signal }), wait()];
    await settle();
    expect([bulkhead.queued, closing.watched]).toEqual([3, expect.any(Lifetime)]);
    await clock.advance(100);
    caller.abort(new Boom());
    expect([bulkhead.queued, closing.watched]).toEqual([1, expect.any(Lifetime)]);
    gate.end('first');
    await settle();
    expect(seen.map(({ value, error }) => value ?? error)).toEqual([
      expect.any(BulkheadTimeoutError),
      expect.any(Boom),
      1,
    ]);
    expect([bulkhead.running, bulkhead.queued, closing.watched]).toEqual([0, 0, undefined]);
  });

  it('all reject in the tick in which the runtime closes, with alarms and without', async () => {
    const { clock, closing, bulkhead, wait, settle } = watched();
    const seen = [wait({ maxWait: 100 }), wait(), wait({ maxWait: 50 })];
    await settle();
    closing.end(new RuntimeDisposedError('the runtime'));
    expect([bulkhead.queued, clock.pending]).toEqual([0, 0]);
    await settle();
    expect(seen.map(({ error }) => error)).toEqual([1, 2, 3].map(() => new RuntimeDisposedError('database')));
  });

  it('leave the queue in the tick in which the time of their attempt is over', async () => {
    const { call, clock, runtime } = protectForTest(flaky.hanging(), {
      timeout: 50,
      bulkhead: { maxConcurrent: 1, maxQueue: 1 },
    });
    const bulkhead = runtime.bulkheads.get('Service.method');
    watch(call());
    const second = watch(call());
    clock.skip(50);
    const queued: number[] = [];
    runtime.events.on('timeout.struck', () => queued.push(bulkhead.queued));
    await clock.advance(0);
    expect([queued, second.error]).toEqual([[1, 0], expect.objectContaining({ code: 'HOLDFAST_TIMEOUT' })]);
  });

  it('can be cancelled by their method once that runs', async () => {
    const { call, clock, runtime } = protectForTest(
      async (cancels: boolean) => {
        const own = currentCall();
        await clock.sleep(10);
        if (!cancels) return;
        own?.cancel(new Boom('enough'));
        await clock.sleep(10);
      },
      { bulkhead: { maxConcurrent: 1, maxQueue: 1 } },
    );
    const seen = [watch(call(false)), watch(call(true))];
    await clock.advance(20);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'rejected']);
    expect(seen[1]?.error).toEqual(new Boom('enough'));
    expect([...runtime.methods()][0]?.stats).toMatchObject({ successes: 1, failures: 0, cancelled: 1 });
    expect(runtime.bulkheads.get('Service.method').running).toBe(1);
    await clock.advance(10);
    expect(runtime.bulkheads.get('Service.method').running).toBe(0);
  });

  it('need not wait for a turn that is theirs, and start in the same tick', async () => {
    const started: string[] = [];
    const method = async (name: string) => {
      started.push(name);
      const own = currentCall();
      await clock.sleep(10);
      if (name === 'high') own?.cancel(new Boom('enough'));
      await clock.sleep(100);
    };
    const weight = (name: string) => (name === 'heavy' ? 2 : 1);
    const priority = (name: string) => (name === 'high' ? 'high' : undefined);
    const { call, clock, runtime } = protectForTest(method, {
      bulkhead: { maxConcurrent: 2, maxQueue: 1, weight, priority },
    });
    const [, , high] = ['light', 'heavy', 'high'].map((name) => watch(call(name)));
    expect(started).toEqual(['light', 'high']);
    await clock.advance(10);
    expect(high?.error).toEqual(new Boom('enough'));
    expect([...runtime.methods()][0]?.stats).toMatchObject({ failures: 0, cancelled: 1 });
    expect(runtime.bulkheads.get('Service.method').stats).toMatchObject({ running: 2, queued: 1, accepted: 2 });
  });
});
