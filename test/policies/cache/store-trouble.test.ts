import { describe, expect, it } from 'vitest';
import { markPermanent, TimeoutError } from '../../../src/core/index.js';
import { Boom, settle, watch } from '../../../src/testing/index.js';
import { entryOf, HeldStore } from './held-store.js';
import { form, heldUpstream, stored } from './stored.js';

const once = { storeRetry: false } as const;

describe.each([true, false])('a store that fails (at once: %s)', (sync) => {
  const failing = (...operations: Parameters<HeldStore['fails']>[1][]) => {
    const store = new HeldStore({ sync });
    const error = new Boom('no store');
    store.fails(error, ...operations);
    return { store, error };
  };

  it('CA7 at everything costs no call its value: fifty at once are one load', async () => {
    const { store, error } = failing('get', 'set', 'delete', 'deleteByTag', 'clear');
    const { call, runs, clock, events, cache } = heldUpstream({ ttl: 100 }, store);
    const calls = Array.from({ length: 50 }, () => watch(call('a')));
    await settle();
    runs[0]?.land('value');
    await settle();
    expect([runs.length, new Set(calls.map(({ value }) => value))]).toEqual([1, new Set(['value'])]);
    await clock.advance(200);
    expect(events.of('cache.storeFailed')).toMatchObject([
      { operation: 'get', key: 'a', site: 'Service.method', cache: 'Service.method', store: 'held', error },
      { operation: 'set', key: 'a', site: 'Service.method', cache: 'Service.method', store: 'held', error },
    ]);
    expect(cache().stats).toMatchObject({ storeFailures: 2, stored: 0, misses: 50, loads: 1 });
    expect(clock.pending).toBe(0);
  });

  it('at reading is asked again by the next call', async () => {
    const { store } = failing('get');
    const { call, upstream } = stored({ ttl: 100 }, store);
    for (const value of [1, 2]) {
      expect(await call('a')).toBe(value);
      await settle();
    }
    store.works();
    expect([await call('a'), upstream.runs]).toEqual([2, 2]);
  });

  it.each([
    [1, 1],
    [3, 3],
    [5, 5],
  ])('at writing is tried as often as storeRetry says: %d', async (maxAttempts, writes) => {
    const { store, error } = failing('set');
    const { call, clock, events, cache } = stored({ ttl: '1m', storeRetry: { maxAttempts, delay: 10 } }, store);
    await call('a');
    for (let attempt = 1; attempt < writes; attempt++) {
      await settle();
      expect(store.count('set')).toBe(attempt);
      await clock.advance(9);
      expect(store.count('set')).toBe(attempt);
      await clock.advance(1);
    }
    await clock.advance(1000);
    expect([store.count('set'), clock.pending]).toEqual([writes, 0]);
    expect(events.of('cache.storeFailed')).toMatchObject([{ operation: 'set', error }]);
    expect(cache().stats).toMatchObject({ stored: 0, storeFailures: 1 });
  });

  it('at writing once keeps the value at the second attempt', async () => {
    const { store } = failing('set');
    const { call, clock, events, cache } = stored({ ttl: '1m' }, store);
    await call('a');
    await settle();
    store.works();
    await clock.advance(100);
    expect([store.entries.get(form('a'))?.value, events.of('cache.storeFailed')]).toEqual([1, []]);
    expect(cache().stats).toMatchObject({ stored: 1, storeFailures: 0 });
  });

  it('is not asked twice for what is marked permanent, which is no failure for its circuit', async () => {
    const { store, error } = failing('set', 'get');
    markPermanent(error);
    const { call, clock, runtime } = stored({ ttl: '1m' }, store);
    for (let time = 0; time < 10; time++) {
      await call('a');
      await settle();
    }
    await clock.advance(1000);
    expect([store.count('get'), store.count('set')]).toEqual([10, 10]);
    expect(runtime.circuits.get('cache:Service.method').state).toBe('closed');
  });

  it('at writing a newer value is not believed to have kept the older one', async () => {
    const { store } = failing();
    const { call, clock, upstream } = stored({ ttl: 10, staleIfError: '1h', ...once }, store);
    await call('a');
    await clock.advance(10);
    store.fails(new Boom('full'), 'set');
    expect(await call('a')).toBe(2);
    upstream.down = new Boom('down');
    await clock.advance(1);
    await expect(call('a')).rejects.toBe(upstream.down);
  });

  it('by hand rejects with what went wrong', async () => {
    const { store, error } = failing('set', 'delete', 'deleteByTag', 'clear');
    const { cache } = heldUpstream({ ttl: 100, ...once }, store);
    const acts = [
      () => cache().set('a', 1),
      () => cache().delete('a'),
      () => cache().invalidate('t'),
      () => cache().clear(),
    ];
    for (const act of acts) await expect(act()).rejects.toBe(error);
  });
});

