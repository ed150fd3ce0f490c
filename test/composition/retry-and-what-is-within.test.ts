import { describe, expect, it } from 'vitest';
import { RateLimitedError } from '../../decorators/index.js';
import { Boom, flaky, protectForTest, watch } from '../../src/testing/index.js';

describe('Retry → Timeout(attempt) → method', () => {
  it('gives every attempt the same time, and waits are nobody’s', async () => {
    const method = flaky.hanging();
    const { call, clock, events } = protectForTest(method, {
      timeout: 50,
      retry: { delay: 500, backoff: 'constant', jitter: 'none' },
    });
    const seen = watch(call());
    await clock.advance(50 * 3 + 500 * 2);
    expect([method.calls, seen.state]).toEqual([3, 'rejected']);
    expect(events.of('timeout.struck').map(({ attempt, after }) => [attempt, after])).toEqual([
      [1, 50],
      [2, 50],
      [3, 50],
    ]);
  });
});

describe('Retry → RateLimit → method', () => {
  it('RL13 spends a permit on each attempt, and stops at the limit where refusals cannot be waited for', async () => {
    const method = flaky.failing(Array(50).fill(new Boom('x')), 0);
    const { call } = protectForTest(method, {
      retry: { maxAttempts: 7, on: () => true, delay: 0, retryAfter: 'ignore' },
      rateLimit: { limit: 3, per: '1s', algorithm: 'fixed-window' },
    });
    await expect(call()).rejects.toBeInstanceOf(RateLimitedError);
    expect(method.calls).toBe(3);
  });
});

describe('Retry → Bulkhead → method', () => {
  it('BH7 tries again for a slot where a refusal is to be repeated', async () => {
    const { call, clock } = protectForTest((): Promise<unknown> => clock.sleep(1000).then(() => 'done'), {
      retry: {
        maxAttempts: 50,
        delay: 100,
        backoff: 'constant',
        jitter: 'none',
        maxDuration: 3000,
        on: 'HOLDFAST_BULKHEAD_FULL',
      },
      bulkhead: { maxConcurrent: 3, maxQueue: 3 },
    });
    const seen = Array.from({ length: 7 }, () => watch(call()));
    await clock.advance(999);
    expect(seen.map(({ state }) => state)).toEqual(Array(7).fill('pending'));
    await clock.advance(3000);
    expect(seen.map(({ state }) => state)).toEqual(Array(7).fill('resolved'));
  });

  it('takes a slot for each attempt, and none during a wait', async () => {
    const { call, clock, runtime } = protectForTest(
      (): Promise<unknown> => clock.sleep(10).then(() => Promise.reject(new Boom('x'))),
      { retry: { delay: 100, jitter: 'none' }, bulkhead: 1 },
    );
    watch(call());
    const bulkhead = runtime.bulkheads.get('Service.method');
    const running = [bulkhead.running];
    for (const wait of [10, 99, 1, 10]) {
      await clock.advance(wait);
      running.push(bulkhead.running);
    }
    expect(running).toEqual([1, 0, 0, 1, 0]);
  });
});
