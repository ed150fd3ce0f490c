import { describe, expect, it } from 'vitest';
import { CircuitOpenError, Resilient } from '../../decorators/index.js';
import type { GivenPolicies, Runtime } from '../../src/runtime/index.js';
import { Boom, flaky, protectForTest, testRuntime, watch } from '../../src/testing/index.js';

const plain = { delay: 0, jitter: 'none' } as const;
const breaker = { window: 4, failureRate: 0.75, minimumCalls: 4, openFor: '50s' } as const;
const always = (error: unknown) => Array(50).fill(error);
const circuitOf = ({ runtime }: { readonly runtime: Runtime }) => runtime.circuits.get('Service.method');

describe('Retry → CircuitBreaker → method', () => {
  it('CP1 stops at the circuit that its own attempts have opened', async () => {
    const method = flaky.failing(always(new Boom('down')), 0);
    const { call, ...world } = protectForTest(method, {
      retry: { ...plain, maxAttempts: 8, on: Boom },
      circuitBreaker: breaker,
    });
    await expect(call()).rejects.toBeInstanceOf(CircuitOpenError);
    expect(method.calls).toBe(4);
    expect(circuitOf(world).state).toBe('open');
  });

  it('CP2 gives the method’s own error where attempts run out before', async () => {
    const boom = new Boom('down');
    const method = flaky.failing(always(boom), 0);
    const { call, ...world } = protectForTest(method, {
      retry: { ...plain, maxAttempts: 3, on: Boom },
      circuitBreaker: breaker,
    });
    await expect(call()).rejects.toBe(boom);
    expect(method.calls).toBe(3);
    expect(circuitOf(world)).toMatchObject({ state: 'closed', stats: { failures: 3 } });
  });

  it('CP4 knocks at an open circuit once, unless on names its refusal', async () => {
    const method = flaky.failing(always(new Boom('down')), 0);
    const { call, clock, ...world } = protectForTest(method, {
      retry: { ...plain, maxAttempts: 3, on: Boom },
      circuitBreaker: breaker,
    });
    circuitOf(world).forceOpen();
    await expect(call()).rejects.toBeInstanceOf(CircuitOpenError);
    expect([method.calls, clock.pending]).toEqual([0, 0]);
  });

  it('waits as long as the open circuit says where its refusal is repeated, and then gets through', async () => {
    const method = flaky.failing([new Boom('a')], 'ok');
    const policies: GivenPolicies = {
      retry: { ...plain, maxAttempts: 3, on: [Boom, CircuitOpenError], maxDelay: '1m' },
      circuitBreaker: { failureThreshold: 1, openFor: '50s' },
    };
    const { call, clock, events } = protectForTest(method, policies);
    const seen = watch(call());
    await clock.advance(49_999);
    expect([seen.state, method.calls]).toEqual(['pending', 1]);
    await clock.advance(1);
    expect(seen).toEqual({ state: 'resolved', value: 'ok' });
    expect(events.of('retry.scheduled').map(({ delay }) => delay)).toEqual([0, 50_000]);
  });

  it('counts each attempt in the circuit', async () => {
    const method = flaky.failing([new Boom('a'), new Boom('b')], 'ok');
    const { call, ...world } = protectForTest(method, { retry: plain, circuitBreaker: { failureThreshold: 5 } });
    await call();
    expect(circuitOf(world).stats).toMatchObject({ calls: 3, failures: 2, successes: 1 });
  });
});

describe('CircuitBreaker → Retry → method, exchanged on purpose', () => {
  it('CP8 sees one failure for all attempts of a call', async () => {
    const { runtime } = testRuntime();
    let ran = 0;
    class Service {
      @Resilient({ retry: plain, circuitBreaker: { failureThreshold: 2 }, order: ['circuitBreaker', 'retry'] })
      async method(): Promise<void> {
        ran++;
        throw new Boom('x');
      }
    }
    const service = new Service();
    runtime.bind(service);
    await expect(service.method()).rejects.toThrow('x');
    expect(ran).toBe(3);
    expect(circuitOf({ runtime })).toMatchObject({ state: 'closed', stats: { failures: 1 } });
  });
});

describe('Timeout(total) → Retry → CircuitBreaker → method', () => {
  it('counts the attempt that the patience for the whole call struck as a failure, and a wait not at all', async () => {
    const method = flaky.hanging();
    const { call, clock, ...world } = protectForTest(method, {
      timeout: { total: 100 },
      retry: plain,
      circuitBreaker: { failureThreshold: 5 },
    });
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.error).toMatchObject({ scope: 'total' });
    expect(circuitOf(world).stats).toMatchObject({ failures: 1 });
    expect([...world.runtime.methods()][0]?.stats).toMatchObject({ failures: 1, cancelled: 0 });
  });

  it('says nothing of the callee when the caller leaves', async () => {
    const { call, clock, ...world } = protectForTest((_signal: AbortSignal) => new Promise(() => {}), {
      retry: plain,
      circuitBreaker: { failureThreshold: 1 },
    });
    const controller = new AbortController();
    const seen = watch(call(controller.signal));
    controller.abort('left');
    await clock.advance(0);
    expect(seen.error).toBe('left');
    expect(circuitOf(world)).toMatchObject({ state: 'closed', stats: { failures: 0, successes: 0, ignored: 1 } });
  });
});
