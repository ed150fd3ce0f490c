import { describe, expect, it } from 'vitest';
import { BulkheadFullError, type Clock, type Runtime, TimeoutError } from '../../decorators/index.js';
import { flaky, protectForTest, settle, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const slotsOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.bulkheads.get('Service.method');
const circuitOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.circuits.get('Service.method');
const queueing = { timeout: 100, bulkhead: { maxConcurrent: 1, maxQueue: 5 } } as const;

/** Takes half a second whatever its signal says, and notes how many of it ran at once. */
function deaf(clock: () => Clock) {
  const work = { calls: 0, running: 0, most: 0 };
  const method = async (): Promise<string> => {
    work.calls++;
    work.most = Math.max(work.most, ++work.running);
    await clock().sleep(500);
    work.running--;
    return 'late';
  };
  return { work, method };
}

describe('Timeout(attempt) → Bulkhead → method', () => {
  it('never starts a call whose time ran out in the queue, and records nothing of it', async () => {
    const method = flaky.hanging();
    const { call, clock, ...world } = protectForTest(method, { circuitBreaker: { failureThreshold: 1 }, ...queueing });
    const occupied = slotsOf(world);
    const release = watch(occupied.execute(() => new Promise(() => {})));
    const queued = watch(call());
    await clock.advance(100);
    expect(queued.error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'attempt' });
    expect([method.calls, occupied.queued, circuitOf(world).state, release.state]).toEqual([0, 0, 'closed', 'pending']);
    expect(circuitOf(world).stats).toMatchObject({ failures: 0 });
  });

  it('leaves one who waited for a slot what is left of its time', async () => {
    const { call, clock, ...world } = protectForTest(flaky.hanging(), queueing);
    let leave = () => {};
    watch(
      slotsOf(world).execute(
        () =>
          new Promise<void>((resolve) => {
            leave = resolve;
          }),
      ),
    );
    const queued = watch(call());
    await clock.advance(60);
    leave();
    await settle();
    expect(slotsOf(world)).toMatchObject({ running: 1, queued: 0 });
    await clock.advance(39);
    expect(queued.state).toBe('pending');
    await clock.advance(1);
    expect(queued.error).toMatchObject({ scope: 'attempt', after: 100 });
  });

  it('keeps the slot of a method that ignores the end of its time, until it really settles', async () => {
    const { work, method } = deaf(() => clock);
    const { call, clock, ...world } = protectForTest(method, { timeout: 100, bulkhead: 1 });
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.error).toBeInstanceOf(TimeoutError);
    expect(slotsOf(world).running).toBe(1);
    await expect(call()).rejects.toBeInstanceOf(BulkheadFullError);
    await clock.advance(400);
    expect([slotsOf(world).running, work.most]).toEqual([0, 1]);
  });

  it('gives the place in the queue back in the tick in which the caller leaves', async () => {
    const { call, ...world } = protectForTest((_signal?: AbortSignal) => new Promise(() => {}), {
      circuitBreaker: {},
      timeout: '1h',
      bulkhead: { maxConcurrent: 1, maxQueue: 5 },
    });
    watch(call());
    const controller = new AbortController();
    const left = watch(call(controller.signal));
    expect(slotsOf(world).queued).toBe(1);
    controller.abort('left');
    expect(slotsOf(world).queued).toBe(0);
    await settle();
    expect(left.error).toBe('left');
  });
});

describe('Bulkhead → Timeout(attempt) → method, exchanged on purpose', () => {
  it('starts calls long after their time, whoever still waits for them', async () => {
    const { work, method } = deaf(() => clock);
    const { call, clock } = exchanged(['bulkhead', 'timeout.attempt'], { ...queueing, timeout: 600 }, method);
    const seen = [watch(call()), watch(call())];
    await clock.advance(600);
    expect([seen[1]?.state, work.calls]).toEqual(['pending', 2]);
    await clock.advance(400);
    expect(seen[1]?.value).toBe('late'); // a second after it was asked for
  });

  it('lets more run at once than there are slots, where methods ignore the end of their time', async () => {
    const { work, method } = deaf(() => clock);
    const { call, clock, ...world } = exchanged(['bulkhead', 'timeout.attempt'], queueing, method);
    for (let i = 0; i < 4; i++) watch(call());
    await clock.advance(350);
    expect([slotsOf(world).running, work.most]).toEqual([1, 4]);
  });
});
