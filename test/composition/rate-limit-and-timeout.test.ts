import { describe, expect, it } from 'vitest';
import { RateLimitedError } from '../../decorators/index.js';
import { flaky, protectForTest, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const policies = { rateLimit: { limit: 1, per: 1000, maxWait: '10s' }, timeout: { attempt: 100 } } as const;

describe('RateLimit → Timeout(attempt) → method', () => {
  it('gives an attempt all of its time, however long it waited for a permit', async () => {
    const { call, clock, events } = protectForTest((): Promise<string> => clock.sleep(99).then(() => 'ok'), policies);
    const seen = [watch(call()), watch(call()), watch(call())];
    await clock.advance(2098);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'pending']);
    await clock.advance(1);
    expect(seen[2]?.value).toBe('ok');
    expect([events.of('rateLimit.waited').length, events.of('timeout.struck').length]).toEqual([2, 0]);
  });

  it('takes no permit back from an attempt that ran out of time: the method was reached', async () => {
    const method = flaky.hanging();
    const { call, clock, runtime } = protectForTest(method, policies);
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.error).toMatchObject({ scope: 'attempt' });
    expect([method.calls, runtime.limiters.get('Service.method').available]).toEqual([1, 0]);
  });

  it('waits for no permit that comes too late for the patience for the whole call', async () => {
    const { call, clock } = protectForTest(async () => 1, { ...policies, timeout: { attempt: 100, total: 500 } });
    await call();
    await expect(call()).rejects.toMatchObject({ code: 'HOLDFAST_RATE_LIMITED', retryAfter: 1000 });
    expect(clock.pending).toBe(0);
  });
});

describe('Timeout(attempt) → RateLimit → method, exchanged on purpose', () => {
  it('has our own pacing use up the time of an attempt', async () => {
    const { call } = exchanged(['timeout.attempt', 'rateLimit'], policies, async () => 1);
    await call();
    await expect(call()).rejects.toBeInstanceOf(RateLimitedError); // a second is more than its 100 ms
  });
});
