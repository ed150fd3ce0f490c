import { describe, expect, it } from 'vitest';
import { type CachedOptions, callWith } from '../../../src/policies/cache/index.js';
import { protectForTest, settle, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { heldUpstream } from './stored.js';

interface User {
  name: string;
  tags: string[];
  readonly born?: Date;
}

const user = (): User => ({ name: 'Ada', tags: ['x'] });

function poison(value: User): void {
  value.name = 'Eve';
  value.tags.push('poison');
}

const places = [
  ['memory', () => ({})],
  ['a store that answers at once', () => ({ store: new HeldStore({ sync: true }) })],
  ['a store', () => ({ store: new HeldStore() })],
] as const;

/** A method that gives what `make` makes. */
function giving(options: CachedOptions, make: () => unknown) {
  const upstream = { runs: 0 };
  const world = protectForTest(
    async (_key?: string) => {
      upstream.runs++;
      return make();
    },
    { cached: { ttl: '1h', key: (key = '') => key, ...options } },
  );
  return { ...world, upstream, cache: () => world.runtime.caches.find('Service.method')! };
}

describe.each(places)("clone: 'structured', in %s", (_place, place) => {
  it('gives each caller a value of its own: the first, those who joined, those who come later', async () => {
    const { call, cache } = giving({ clone: 'structured', ...place() }, user);
    const first = (await Promise.all([call('a'), call('a'), call('a')])) as User[];
    expect(new Set(first).size).toBe(3);
    for (const value of first) {
      expect(value).toEqual(user());
      poison(value);
    }
    for (let time = 0; time < 3; time++) {
      const value = (await call('a')) as User;
      expect(value).toEqual(user());
      poison(value);
      await settle();
    }
    const byHand = (await cache().get('a')) as User;
    poison(byHand);
    const wrapped = await cache().wrap('a', () => user());
    expect(wrapped).toEqual(user());
    poison(wrapped);
    expect(await cache().get('a')).toEqual(user());
  });

  it('keeps a copy of what the callee gave, which may be the callee’s own', async () => {
    const own = user();
    const { call, cache } = giving({ clone: 'structured', ...place() }, () => own);
    const first = (await call('a')) as User;
    expect(first).not.toBe(own);
    poison(own);
    expect(await call('a')).toEqual(user());
    const set = user();
    await cache().set('b', set);
    poison(set);
    expect(await cache().get('b')).toEqual(user());
  });

  it('gives a copy to a caller who asked for a refresh, too', async () => {
    const own = user();
    const { call } = giving({ clone: 'structured', ...place() }, () => own);
    const refreshed = (await callWith({ cache: 'refresh' }, () => call('a'))) as User;
    expect(refreshed).not.toBe(own);
    expect(refreshed).toEqual(own);
  });

  it('copies stale values too, and what a refresh brings', async () => {
    const { call, clock } = giving(
      { clone: 'structured', ttl: 10, staleFor: '1h', staleIfError: '2h', ...place() },
      user,
    );
    await call('a');
    for (let time = 0; time < 2; time++) {
      await clock.advance(10);
      poison((await call('a')) as User);
      await settle();
      expect(await call('a')).toEqual(user());
    }
  });

  it('serves what cannot be copied, does not keep it, and tells', async () => {
    const value = { run: () => 1 };
    const { call, cache, events, upstream } = giving({ clone: 'structured', ...place() }, () => value);
    const both = await Promise.all([call('a'), call('a')]);
    expect(both).toEqual([value, value]);
    await settle();
    expect(events.of('cache.storeFailed')).toMatchObject([
      { operation: 'set', key: 'a', site: 'Service.method', error: { name: 'DataCloneError' } },
    ]);
    expect(await call('a')).toBe(value);
    expect(upstream.runs).toBe(2);
    expect(cache().stats).toMatchObject({ stored: 0, storeFailures: 2, misses: 3 });
  });
});

describe.each(places)("clone: 'freeze', in %s", (_place, place) => {
  it('gives all the same, which none of them can change', async () => {
    const { call } = giving({ clone: 'freeze', ...place() }, user);
    const values = (await Promise.all([call('a'), call('a')])) as User[];
    values.push((await call('a')) as User);
    for (const value of values) {
      expect(() => poison(value)).toThrow(TypeError);
      expect(() => value.tags.push('poison')).toThrow(TypeError);
    }
    expect(await call('a')).toEqual(user());
  });

  it.each<[string, () => unknown]>([
    ['a Date', () => ({ born: new Date(0) })],
    ['a Map', () => ({ deep: [new Map()] })],
    ['a Set', () => new Set()],
    ['a Uint8Array', () => new Uint8Array(1)],
    ['a Promise', () => ({ later: Promise.resolve() })],
  ])('serves %s, which can be changed all the same, does not keep it, and leaves it as it is', async (what, make) => {
    const { call, cache, events, upstream } = giving({ clone: 'freeze', ...place() }, make);
    const value = await call('a');
    expect(Object.isFrozen(value)).toBe(false);
    await settle();
    expect(events.of('cache.storeFailed')).toMatchObject([
      {
        operation: 'set',
        key: 'a',
        error: {
          message: `${what.toLowerCase().startsWith('a ') ? what : `a ${what}`} cannot be frozen: clone: 'structured' copies it`,
        },
      },
    ]);
    await call('a');
    expect([upstream.runs, cache().stats.stored]).toEqual([2, 0]);
  });

  it('follows cycles, class instances, symbols and hidden properties', async () => {
    class Node {
      next: unknown = this;
      readonly hidden: { value: number } | undefined;
    }
    const extra = Symbol('extra');
    const make = () =>
      Object.assign(Object.defineProperty(new Node(), 'hidden', { value: { value: 1 }, enumerable: false }), {
        [extra]: { value: 1 },
      });
    const { call, upstream } = giving({ clone: 'freeze', ...place() }, make);
    const node = (await call('a')) as ReturnType<typeof make>;
    await settle();
    for (const held of [node, node.hidden, node[extra]]) expect(Object.isFrozen(held)).toBe(true);
    await call('a');
    expect(upstream.runs).toBe(1);
  });

  it.each([undefined, null, 0, 'text', true, 1n])('has nothing to do for %s', async (value) => {
    const { call, upstream } = giving({ clone: 'freeze', ...place() }, () => value);
    expect([await call('a'), await call('a'), upstream.runs]).toEqual([value, value, 1]);
  });
});

describe("clone: 'none'", () => {
  it('gives all callers the very object that the callee gave', async () => {
    const value = user();
    const { call, cache } = giving({}, () => value);
    for (const given of [await call('a'), await call('a'), cache().get('a'), await cache().wrap('a', user)])
      expect(given).toBe(value);
  });
});

describe('what cannot be copied, set by hand', () => {
  it.each(['structured', 'freeze'] as const)(
    'rejects with a store, for clone: %s; what was kept is gone',
    async (clone) => {
      const store = new HeldStore();
      const { cache } = giving({ clone, store }, user);
      await cache().set('a', 1);
      await expect(cache().set('a', new WeakMap())).rejects.toThrow(/could not be cloned|cannot be frozen/);
      expect([await cache().get('a'), store.entries.size]).toEqual([undefined, 0]);
    },
  );

  it('is told in memory; what was kept is gone', () => {
    const { cache, events } = giving({ clone: 'structured' }, user);
    cache().set('a', 1);
    cache().set('a', () => 1);
    expect(cache().get('a')).toBeUndefined();
    expect(events.of('cache.storeFailed')).toMatchObject([{ operation: 'set', key: 'a', site: 'Service.method' }]);
  });
});

describe('a copy', () => {
  it('is made of the value that is kept, not of what its first caller has made of it since', async () => {
    const { call, runs } = heldUpstream({ ttl: '1h', clone: 'structured' }, new HeldStore());
    const first = watch(call('a'));
    await settle();
    runs[0]?.land(user());
    await first;
    await settle();
    poison(first.value as User);
    expect(await call('a')).toEqual(user());
  });
});
