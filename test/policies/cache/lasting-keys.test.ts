import { describe, expect, it } from 'vitest';
import { Cached, type CachedOptions, Resilient } from '../../../decorators/index.js';
import { type GivenPolicies, protect } from '../../../src/runtime/index.js';
import { settle, testRuntime } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';

/** Makes instances in one runtime. */
function world() {
  const { runtime } = testRuntime();
  const bound = <T extends object>(instance: T): T => {
    runtime.bind(instance);
    return instance;
  };
  return { runtime, bound };
}

/** A class that counts how often its methods ran, in all instances together. */
function services(options: CachedOptions, sizeOptions: CachedOptions = options) {
  const runs = { count: 0 };
  class Users {
    @Cached(options)
    async find(id: unknown): Promise<string> {
      return `user ${id} ${++runs.count}`;
    }

    @Cached(sizeOptions)
    async sizeOf(id: unknown): Promise<string> {
      return `size of ${id} ${++runs.count}`;
    }
  }
  return { Users, runs };
}

const key = (id: string) => id;

/** The first answer of each of two runtimes that have a store in common. */
async function twice(options: CachedOptions, ids: readonly unknown[] = ['1'], store = new HeldStore()) {
  const answers: string[] = [];
  for (let runtime = 0; runtime < 2; runtime++) {
    const { Users } = services({ ttl: '1h', store, ...options });
    answers.push(
      await world()
        .bound(new Users())
        .find(...(ids as [unknown])),
    );
    await settle();
  }
  return { answers, keys: [...store.entries.keys()] };
}