describe('a store that never answers', () => {
  it('is given up after storeTimeout: its signal aborts, and what it says later is dropped', async () => {
    const store = new HeldStore();
    store.holds.add('get');
    const { call, clock, events, upstream } = stored({ ttl: 100 }, store);
    const seen = watch(call('a'));
    await clock.advance(49);
    expect([seen.state, upstream.runs, store.waiting[0]?.signal.aborted]).toEqual(['pending', 0, false]);
    await clock.advance(1);
    expect([seen.value, store.waiting[0]?.signal.aborted]).toEqual([1, true]);
    expect(store.waiting[0]?.signal.reason).toBeInstanceOf(TimeoutError);
    expect(events.of('cache.storeFailed')).toMatchObject([
      {
        operation: 'get',
        error: { after: 50, message: expect.stringContaining("the store of cache 'Service.method'") },
      },
    ]);
    store.waiting[0]?.answer(entryOf('late', clock.wallNow()));
    await settle();
    store.holds.clear();
    expect(await call('a')).toBe(1);
    expect(clock.pending).toBe(0);
  });

  it('and then rejects is not heard of again', async () => {
    const store = new HeldStore();
    store.holds.add('get').add('set');
    const { call, clock, events } = stored({ ttl: 100, storeTimeout: 10, ...once }, store);
    const seen = watch(call('a'));
    await clock.advance(10);
    expect(seen.value).toBe(1);
    await clock.advance(200);
    const told = events.of('cache.storeFailed').length;
    for (const waiting of store.waiting) waiting.fail(new Boom('late'));
    await settle();
    expect([events.of('cache.storeFailed').length, told, clock.pending]).toEqual([2, 2, 0]);
  });

  it('is told that nobody waits when it looks at its signal only then', async () => {
    const store = new HeldStore();
    let look = (): boolean => false;
    store.instead = (operation, _key, call) =>
      operation === 'get'
        ? () => {
            look = () => call.signal.aborted;
            return new Promise(() => {});
          }
        : undefined;
    const { call, clock } = stored({ ttl: 100 }, store);
    watch(call('a'));
    await clock.advance(50);
    expect(look()).toBe(true);
  });

  it('holds up nobody for longer than storeTimeout in all, and is asked again where there is time', async () => {
    const store = new HeldStore();
    store.fails(new Boom('no'), 'get');
    const { call, clock, upstream } = stored(
      { ttl: 100, storeTimeout: 100, storeRetry: { maxAttempts: 10, delay: 30 } },
      store,
    );
    const seen = watch(call('a'));
    await clock.advance(89);
    expect([store.count('get'), seen.state]).toEqual([3, 'pending']);
    await clock.advance(1);
    expect([store.count('get'), seen.value, upstream.runs]).toEqual([4, 1, 1]);
  });

  it('holds up nobody for longer either when it fails first and hangs then', async () => {
    const store = new HeldStore();
    store.fails(new Boom('no'), 'get');
    const retry = { storeTimeout: 100, storeRetry: { maxAttempts: 2, delay: 30 } };
    const { call, clock } = stored({ ttl: 100, ...retry }, store);
    const seen = watch(call('a'));
    await clock.advance(29);
    store.works();
    store.holds.add('get');
    await clock.advance(70);
    expect([store.count('get'), seen.state]).toEqual([2, 'pending']);
    await clock.advance(1);
    expect(seen.value).toBe(1);
  });

  it('at writing is given twenty times as long for each attempt: no call waits for it', async () => {
    const store = new HeldStore();
    store.holds.add('set');
    const { call, clock, events } = stored({ ttl: '1m' }, store);
    expect(await call('a')).toBe(1);
    for (const [after, writes] of [
      [1000, 1],
      [100, 2],
      [1000, 2],
      [100, 3],
      [999, 3],
    ] as const) {
      await clock.advance(after);
      expect(store.count('set')).toBe(writes);
    }
    expect(events.of('cache.storeFailed')).toEqual([]);
    await clock.advance(1);
    expect(events.of('cache.storeFailed')).toMatchObject([{ operation: 'set', error: { after: 1000 } }]);
    expect(clock.pending).toBe(0);
  });

  it('lets go of a caller who leaves at once', async () => {
    const store = new HeldStore();
    store.holds.add('get');
    const { call, clock, upstream, cache } = stored({ ttl: 100 }, store);
    const controller = new AbortController();
    const [leaver, other] = [watch(call('a', controller.signal)), watch(call('a'))];
    const wrapped = watch(cache().wrap('a', async () => 'wrapped', { signal: controller.signal }));
    await clock.advance(10);
    const reason = new Boom('left');
    controller.abort(reason);
    await settle();
    expect([leaver.error, wrapped.error, other.state]).toEqual([reason, reason, 'pending']);
    store.waiting[0]?.go();
    await settle();
    expect([other.value, upstream.runs]).toEqual([1, 1]);
  });
});

