import { describe, expect, it, vi } from 'vitest';
import { Cached } from '../../../decorators/index.js';
import { currentCall } from '../../../src/core/index.js';
import type { CacheOptions } from '../../../src/policies/cache/index.js';
import { Boom, RecordedEvents, settle, testRuntime, watch } from '../../../src/testing/index.js';

function world(options: CacheOptions = { ttl: '1m' }) {
  const { runtime, clock } = testRuntime();
  return { runtime, clock, events: new RecordedEvents(runtime), cache: runtime.caches.register('users', options) };
}

describe('a cache by hand', () => {
  it('gives what was set, while it is fresh', async () => {
    const { cache, clock } = world({ ttl: 1000, staleFor: '1h' });
    cache.set('a', { id: 1 });
    expect([cache.get('a'), cache.get('b')]).toEqual([{ id: 1 }, undefined]);
    await clock.advance(1000);
    expect(cache.get('a')).toBeUndefined();
  });

  it('takes keys as a key function gives them', () => {
    const { cache } = world();
    cache.set(1, 'number');
    cache.set('1', 'text');
    cache.set(['a', 1], 'list');
    expect([cache.get(1), cache.get('1'), cache.get(['1']), cache.get(['a', 1]), cache.get(['a', '1'])]).toEqual([
      'number',
      'text',
      'text',
      'list',
      undefined,
    ]);
  });

  it.each<[string, (cache: ReturnType<typeof world>['cache']) => unknown, string]>([
    ['no key', (cache) => cache.get(undefined as never), "cache 'users': a key must be given"],
    [
      'a wrong key',
      (cache) => cache.delete(true as never),
      "cache 'users': a key must be a string, a number, a list of values, or undefined for none, but got true",
    ],
    [
      'a promise as a value',
      (cache) => cache.set('a', Promise.resolve(1)),
      "cache 'users': set() takes a value, not a promise of one",
    ],
  ])('refuses %s', (_what, use, message) => {
    expect(() => use(world().cache)).toThrow(new TypeError(message));
  });

  it('counts, and says how much it keeps', () => {
    const { cache } = world({ ttl: '1m', max: 2 });
    for (const key of ['a', 'b', 'c']) cache.set(key, key);
    expect(cache.stats).toEqual({
      hits: 0,
      stale: 0,
      staleIfError: 0,
      misses: 0,
      bypassed: 0,
      coalesced: 0,
      loads: 0,
      refreshes: 0,
      refreshFailures: 0,
      stored: 3,
      evictions: 1,
      negative: 0,
      storeFailures: 0,
      size: 2,
      bytes: undefined,
    });
    cache.clear();
    expect(cache.stats.size).toBe(0);
  });

  it('tells of itself by its own name where no method has a part in it', () => {
    const { cache, events } = world({ ttl: '1m', max: 1 });
    cache.set('a', 1);
    cache.set('b', 2);
    const fact = { site: 'users', cache: 'users' };
    expect(events.all).toEqual([
      { name: 'cache.stored', event: { ...fact, key: 'a' } },
      { name: 'cache.evicted', event: { ...fact, key: 'a' } },
      { name: 'cache.stored', event: { ...fact, key: 'b' } },
    ]);
  });

  it('may be used by who is told of it', () => {
    const { cache, runtime } = world({ ttl: '1m', max: 1 });
    runtime.events.on('cache.evicted', ({ key }) => key === 'a' && cache.set('c', 3));
    cache.set('a', 1);
    cache.set('b', 2);
    expect([cache.get('b'), cache.get('c'), cache.stats.size]).toEqual([undefined, 3, 1]);
  });
});

