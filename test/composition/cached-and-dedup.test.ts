import { describe, expect, it, vi } from 'vitest';
import { type GivenPolicies, protect } from '../../src/runtime/index.js';
import { settle, testRuntime } from '../../src/testing/index.js';
import { Boom, failing, hanging, subject, watch } from '../support/subject.js';

const plain = { delay: 0, jitter: 'none' } as const;

describe('Cached → Retry → method', () => {
  it('CP12 keeps what the attempts came to: one miss and one entry, then a hit', async () => {
    const method = failing([new Boom('a'), new Boom('b')], 'bar');
    const { call, events } = subject({ cached: '1h', retry: plain }, method);
    expect(await call()).toBe('bar');
    expect(method.calls).toBe(3);
    expect([events.of('cache.missed').length, events.of('cache.stored').length, events.of('cache.hit').length]).toEqual(
      [1, 1, 0],
    );
    expect(await call()).toBe('bar');
    expect(method.calls).toBe(3);
    expect([events.of('cache.missed').length, events.of('cache.stored').length, events.of('cache.hit').length]).toEqual(
      [1, 1, 1],
    );
  });
});

describe('Cached → CircuitBreaker → method', () => {
  it('answers from what it has while the circuit is open, and counts a hit as nothing', async () => {
    const { call, runtime } = subject({ cached: '1h', circuitBreaker: {} }, async (id: number) => `answer ${id}`);
    await call(1);
    const circuit = runtime.circuits.get('Service.method');
    circuit.forceOpen();
    expect(await call(1)).toBe('answer 1');
    await expect(call(2)).rejects.toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN' });
    circuit.reset();
    expect(circuit.stats.calls).toBe(0);
  });
});

describe('Cached → RateLimit → Bulkhead → method', () => {
  it('spends neither permits nor slots on what it has', async () => {
    const { call, runtime } = subject({ cached: '1h', rateLimit: { limit: 2, per: '1h' }, bulkhead: 1 }, async () => 1);
    for (let i = 0; i < 10; i++) expect(await call()).toBe(1);
    expect(runtime.limiters.get('Service.method').available).toBe(1);
  });
});

describe('Cached → Dedup → method', () => {
  it('merges loads, and beside them calls that have no key for the cache', async () => {
    const method = vi.fn(async (id: string) => `answer ${id}`);
    const { call } = subject(
      { cached: { ttl: '1h', key: (id: string) => (id === 'none' ? undefined : id) }, dedup: {} },
      method,
    );
    expect(await Promise.all([call('a'), call('a'), call('none'), call('none')])).toEqual([
      'answer a',
      'answer a',
      'answer none',
      'answer none',
    ]);
    expect(method).toHaveBeenCalledTimes(2);
    await call('none');
    expect(method).toHaveBeenCalledTimes(3);
  });
});

describe('Dedup → Retry → method', () => {
  it('lets merged callers share one sequence of attempts', async () => {
    const method = failing([new Boom('a'), new Boom('b')], 'ok');
    const { call } = subject({ dedup: {}, retry: plain }, method);
    expect(await Promise.all([call(), call(), call()])).toEqual(['ok', 'ok', 'ok']);
    expect(method.calls).toBe(3);
  });

  it('ends the attempts when the last of the callers has left, and no sooner', async () => {
    const method = vi.fn((_signal: AbortSignal) => Promise.reject(new Boom('x')));
    const { call, clock } = subject({ dedup: {}, retry: { delay: '1s', jitter: 'none' } }, method);
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

describe('Dedup → Timeout(total) → method', () => {
  it('gives merged callers one patience, that of the call they share', async () => {
    const method = hanging();
    const { call, clock } = subject({ dedup: {}, timeout: { total: 100 } }, method);
    const first = watch(call());
    await clock.advance(60);
    const second = watch(call());
    await clock.advance(40);
    expect([first.error, second.error]).toMatchObject([{ scope: 'total' }, { scope: 'total' }]);
    expect(method.calls).toBe(1);
  });
});

describe('Cached → method → Cached → method, and back to the first', () => {
  // A flight belongs to nobody, so the second one did not know the first: both waited for each other for ever.
  it.each<[string, GivenPolicies]>([
    ['cached', { cached: '1m' }],
    ['dedup', { dedup: {} }],
  ])('does not wait for itself: %s', async (_what, policies) => {
    const { runtime } = testRuntime({ asyncContext: true });
    let depth = 0;
    const there = protect(
      async (id: number): Promise<string> => {
        await null;
        return depth++ === 0 ? back(id) : 'arrived';
      },
      policies,
      { id: 'There.method', runtime },
    );
    const back: (id: number) => Promise<string> = protect(
      async (id: number): Promise<string> => {
        await null;
        return there(id);
      },
      policies,
      { id: 'Back.method', runtime },
    );
    const seen = watch(there(1));
    await settle();
    expect(seen).toEqual({ state: 'resolved', value: 'arrived' });
  });
});
