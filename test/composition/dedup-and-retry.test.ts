import { describe, expect, it, vi } from 'vitest';
import { Boom, flaky, protectForTest, settle, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const plain = { delay: 0, jitter: 'none' } as const;

describe('Dedup → Retry → method', () => {
  it('lets merged callers share one sequence of attempts', async () => {
    const method = flaky.failing([new Boom('a'), new Boom('b')], 'ok');
    const { call } = protectForTest(method, { dedup: {}, retry: plain });
    expect(await Promise.all([call(), call(), call()])).toEqual(['ok', 'ok', 'ok']);
    expect(method.calls).toBe(3);
  });

  it('lets one who comes during a wait join it, instead of calling beside it', async () => {
    const method = flaky.failing([new Boom('a')], 'ok');
    const { call, clock, events } = protectForTest(method, { dedup: {}, retry: { delay: 100, jitter: 'none' } });
    const first = watch(call());
    await clock.advance(50);
    const second = watch(call());
    await clock.advance(50);
    expect([first.value, second.value, method.calls]).toEqual(['ok', 'ok', 2]);
    expect(events.of('retry.scheduled').length).toBe(1);
  });

  it('ends the attempts when the last of the callers has left, and no sooner', async () => {
    const method = vi.fn((_signal: AbortSignal) => Promise.reject(new Boom('x')));
    const { call, clock } = protectForTest(method, { dedup: {}, retry: { delay: '1s', jitter: 'none' } });
    const callers = [new AbortController(), new AbortController()];
    const seen = callers.map(({ signal }) => watch(call(signal)));
    await settle();
    callers[0]?.abort('first');
    await clock.advance(1000);
    expect([seen[0]?.error, seen[1]?.state, method.mock.calls.length]).toEqual(['first', 'pending', 2]);
    callers[1]?.abort('second');
    await clock.advance(60_000);
    expect([seen[1]?.error, method.mock.calls.length, clock.pending]).toEqual(['second', 2, 0]);
  });
});

describe('Retry → Dedup → method, exchanged on purpose', () => {
  it('has every caller wait and repeat for itself', async () => {
    const method = flaky.failing([new Boom('a')], 'ok');
    const { call, clock, events } = exchanged(
      ['retry', 'dedup'],
      { dedup: {}, retry: { delay: 100, jitter: 'none' } },
      method,
    );
    const seen = [watch(call()), watch(call())];
    await clock.advance(100);
    expect(seen.map(({ value }) => value)).toEqual(['ok', 'ok']);
    expect(events.of('retry.scheduled').length).toBe(2);
  });
});