describe('wrap', () => {
  it('loads what is not there, once for all who ask meanwhile', async () => {
    const { cache, clock } = world();
    const load = vi.fn(() => clock.sleep(10).then(() => 'value'));
    const all = [watch(cache.wrap('a', load)), watch(cache.wrap('a', load))];
    await clock.advance(10);
    expect(all.map(({ value }) => value)).toEqual(['value', 'value']);
    expect(await cache.wrap('a', load)).toBe('value');
    expect(load).toHaveBeenCalledTimes(1);
    expect(cache.stats).toMatchObject({ loads: 1, coalesced: 1, hits: 1, stored: 1 });
  });

  it('takes whatever the code gives: a value, a promise, a throw', async () => {
    const { cache } = world();
    const boom = new Boom('thrown');
    expect(await cache.wrap('a', () => 0)).toBe(0);
    expect(
      await cache.wrap('b', () => ({ then: (resolve: (value: number) => void) => resolve(1) }) as PromiseLike<number>),
    ).toBe(1);
    await expect(
      cache.wrap('c', () => {
        throw boom;
      }),
    ).rejects.toBe(boom);
    await expect(cache.wrap(true as never, () => 1)).rejects.toThrow("cache 'users': a key must be");
  });

  it('refreshes a stale value behind', async () => {
    const { cache, clock } = world({ ttl: 10, staleFor: '1h' });
    let run = 0;
    const load = async () => ++run;
    await cache.wrap('a', load);
    await clock.advance(10);
    expect([await cache.wrap('a', load), await settle(), await cache.wrap('a', load)]).toEqual([1, undefined, 2]);
  });

  it('hands the load a call, with a signal that aborts when nobody waits any more', async () => {
    const { cache } = world();
    const [one, other] = [new AbortController(), new AbortController()];
    const signals: AbortSignal[] = [];
    const load = (call: { readonly signal: AbortSignal; readonly site: string }) => {
      expect([call.site, currentCall()?.site]).toEqual(['users', 'users']);
      signals.push(call.signal);
      return new Promise(() => {});
    };
    const seen = [one, other].map(({ signal }) => watch(cache.wrap('a', load, { signal })));
    one.abort('first');
    await settle();
    expect([seen.map(({ state }) => state), signals[0]?.aborted]).toEqual([['rejected', 'pending'], false]);
    other.abort('second');
    await settle();
    expect([seen.map(({ error }) => error), signals[0]?.aborted]).toEqual([['first', 'second'], true]);
  });

  it.each<[string, unknown, unknown, string]>([
    ['no function', 'value', undefined, "users: wrap() takes a function that loads the value, but got 'value'"],
    ['a wrong signal', () => 1, { signal: 'now' }, "users: wrap(): signal must be an AbortSignal, but got 'now'"],
    ['a wrong way', () => 1, { cache: 'never' }, "users: wrap(): cache must be one of 'bypass', 'refresh', 'only"],
    ['a tag alone', () => 1, { tags: 'a' }, 'users: wrap(): tags must be a list of strings, none of them empty or'],
    ['a pattern as a tag', () => 1, { tags: ['*'] }, 'users: wrap(): tags must be a list of strings, none of them'],
    ['an unknown option', () => 1, { ttl: 5 }, 'users: wrap(): ttl is no option; it takes signal, cache, tags'],
    ['wrong tags of a value', () => 1, { tags: () => [''] }, 'users: wrap(): tags must return a list of strings, none'],
  ])('refuses %s', async (_what, load, options, message) => {
    const { cache } = world();
    await expect(cache.wrap('a', load as () => 1, options as object)).rejects.toThrow(message);
    expect(cache.get('a')).toBeUndefined();
  });

  it('loads nothing for one who has left, or in a runtime that is gone', async () => {
    const { cache, runtime } = world();
    const load = vi.fn(async () => 1);
    await expect(cache.wrap('a', load, { signal: AbortSignal.abort('gone') })).rejects.toBe('gone');
    await runtime.dispose();
    await expect(cache.wrap('a', load)).rejects.toThrow('users was not completed: its runtime has been disposed');
    expect(load).not.toHaveBeenCalled();
  });

  it('leaves no listener on a signal that lives on', async () => {
    const { cache } = world();
    const { signal } = new AbortController();
    let listening = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (...args: Parameters<typeof addEventListener>) => [
      listening++,
      addEventListener.apply(signal, args),
    ];
    signal.removeEventListener = (...args: Parameters<typeof removeEventListener>) => [
      listening--,
      removeEventListener.apply(signal, args),
    ];
    const all = ['a', 'b', 'a'].map((key) => cache.wrap(key, async () => 1, { signal }));
    expect(listening).toBe(1);
    await Promise.all(all);
    expect(listening).toBe(0);
  });
});

describe('a cache by hand, and the method that uses it', () => {
  class Users {
    runs = 0;

    @Cached({ name: 'users', ttl: '1m' })
    async find(id: string, ..._more: unknown[]): Promise<string> {
      return `user ${id} ${++this.runs}`;
    }
  }

  it('see the same values, where there is one instance', async () => {
    const { runtime, cache } = world();
    const users = new Users();
    runtime.bind(users);
    await users.find('1');
    expect(cache.get('1')).toBe('user 1 1');
    cache.set('2', 'by hand');
    expect(await users.find('2')).toBe('by hand');
    await users.find('1', 'x');
    expect(cache.get(['1', 'x'])).toBe('user 1 2');
  });

  it.each([3, 50])('drop a key for every one of %d instances', async (count) => {
    const { runtime, cache } = world({ ttl: '1m', max: 10 }); // with 50, most have no value any more
    const all = Array.from({ length: count }, () => new Users());
    for (const users of all) {
      runtime.bind(users);
      await users.find('1');
      if (count === 3) await users.find('2');
    }
    expect(cache.delete('1')).toBe(true);
    expect(cache.stats.size).toBe(count === 3 ? 3 : 0);
    for (const users of all) expect(await users.find('1')).toMatch(/^user 1 [23]$/);
  });

  it('forget what is being loaded, for every instance', async () => {
    const { runtime, cache } = world();
    const all = [new Users(), new Users()];
    for (const users of all) runtime.bind(users);
    const first = all.map((users) => users.find('1'));
    expect(cache.forget('1')).toBe(true);
    const second = all.map((users) => users.find('1'));
    expect(await Promise.all([...first, ...second])).toEqual(['user 1 1', 'user 1 1', 'user 1 2', 'user 1 2']);
    expect(cache.get('1')).toBe('user 1 2');
  });
});
