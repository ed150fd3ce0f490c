import { describe, expect, it } from 'vitest';
import { Boom, flaky, protectForTest, settle, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const total = { dedup: {}, timeout: { total: 100 } } as const;

describe('Dedup → Timeout(total) → method', () => {
  it('gives merged callers one patience, that of the call they share', async () => {
    const method = flaky.hanging();
    const { call, clock, events } = protectForTest(method, total);
    const first = watch(call());
    await clock.advance(60);
    const second = watch(call());
    await clock.advance(40);
    expect([first.error, second.error]).toMatchObject([{ scope: 'total' }, { scope: 'total' }]);
    expect([method.calls, events.of('timeout.struck').length]).toEqual([1, 1]);
  });

  it('lets whoever comes after that start anew, with all of the time', async () => {
    const method = flaky.hanging();
    const { call, clock } = protectForTest(method, total);
    watch(call());
    await clock.advance(100);
    const next = watch(call());
    await clock.advance(99);
    expect([method.calls, next.state]).toEqual([2, 'pending']);
    await clock.advance(1);
    expect(next.error).toMatchObject({ scope: 'total', after: 100 });
  });

  it('lets the shared run know how long it may take: it begins no wait that cannot fit', async () => {
    const method = flaky.failing(Array(9).fill(new Boom('x')), 0);
    const { call, clock } = protectForTest(method, {
      ...total,
      retry: { maxAttempts: 9, delay: 40, backoff: 'constant', jitter: 'none' },
    });
    const seen = [watch(call()), watch(call())];
    await clock.advance(80);
    expect(seen.map(({ error }) => error instanceof Boom)).toEqual([true, true]);
    expect([method.calls, clock.pending]).toEqual([3, 0]);
  });

  it('lets each caller leave, whatever is left of the shared time', async () => {
    const { call, clock } = protectForTest(flaky.hanging() as (signal?: AbortSignal) => Promise<never>, total);
    const caller = new AbortController();
    const [leaves, stays] = [watch(call(caller.signal)), watch(call())];
    await clock.advance(50);
    caller.abort('left');
    await settle();
    expect([leaves.error, stays.state]).toEqual(['left', 'pending']);
    await clock.advance(50);
    expect(stays.error).toMatchObject({ scope: 'total' });
  });
});

describe('Timeout(total) → Dedup → method, exchanged on purpose', () => {
  it('strikes each caller apart, and has a run between them that knows no deadline', async () => {
    const method = flaky.failing(Array(9).fill(new Boom('x')), 0);
    const { call, clock, events } = exchanged(
      ['timeout.total', 'dedup'],
      { ...total, retry: { maxAttempts: 9, delay: 40, backoff: 'constant', jitter: 'none' } },
      method,
    );
    const first = watch(call());
    await clock.advance(60);
    const second = watch(call());
    await clock.advance(40);
    expect([first.error, second.state]).toMatchObject([{ scope: 'total' }, 'pending']);
    await clock.advance(60);
    expect(second.error).toMatchObject({ scope: 'total' });
    expect([method.calls, events.of('timeout.struck').length]).toEqual([4, 2]); // 100 was over, and a wait began at 120
  });
});
