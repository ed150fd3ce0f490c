import { describe, expect, it } from 'vitest';
import type { CachedOptions } from '../../../src/policies/cache/index.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';

/** A method that gives 1, 2, 3 … while it is up, and takes a while. */
function service(options: CachedOptions, more = {}) {
  const state = { down: undefined as unknown, takes: 0, runs: 0 };
  const world = protectForTest(
    async (_signal?: AbortSignal) => {
      const run = ++state.runs;
      if (state.takes > 0) await world.clock.sleep(state.takes);
      if (state.down !== undefined) throw state.down;
      return run;
    },
    { cached: options, ...more },
  );
  return { ...world, state, cache: () => world.runtime.caches.find('Service.method')! };
}

describe('a value that is kept for errors', () => {
  it('is given when loading failed, and only then', async () => {
    const { call, clock, state, cache, events } = service({ ttl: 10, staleIfError: 100 });
    await call();
    await clock.advance(10);
    const boom = new Boom('down');
    state.down = boom;
    expect(await call()).toBe(1);
    expect(state.runs).toBe(2);
    state.down = undefined;
    expect(await call()).toBe(3);
    expect(cache().stats).toMatchObject({ staleIfError: 1, misses: 2, hits: 0, stale: 0 });
    expect(events.of('cache.servedStale')).toMatchObject([{ age: 10, error: boom }]);
  });

  it.each([
    [109, 1],
    [110, 'down'],
  ])('after %d of 10 + 100 gives %s', async (after, outcome) => {
    const { call, clock, state } = service({ ttl: 10, staleIfError: 100 });
    await call();
    await clock.advance(after);
    state.down = new Boom('down');
    expect(await call().catch((error: Error) => error.message)).toBe(outcome);
  });

  it('is not given if its time is over by when the load fails', async () => {
    const { call, clock, state, cache } = service({ ttl: 10, staleIfError: 100 });
    await call();
    await clock.advance(105);
    Object.assign(state, { down: new Boom('down'), takes: 10 });
    const seen = watch(call());
    await clock.advance(10);
    expect(seen.error).toBe(state.down);
    expect(cache().stats).toMatchObject({ staleIfError: 0, misses: 2 });
  });

  it('is not given if it was dropped meanwhile', async () => {
    const { call, clock, state, cache } = service({ ttl: 10, staleIfError: 100 });
    await call();
    await clock.advance(10);
    Object.assign(state, { down: new Boom('down'), takes: 10 });
    const seen = watch(call());
    cache().delete([]);
    await clock.advance(10);
    expect(seen.error).toBe(state.down);
  });

  it('is given to everyone who waited for the failed load', async () => {
    const { call, clock, state, cache } = service({ ttl: 10, staleIfError: 100 });
    await call();
    await clock.advance(10);
    Object.assign(state, { down: new Boom('down'), takes: 10 });
    const all = [watch(call()), watch(call()), watch(call())];
    await clock.advance(10);
    expect(all.map(({ value }) => value)).toEqual([1, 1, 1]);
    expect(state.runs).toBe(2);
    expect(cache().stats).toMatchObject({ staleIfError: 3, coalesced: 2 });
  });

  it('is given when the load was refused, as by an open circuit', async () => {
    const { call, clock, state, runtime } = service({ ttl: 10, staleIfError: 100 }, { circuitBreaker: {} });
    await call();
    await clock.advance(10);
    runtime.circuits.get('Service.method').forceOpen();
    expect(await call.detailed()).toMatchObject({ value: 1, from: 'stale' });
    expect(state.runs).toBe(1);
  });

  it('is not given to a caller who has left', async () => {
    const { call, clock, state, cache } = service({ ttl: 10, staleIfError: 100 });
    await call();
    await clock.advance(10);
    state.takes = 10;
    const caller = new AbortController();
    const seen = watch(call(caller.signal));
    caller.abort('gone');
    await settle();
    expect(seen.error).toBe('gone');
    expect(cache().stats.staleIfError).toBe(0);
  });

  it('is not given by a runtime that is being disposed: what waits there ends', async () => {
    const { call, clock, state, runtime, cache } = service(
      { ttl: 10, staleIfError: 1000 },
      { retry: { delay: 100, jitter: 'none' } },
    );
    await call();
    await clock.advance(10);
    state.down = new Boom('down');
    const seen = watch(call());
    await clock.advance(50); // in the wait for the second attempt
    const disposal = runtime.dispose();
    await settle();
    expect(seen.error).toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED' });
    expect(cache().stats.staleIfError).toBe(0);
    await disposal;
  });

  it('comes into play when the time to be given at once is over', async () => {
    const { call, clock, state, cache } = service({ ttl: 10, staleFor: 10, staleIfError: 100 });
    await call();
    state.down = new Boom('down');
    await clock.advance(15);
    expect(await call()).toBe(1);
    expect(cache().stats).toMatchObject({ stale: 1, staleIfError: 0 });
    await clock.advance(15);
    expect(await call()).toBe(1);
    expect(cache().stats).toMatchObject({ stale: 1, staleIfError: 1 });
  });
});
