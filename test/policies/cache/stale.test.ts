import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it, vi } from 'vitest';
import { currentCall } from '../../../src/core/index.js';
import type { CachedOptions } from '../../../src/policies/cache/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';

/** A method under the test's control: each run gives what `answers` says then, or waits for `land`. */
function upstream(options: CachedOptions, more = {}) {
  const runs: {
    readonly args: unknown[];
    readonly land: (value: unknown) => void;
    readonly fail: (error: unknown) => void;
  }[] = [];
  const world = protectForTest(
    (...args: unknown[]) => new Promise<unknown>((land, fail) => runs.push({ args, land, fail })),
    { cached: options, ...more },
  );
  const cache = () => world.runtime.caches.find('Service.method')!;
  /** Makes a value be kept. */
  const keep = async (value: unknown, ...args: unknown[]) => {
    const first = watch(world.call(...args));
    runs.at(-1)?.land(value);
    await settle();
    expect(first.value).toBe(value);
  };
  return { ...world, runs, cache, keep };
}

describe('a stale value', () => {
  it('CA4 is fresh before ttl, stale with one refresh before staleFor is over, and loaded after that', async () => {
    const { call, clock, runs, keep, cache } = upstream({ ttl: '600s', staleFor: '30s' });
    await keep('first');
    await clock.advance(599_000);
    expect(await call()).toBe('first');
    expect(runs).toHaveLength(1);
    await clock.advance(11_000);
    expect([await call(), await call(), await call()]).toEqual(['first', 'first', 'first']);
    expect(runs).toHaveLength(2);
    await clock.advance(21_000); // 631
    const waiting = watch(call());
    await settle();
    expect([waiting.state, runs.length]).toEqual(['pending', 2]); // it waits for the refresh that is under way
    runs[1]?.land('second');
    await settle();
    expect(waiting.value).toBe('second');
    expect(cache().stats).toMatchObject({
      hits: 1,
      stale: 3,
      refreshes: 1,
      misses: 2,
      coalesced: 1,
      loads: 1,
      stored: 2,
    });
  });

  it.each([
    [599, 'hits'],
    [600, 'stale'],
    [629, 'stale'],
    [630, 'misses'],
  ] as const)('after %d of 600 + 30 counts among %s', async (after, counter) => {
    const { call, clock, keep, cache } = upstream({ ttl: 600, staleFor: 30 });
    await keep('value');
    await clock.advance(after);
    const before = cache().stats[counter];
    watch(call());
    expect(cache().stats[counter]).toBe(before + 1);
  });

  it('is replaced by what the refresh brings', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 10, staleFor: '1h' });
    await keep('old');
    await clock.advance(10);
    expect(await call()).toBe('old');
    runs[1]?.land('new');
    await settle();
    expect(await call()).toBe('new');
    expect(runs).toHaveLength(2);
  });

  it('is refreshed with the arguments of the call, and a signal of its own', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 10, staleFor: '1h', key: (id) => id });
    const caller = new AbortController();
    await keep('old', 'a', caller.signal);
    await clock.advance(10);
    await call('a', caller.signal);
    caller.abort();
    expect(runs[1]?.args[0]).toBe('a');
    expect(runs[1]?.args[1]).not.toBe(caller.signal);
    expect(runs[1]?.args[1]).toMatchObject({ aborted: false });
  });

  it('is refreshed by as many calls as maxRefreshes at a time; the others are answered, and refreshed later', async () => {
    const { call, clock, runs, keep, cache } = upstream({ ttl: 10, staleFor: '1h', maxRefreshes: 2 });
    for (const key of ['a', 'b', 'c']) await keep(key, key);
    await clock.advance(10);
    expect(await Promise.all(['a', 'b', 'c'].map((key) => call(key)))).toEqual(['a', 'b', 'c']);
    expect(cache().stats.refreshes).toBe(2);
    runs[3]?.fail(new Boom('down'));
    await settle();
    await call('c');
    expect(cache().stats.refreshes).toBe(3);
    expect(runs.at(-1)?.args).toEqual(['c']);
  });

  it('that could not be refreshed rests a while, longer each time, whatever the number of calls', async () => {
    const { call, clock, runs, keep, cache, events } = upstream({ ttl: '1m', staleFor: '1h' });
    await keep('old', 'a');
    await clock.advance(60_000);
    const boom = new Boom('down');
    const attempts: number[] = [];
    for (let second = 0; second < 20; second++) {
      const before = runs.length;
      for (let calls = 0; calls < 5; calls++) expect(await call('a')).toBe('old');
      if (runs.length > before) attempts.push(second);
      runs.at(-1)?.fail(boom);
      await clock.advance(1000);
    }
    expect(attempts).toEqual([0, 1, 3, 7, 15]);
    expect(cache().stats).toMatchObject({ refreshFailures: 5, stale: 100 });
    const fact = { site: 'Service.method', cache: 'Service.method', key: 'a', error: boom };
    expect(events.of('cache.refreshFailed')).toEqual([fact, fact, fact, fact, fact]);
  });

  it('rests no longer than its own time to live after a first failure', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 50, staleFor: '1h' });
    await keep('old');
    await clock.advance(50);
    await call();
    runs[1]?.fail(new Boom('down'));
    await clock.advance(49);
    await call();
    expect(runs).toHaveLength(2);
    await clock.advance(1);
    await call();
    expect(runs).toHaveLength(3);
  });

  it('rests as long as the callee asked', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 50, staleFor: '1h' });
    await keep('old');
    await clock.advance(50);
    await call();
    runs[1]?.fail(Object.assign(new Boom('429'), { retryAfter: 60_000 }));
    await clock.advance(59_999);
    await call();
    expect(runs).toHaveLength(2);
    await clock.advance(1);
    await call();
    expect(runs).toHaveLength(3);
  });

  it('that was refreshed after failures starts over', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 1000, staleFor: '1h' });
    await keep('old');
    for (const outcome of ['fail', 'fail', 'land'] as const) {
      await clock.advance(10_000);
      await call();
      runs.at(-1)?.[outcome](outcome === 'land' ? 'new' : new Boom('down'));
      await settle();
    }
    await clock.advance(1000);
    expect(await call()).toBe('new');
    runs.at(-1)?.fail(new Boom('down'));
    await clock.advance(1000);
    await call();
    expect(runs).toHaveLength(6); // one second after the failure, not four
  });

  it('is dropped when the refresh brings a value that is not to be kept', async () => {
    const { call, clock, runs, keep, cache } = upstream({
      ttl: 10,
      staleFor: '1h',
      cacheIf: (value) => value !== null,
    });
    await keep('old');
    await clock.advance(10);
    await call();
    runs[1]?.land(null);
    await settle();
    expect(cache().stats.size).toBe(0);
    const next = watch(call());
    expect(runs).toHaveLength(3);
    runs[2]?.land('new');
    await settle();
    expect(next.value).toBe('new');
  });

  it('says so in a detailed result, and leaves the refresh out of it', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 10, staleFor: '1h' }, { retry: { delay: 0 } });
    await keep('old');
    await clock.advance(10);
    const result = await call.detailed();
    runs[1]?.fail(new Boom('down'));
    await settle();
    expect(runs).toHaveLength(3); // the refresh is retried, as any load
    expect(result).toEqual({ value: 'old', from: 'stale', attempts: 0, delayed: 0, elapsed: 0 });
  });

  it('tells how old it is', async () => {
    const { call, clock, keep, events } = upstream({ ttl: 10, staleFor: '1h' });
    await keep('old', 'a');
    await clock.advance(25);
    await call('a');
    expect(events.of('cache.servedStale')).toEqual([
      { site: 'Service.method', cache: 'Service.method', key: 'a', age: 25 },
    ]);
  });
});

