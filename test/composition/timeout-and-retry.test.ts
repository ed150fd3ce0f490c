import { describe, expect, it } from 'vitest';
import { Boom, flaky, protectForTest, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const constant = { delay: 100, backoff: 'constant', jitter: 'none' } as const;

describe('Timeout(total) → Retry → method', () => {
  it('includes the waits between attempts, and ends one that is running out', async () => {
    const method = flaky.failing(Array(50).fill(new Boom('x')), 0);
    const { call, clock } = protectForTest(method, {
      timeout: { total: 250 },
      retry: { ...constant, maxAttempts: 10 },
    });
    const seen = watch(call());
    await clock.advance(200);
    expect(method.calls).toBe(3);
    expect(seen.error).toBeInstanceOf(Boom); // a further wait cannot fit
    expect(clock.pending).toBe(0);
  });

  it('leaves the last attempt what is left of the time for the whole call, and repeats nothing that this ended', async () => {
    const method = flaky.hanging();
    const { call, clock, events } = protectForTest(method, { timeout: { attempt: 70, total: 200 }, retry: constant });
    const seen = watch(call());
    await clock.advance(200);
    expect(seen.error).toMatchObject({ scope: 'total', after: 200 });
    expect(events.of('timeout.struck').map(({ scope, attempt }) => [scope, attempt])).toEqual([
      ['attempt', 1],
      ['total', 1],
    ]);
    expect([method.calls, clock.pending]).toEqual([2, 0]);
  });
});

describe('Retry → Timeout(total) → method, exchanged on purpose', () => {
  it('gives every attempt all of the time, and no bound to the waits', async () => {
    const method = flaky.hanging();
    const { call, clock, events } = exchanged(
      ['retry', 'timeout.total'],
      { timeout: { total: 250 }, retry: constant },
      method,
    );
    const seen = watch(call());
    await clock.advance(949);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.error).toMatchObject({ scope: 'total' });
    expect([method.calls, events.of('timeout.struck').length]).toEqual([3, 3]);
  });
});
