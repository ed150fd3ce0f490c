import { describe, expect, it, vi } from 'vitest';
import { BulkheadFullError, CircuitOpenError, RateLimitedError, TimeoutError } from '../../decorators/index.js';
import type { GivenPolicies } from '../../src/runtime/index.js';
import { Boom, flaky, protectForTest, watch } from '../../src/testing/index.js';

const plain = { delay: 0, jitter: 'none' } as const;
const always = (error: unknown) => Array(50).fill(error);

describe('Fallback → Retry → CircuitBreaker → method', () => {
  it('CP10 answers after all attempts, each of which the circuit has counted', async () => {
    const method = flaky.failing(always(new Boom('x')), 'own');
    const { call, runtime } = protectForTest(method, {
      fallback: { value: 'substitute' },
      retry: { ...plain, maxAttempts: 3 },
      circuitBreaker: { failureThreshold: 5 },
    });
    expect(await call()).toBe('substitute');
    expect(method.calls).toBe(3);
    expect(runtime.circuits.get('Service.method')).toMatchObject({
      state: 'closed',
      stats: { failures: 3, successes: 0 },
    });
  });

  it('CP11 answers for an open circuit, and is told so', async () => {
    const [method, substitute] = [flaky.hanging(), vi.fn(() => 'substitute')];
    const { call, runtime } = protectForTest(method, { fallback: substitute, retry: plain, circuitBreaker: {} });
    runtime.circuits.get('Service.method').forceOpen();
    expect(await call()).toBe('substitute');
    expect(method.calls).toBe(0);
    expect(substitute.mock.calls).toEqual([[expect.any(CircuitOpenError)]]);
  });
});

describe('Fallback around all', () => {
  it.each<[string, GivenPolicies, new (...args: never[]) => Error]>([
    ['a full bulkhead', { bulkhead: 1 }, BulkheadFullError],
    ['a limit', { rateLimit: { limit: 1, per: '1h' } }, RateLimitedError],
  ])('answers for %s', async (_what, policies, refusal) => {
    const substitute = vi.fn(() => 'substitute');
    const { call } = protectForTest(flaky.hanging(), { ...policies, fallback: substitute });
    watch(call());
    expect(await call()).toBe('substitute');
    expect(substitute.mock.calls).toEqual([[expect.any(refusal)]]);
  });

  it.each([
    ['an attempt', { attempt: 100 }],
    ['the whole call', { total: 100 }],
  ])('answers at once when the time for %s is over', async (_what, timeout) => {
    const { call, clock } = protectForTest(flaky.hanging(), { timeout, fallback: (error: unknown) => error });
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.value).toBeInstanceOf(TimeoutError);
  });

  it('is asked once for each of those who merged their calls', async () => {
    const substitute = vi.fn(() => 'substitute');
    const { call } = protectForTest(() => Promise.reject(new Boom('x')), { fallback: substitute, dedup: {} });
    expect(await Promise.all([call(), call(), call()])).toEqual(Array(3).fill('substitute'));
    expect(substitute).toHaveBeenCalledTimes(3);
  });
});