describe('a refresh', () => {
  it('that takes too long is ended, and that is a failure of the callee', async () => {
    const { call, clock, keep, events, runtime, cache, runs } = upstream(
      { ttl: 10, staleFor: '1h', refreshTimeout: '5s' },
      { circuitBreaker: { failureThreshold: 1 } },
    );
    await keep('old');
    await clock.advance(10);
    await call();
    await clock.advance(4999);
    expect(cache().stats.refreshFailures).toBe(0);
    await clock.advance(1);
    const [{ error } = { error: undefined }] = events.of('cache.refreshFailed');
    expect(error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'total', after: 5000, site: 'Service.method' });
    expect(runtime.circuits.get('Service.method').state).toBe('open');
    runs[1]?.land('too late');
    await settle();
    expect(await call()).toBe('old');
  });

  it('leaves no alarm behind', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 10, staleFor: '1h' });
    await keep('old');
    await clock.advance(10);
    await call();
    expect(clock.pending).toBe(1);
    runs[1]?.land('new');
    await settle();
    expect(clock.pending).toBe(0);
  });

  it('outlives the caller who found the value stale', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 10, staleFor: '1h', key: () => 'one' });
    await keep('old');
    await clock.advance(10);
    const caller = new AbortController();
    expect(await call(caller.signal)).toBe('old');
    caller.abort();
    runs[1]?.land('new');
    await settle();
    expect(await call()).toBe('new');
  });

  it('runs in no request: neither in its call nor in its async context', async () => {
    const request = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const world = protectForTest(
      async () => {
        seen.push([request.getStore(), (currentCall() as { readonly outer?: unknown }).outer]);
        await Promise.resolve();
        seen.push(request.getStore());
        return 1;
      },
      { cached: { ttl: 10, staleFor: '1h' } },
      { asyncContext: true },
    );
    await request.run('first', () => world.call());
    await world.clock.advance(10);
    await request.run('second', () => world.call());
    await settle();
    expect(seen).toEqual([['first', undefined], 'first', [undefined, undefined], undefined]);
  });

  it('has as much time as it may take, whatever the deadline around the call that started it', async () => {
    const inner = upstream({ ttl: 10, staleFor: '1h' });
    await inner.keep('old');
    await inner.clock.advance(10);
    const stale: unknown[] = [];
    const method = () =>
      inner
        .call()
        .then((value) => stale.push(value))
        .then(() => new Promise<never>(() => {}));
    const outer = watch(protect(method, { timeout: 5 }, { runtime: inner.runtime })());
    await inner.clock.advance(5);
    expect([outer.state, stale]).toEqual(['rejected', ['old']]);
    inner.runs[1]?.land('new');
    await settle();
    expect(await inner.call()).toBe('new');
  });

  it('that fails is nobody’s unhandled rejection', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    try {
      const { call, clock, runs, keep, cache } = upstream({ ttl: 10, staleFor: '1h' });
      await keep('old');
      await clock.advance(10);
      await call();
      runs[1]?.fail(new Boom('down'));
      await settle();
      await settle();
      expect(cache().stats.refreshFailures).toBe(1);
      expect(unhandled).not.toHaveBeenCalled();
    } finally {
      process.off('unhandledRejection', unhandled);
    }
  });

  it('that a caller has joined fails for that caller too', async () => {
    const { call, clock, runs, keep } = upstream({ ttl: 10, staleFor: 10 });
    await keep('old');
    await clock.advance(10);
    await call();
    await clock.advance(10);
    const joined = watch(call());
    const boom = new Boom('down');
    runs[1]?.fail(boom);
    await settle();
    expect(joined.error).toBe(boom);
    expect(runs).toHaveLength(2);
  });

  it('ends with its runtime, which is no failure', async () => {
    const { call, clock, keep, runtime, events, cache } = upstream({ ttl: 10, staleFor: '1h' });
    await keep('old');
    await clock.advance(10);
    await call();
    await runtime.dispose({ drain: 0 });
    await settle();
    expect(cache().stats.refreshFailures).toBe(0);
    expect(events.of('cache.refreshFailed')).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});