describe('in a store that outlives the process', () => {
  it.each<[string, CachedOptions, string]>([
    ['a key alone', { key }, 'Users.find/c:Users/s1'],
    ['a key and scope method', { key, scope: 'method' }, 'Users.find/c:Users/s1'],
    ['a key and scope class', { key, scope: 'class' }, 'Users/c:Users/s1'],
    ['a key and a name', { key, name: 'users' }, 'users//s1'],
    ['scope method', { scope: 'method' }, 'Users.find/m:Users.find/s1'],
    ['scope class', { scope: 'class' }, 'Users/m:Users.find/s1'],
    ['scope class and a name', { scope: 'class', name: 'users' }, 'users/m:Users.find/s1'],
  ])('%s finds what another runtime has kept', async (_what, options, form) => {
    expect(await twice(options)).toEqual({ answers: ['user 1 1', 'user 1 1'], keys: [form] });
  });

  it.each<[string, unknown, string]>([
    ['a number', 42, 'n42'],
    ['a text of the same digits', '42', 's42'],
    ['an empty text', '', 's'],
    ['a text with slashes', 'a/b/../c', 'sa/b/../c'],
    ['a text that looks like a form', 'n42', 'sn42'],
    ['nothing', undefined, 'd'],
    ['an object', { b: 1, a: '2' }, 'd[{1"a:1"2,1"b:1}'],
    ['a text that begins with NUL', '\u0000[', 'd[2"\u0000['],
    ['a text that looks like a split key', '\u00001sx', 'd[4"\u00001sx'],
  ])('%s is one argument in every process', async (_what, id, form) => {
    const { answers, keys } = await twice({ scope: 'method' }, [id]);
    expect([answers[1], keys]).toEqual([answers[0], [`Users.find/m:Users.find/${form}`]]);
  });

  it('keys that are told apart by their type alone are told apart', async () => {
    const { Users } = services({ ttl: '1h', store: new HeldStore(), scope: 'method' });
    const users = world().bound(new Users());
    const ids = [42, '42', 'n42', '\u000042', [42], { 0: 42 }, undefined, '', 'd', null];
    const answers = new Set<string>();
    for (const id of ids) answers.add(await users.find(id));
    await settle();
    expect(answers.size).toBe(ids.length);
    for (const id of ids) expect(answers.has(await users.find(id))).toBe(true);
  });

  it('methods without a key never meet, with a name or in one class; with keys they do', async () => {
    for (const options of [{ scope: 'class' }, { scope: 'class', name: 'users' }] as const) {
      const { Users } = services({ ttl: '1h', store: new HeldStore(), ...options });
      const users = world().bound(new Users());
      expect([await users.find('1'), await users.sizeOf('1')]).toEqual(['user 1 1', 'size of 1 2']);
    }
    for (const options of [
      { scope: 'class', key },
      { name: 'users', key },
    ] as const) {
      const { Users } = services({ ttl: '1h', store: new HeldStore(), ...options });
      const users = world().bound(new Users());
      expect([await users.find('1'), await users.sizeOf('1')]).toEqual(['user 1 1', 'user 1 1']);
    }
  });

  it.each<[CachedOptions]>([[{}], [{ scope: 'instance' }], [{ scope: 'instance', key }], [{ name: 'users' }]])(
    '%o is refused: instances cannot be told apart there',
    (options) => {
      const { Users } = services({ ttl: '1h', store: new HeldStore(), ...options });
      expect(() => world().runtime.prepare(Users)).toThrow(
        "Users.find: @Cached: store outlives the process, and instances do not: say scope: 'method' or 'class', or give a key",
      );
    },
  );

  it('a use that takes its store from a cache that was registered is refused for the same reason', () => {
    const { runtime } = world();
    runtime.caches.register('users', { ttl: '1h', store: new HeldStore() });
    expect(() => runtime.prepare(services({ name: 'users' }).Users)).toThrow('Users.find: @Cached: store outlives');
  });

  it('a static method needs nothing: its class is its only instance', async () => {
    const store = new HeldStore();
    let runs = 0;
    const answers: number[] = [];
    for (let runtime = 0; runtime < 2; runtime++) {
      class Rates {
        @Cached({ ttl: '1h', store })
        static async of(_currency: string): Promise<number> {
          return ++runs;
        }
      }
      answers.push(await world().bound(Rates).of('EUR'));
      await settle();
    }
    expect([answers, [...store.entries.keys()]]).toEqual([[1, 1], ['Rates.of/m:Rates.of/sEUR']]);
  });

  it('a function is known by its name or id, and needs one', async () => {
    const store = new HeldStore();
    const policies: GivenPolicies = { cached: { ttl: '1h', store } };
    async function rate(currency: string): Promise<string> {
      return currency;
    }
    await protect(rate, policies, { runtime: world().runtime })('EUR');
    await protect(async (_: string) => 1, policies, { id: 'rates', runtime: world().runtime })('EUR');
    await settle();
    expect([...store.entries.keys()]).toEqual(['rate/m:rate/sEUR', 'rates/m:rates/sEUR']);
    expect(() => protect(async () => 1, policies, { runtime: world().runtime })).toThrow(
      'store outlives the process, and functions without a name would meet in it: give it an id',
    );
  });

  it('two classes of one name in one runtime are refused, unless they have ids', async () => {
    const options: CachedOptions = { ttl: '1h', store: new HeldStore(), scope: 'method' };
    const { runtime, bound } = world();
    runtime.prepare(services(options).Users);
    expect(() => runtime.prepare(services(options).Users)).toThrow(
      'store outlives the process, and two classes of one name would meet in it: give them an id each',
    );
    const make = (id: string) => {
      @Resilient({ id })
      class Users {
        @Cached(options)
        async find(_id: string): Promise<string> {
          return id;
        }
      }
      return bound(new Users());
    };
    const [one, other] = [make('one'), make('other')];
    expect([await one.find('1'), await other.find('1'), await one.find('1')]).toEqual(['one', 'other', 'one']);
  });

  it('caches never meet, whatever they are called', async () => {
    const store = new HeldStore();
    const { runtime } = world();
    const names = ['a', 'a/', 'a/s1', 'a%2F', 'a%2Fs1', '%', 'a/m:a'];
    const policies: GivenPolicies = { cached: { ttl: '1h', store } };
    const all = names.map((id) => protect(async (key: string) => `${id} ${key}`, policies, { id, runtime }));
    const keys = ['1', '/s1', 's1', 'm:a/s1', '/m:a/s1'];
    const seen: string[] = [];
    for (const run of [0, 1])
      for (const one of all)
        for (const key of keys)
          if (run === 0) await one(key);
          else seen.push(await one(key));
    await settle();
    expect(seen).toEqual(names.flatMap((name) => keys.map((key) => `${name} ${key}`)));
    expect(store.entries.size).toBe(names.length * keys.length);
    await runtime.caches.find('a')?.clear();
    expect(store.entries.size).toBe((names.length - 1) * keys.length);
  });

  it('owners within one cache never meet, whatever they are called', async () => {
    const store = new HeldStore();
    const { runtime } = world();
    const names = ['a', 'a/s', 'a/', 'a%2Fs'];
    const policies: GivenPolicies = { cached: { ttl: '1h', store, name: 'shared' } };
    const all = names.map((id) => protect(async (key: string) => `${id} ${key}`, policies, { id, runtime }));
    for (const one of all)
      for (const key of ['x', '/sx', 's/sx', '/s/sx']) {
        expect(await one(key)).toMatch(new RegExp(`^${names[all.indexOf(one)]} `));
        await settle();
      }
    expect(store.entries.size).toBe(16);
  });

  it('the cache by hand speaks of what its first user has', async () => {
    const store = new HeldStore();
    const { runtime, bound } = world();
    const { Users } = services({ ttl: '1h', store, key, name: 'users' });
    const users = bound(new Users());
    expect(await users.find('1')).toBe('user 1 1');
    await settle();
    const cache = runtime.caches.get('users');
    expect(await cache.get('1')).toBe('user 1 1');
    expect(await cache.wrap('1', () => 'loaded')).toBe('user 1 1');
    await cache.set('2', 'set');
    expect(await users.find('2')).toBe('set');
    expect([await cache.delete('2'), await cache.delete('2')]).toEqual([true, false]);
    const other = world().runtime.caches.register('users', { ttl: '1h', store });
    expect(await other.get('1')).toBe('user 1 1');
  });

  it('delete drops the values of all methods that share the cache', async () => {
    const store = new HeldStore();
    const { runtime, bound } = world();
    const { Users } = services({ ttl: '1h', store, scope: 'class', name: 'users' });
    const users = bound(new Users());
    await users.find('1');
    await users.sizeOf('1');
    await settle();
    expect(store.entries.size).toBe(2);
    expect([await runtime.caches.get('users').delete('1'), store.entries.size]).toEqual([true, 0]);
  });
});

describe('in a store that is given, and ends with the process', () => {
  it('instances are apart, as in memory', async () => {
    const store = new HeldStore({ volatile: true });
    const { Users } = services({ ttl: '1h', store });
    const { bound } = world();
    const [one, other] = [bound(new Users()), bound(new Users())];
    for (let time = 0; time < 2; time++) {
      expect([await one.find('1'), await other.find('1')]).toEqual(['user 1 1', 'user 1 2']);
      await settle();
    }
    expect(store.entries.size).toBe(2);
  });

  it('runtimes are apart, and clear() of one cache leaves the others alone', async () => {
    const store = new HeldStore({ volatile: true });
    const { answers } = await twice({ scope: 'class', key }, ['1'], store);
    expect([answers, store.entries.size]).toEqual([['user 1 1', 'user 1 1'], 2]);
    const one = world().runtime.caches.register('users', { ttl: '1h', store });
    const other = world().runtime.caches.register('users', { ttl: '1h', store });
    await one.set('a', 1);
    expect(await other.get('a')).toBeUndefined();
    await one.clear();
    await one.invalidate('*');
    expect(store.entries.size).toBe(2);
  });
});