describe('a store that gives', () => {
  const now = Date.UTC(2026, 0, 1);
  const sound = entryOf('kept', now);

  it.each<[string, unknown]>([
    ['a string', 'nothing'],
    ['a list', []],
    ['an entry without a value', (({ value: _value, ...rest }) => rest)(sound)],
    ['a createdAt that is no number', { ...sound, createdAt: Number.NaN }],
    ['a freshUntil that is a text', { ...sound, freshUntil: '2026' }],
    ['no staleUntil', { ...sound, staleUntil: undefined }],
    ['an errorUntil that is null', { ...sound, errorUntil: null }],
    ['tags that are no list', { ...sound, tags: 'a' }],
    ['tags that are no texts', { ...sound, tags: [1] }],
    ['a version that is a number', { ...sound, version: 1 }],
    ['a loadTime that is a text', { ...sound, loadTime: '1' }],
    [
      'what throws when it is looked at',
      Object.defineProperty({ ...sound }, 'tags', {
        get: () => {
          throw new Boom('look');
        },
      }),
    ],
  ])('%s is a miss with an event, and not asked again', async (_what, given) => {
    const { call, store, events, runtime, upstream } = stored({ ttl: 100 });
    store.instead = (operation) => (operation === 'get' ? () => given : undefined);
    for (let time = 0; time < 6; time++) {
      await call('a');
      await settle();
    }
    expect([upstream.runs, store.count('get')]).toEqual([6, 6]);
    expect(events.of('cache.storeFailed')).toHaveLength(6);
    expect(runtime.circuits.get('cache:Service.method').state).toBe('closed');
  });

  it.each([undefined, null])('%s has nothing: a miss, and no trouble', async (given) => {
    const { call, store, events } = stored({ ttl: 100 });
    store.instead = (operation) => (operation === 'get' ? () => given : undefined);
    expect([await call('a'), events.of('cache.storeFailed')]).toEqual([1, []]);
  });

  it('an entry of another version has nothing', async () => {
    const store = new HeldStore();
    for (const [version, expected] of [
      [1, 1],
      [1, 1],
      ['2', 1],
      [2, 1],
      [1, 1],
    ] as const) {
      const { call, events } = stored({ ttl: 100, version }, store);
      expect([await call('a'), events.of('cache.storeFailed')]).toEqual([expected, []]);
      await settle();
    }
    const written = store.asked.filter((asked) => asked.startsWith('set')).length;
    expect(written).toBe(3); // 1, then 2, then 1 again
  });

  it('a promise of another kind is waited for', async () => {
    const { call, store, upstream, clock } = stored({ ttl: 100 });
    const thenable = (value: unknown) => ({ then: (done: (value: unknown) => void) => done(value) });
    store.get = () => thenable(entryOf('kept', clock.wallNow())) as never;
    expect([await call('a'), upstream.runs]).toEqual(['kept', 0]);
    await settle();
    store.get = () => ({ then: (_done: unknown, fail: (error: unknown) => void) => fail(new Boom('no')) }) as never;
    expect([await call('a'), upstream.runs]).toEqual([1, 1]);
  });
});

