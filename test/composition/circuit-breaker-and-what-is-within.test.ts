import { describe, expect, it } from 'vitest';
import { BulkheadFullError, CircuitOpenError, TimeoutError } from '../../decorators/index.js';
import type { GivenPolicies, Runtime } from '../../src/runtime/index.js';
import { Boom, flaky, protectForTest, settle, watch } from '../../src/testing/index.js';

const circuitOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.circuits.get('Service.method');
const sensitive = { window: 3, failureRate: 1, minimumCalls: 3, openFor: '50s' } as const;

describe('CircuitBreaker → Bulkhead → method', () => {
  const overflown = async (policies: GivenPolicies, filling: number, overflow: number) => {
    const world = protectForTest(flaky.hanging(), policies);
    for (let i = 0; i < filling; i++) watch(world.call());
    const refused: unknown[] = [];
    for (let i = 0; i < overflow; i++) refused.push(await world.call().catch((error) => error));
    return { ...world, refused };
  };

  it.each([
    ['a queue', { maxConcurrent: 1, maxQueue: 1 }, 2],
    ['no queue', { maxConcurrent: 1, maxQueue: 0 }, 1],
  ])('CP5 opens on refusals where they are to be counted, with %s', async (_what, bulkhead, filling) => {
    const { refused } = await overflown(
      { circuitBreaker: { ...sensitive, countRejections: true }, bulkhead },
      filling,
      4,
    );
    expect(refused.slice(0, 3).every((error) => error instanceof BulkheadFullError)).toBe(true);
    expect(refused[3]).toBeInstanceOf(CircuitOpenError);
  });

  it('CP6 says nothing of the callee when there is no slot', async () => {
    const world = await overflown({ circuitBreaker: sensitive, bulkhead: { maxConcurrent: 1, maxQueue: 1 } }, 2, 5);
    expect(world.refused.every((error) => error instanceof BulkheadFullError)).toBe(true);
    expect(circuitOf(world)).toMatchObject({ state: 'closed', stats: { failures: 0 } });
  });

  it('takes no slot while it is open', async () => {
    const { call, runtime } = protectForTest(flaky.hanging(), { circuitBreaker: sensitive, bulkhead: 1 });
    runtime.circuits.get('Service.method').forceOpen();
    await expect(call()).rejects.toBeInstanceOf(CircuitOpenError);
    expect(runtime.bulkheads.get('Service.method').running).toBe(0);
  });
});

describe('RateLimit → Bulkhead → method', () => {
  it('gives the permits back that a call took for nothing', async () => {
    const { call, runtime } = protectForTest(flaky.hanging(), { rateLimit: { limit: 5, per: '1h' }, bulkhead: 1 });
    watch(call());
    for (let i = 0; i < 10; i++) await expect(call()).rejects.toBeInstanceOf(BulkheadFullError);
    expect(runtime.limiters.get('Service.method').available).toBe(4);
  });
});

describe('CircuitBreaker → Timeout(attempt) → Bulkhead → method', () => {
  it('counts an attempt that took too long as a failure', async () => {
    const { call, clock, ...world } = protectForTest(flaky.hanging(), {
      circuitBreaker: { failureThreshold: 1 },
      timeout: 100,
    });
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.error).toBeInstanceOf(TimeoutError);
    expect(circuitOf(world).state).toBe('open');
  });
});

describe('a half-open circuit around it all', () => {
  it('gets its place back when the caller of the probe leaves, and is not closed by that (CB47)', async () => {
    let fail = true;
    const { call, clock, ...world } = protectForTest(
      (_signal?: AbortSignal) => (fail ? Promise.reject(new Boom('x')) : new Promise(() => {})),
      { circuitBreaker: { failureThreshold: 1, openFor: 1000 }, timeout: '1h', bulkhead: 5 },
    );
    await call().catch(() => {});
    await clock.advance(1000);
    fail = false;
    const controller = new AbortController();
    watch(call(controller.signal));
    await expect(call()).rejects.toBeInstanceOf(CircuitOpenError);
    controller.abort('left');
    await settle();
    expect(circuitOf(world).state).toBe('half-open');
    const probe = watch(call());
    await settle();
    expect(probe.state).toBe('pending');
  });
});