describe('the circuit of a store', () => {
  it('opens after five failures in a row, is seen in the registry, and lets calls go past the store while it is open', async () => {
    const { call, store, clock, runtime, events, cache, upstream } = stored({ ttl: '1h', ...once });
    store.fails(new Boom('no'), 'get', 'set');
    for (let time = 0; time < 2; time++) await call(`${time}`);
    await settle();
    const circuit = runtime.circuits.find('cache:Service.method');
    expect([circuit?.state, store.asked.length]).toEqual(['closed', 4]);
    await call('2');
    await settle();
    expect([circuit?.state, store.asked.length]).toEqual(['open', 5]);
    expect(events.of('cache.storeFailed')).toHaveLength(5);
    store.works();
    for (let time = 0; time < 3; time++) {
      await call('a');
      await settle();
    }
    expect([upstream.runs, store.asked.length]).toEqual([6, 5]);
    expect(events.of('cache.storeFailed')).toHaveLength(5);
    expect(cache().stats.storeFailures).toBe(5 + 1 + 3 * 2);
    await clock.advance(29_999);
    await call('a');
    expect(store.asked).toHaveLength(5);
    await clock.advance(1);
    expect(await call('a')).toBe(8);
    await settle();
    expect([circuit?.state, await call('a'), upstream.runs]).toEqual(['closed', 8, 8]);
    expect(clock.pending).toBe(0);
  });

  it('counts failures in a row: a success between them starts the count anew', async () => {
    const { call, store, runtime } = stored({ ttl: '1h', ...once });
    for (let round = 0; round < 10; round++) {
      store.fails(new Boom('no'), 'get', 'set');
      for (let time = 0; time < 2; time++) await call(`${round} ${time}`);
      await settle();
      store.works();
      await call('works');
      await settle();
    }
    expect(runtime.circuits.get('cache:Service.method').state).toBe('closed');
  });

  it('hears of the successes of a store that answers at once, too', async () => {
    const store = new HeldStore({ sync: true });
    const { cache, runtime } = stored({ ttl: '1h', ...once }, store);
    for (let round = 0; round < 10; round++) {
      store.fails(new Boom('no'), 'get');
      for (let time = 0; time < 2; time++) await cache().get('a');
      store.works();
      await cache().get('a');
    }
    expect(runtime.circuits.get('cache:Service.method').state).toBe('closed');
  });

  it('counts those of a store that answers at once as well', async () => {
    const store = new HeldStore({ sync: true });
    const { call, runtime } = stored({ ttl: '1h', ...once }, store);
    store.fails(new Boom('no'), 'get');
    for (let time = 0; time < 5; time++) {
      await call('a');
      await settle();
      store.fails(new Boom('no'), 'get', 'set');
    }
    expect(runtime.circuits.get('cache:Service.method').state).toBe('open');
    const asked = store.asked.length;
    await call('a');
    expect(store.asked).toHaveLength(asked);
  });

  it('may be steered: forced open, the store is left alone', async () => {
    const { call, store, runtime } = stored({ ttl: '1h' });
    await call('a');
    await settle();
    runtime.circuits.get('cache:Service.method').forceOpen();
    const asked = store.asked.length;
    expect([await call('a'), store.asked.length]).toEqual([2, asked]);
  });

  it('that is open makes what is done by hand reject, and what was invalidated is not given once it closes', async () => {
    const { store, runtime, cache, call } = stored({ ttl: '1h' });
    await call('a');
    await settle();
    const circuit = runtime.circuits.get('cache:Service.method');
    circuit.forceOpen();
    await expect(cache().delete('a') as Promise<boolean>).rejects.toMatchObject({ code: 'HOLDFAST_CIRCUIT_OPEN' });
    circuit.forceClosed();
    expect([await call('a'), store.entries.size]).toEqual([2, 1]);
  });
});
