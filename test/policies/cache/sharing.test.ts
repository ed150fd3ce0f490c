import { describe, expect, it } from 'vitest';
import { Cached, type CachedOptions, Resilient } from '../../../decorators/index.js';
import { type GivenPolicies, protect } from '../../../src/runtime/index.js';
import { testRuntime } from '../../../src/testing/index.js';

/** Makes instances in one runtime. */
function world() {
  const { runtime } = testRuntime();
  const bound = <T extends object>(instance: T): T => {
    runtime.bind(instance);
    return instance;
  };
  return { runtime, bound };
}

/** A service with two methods that count how often they ran. */
function services(options: CachedOptions, sizeOptions: CachedOptions = options) {
  class Users {
    runs = 0;

    constructor(readonly tenant = 'acme') {}

    @Cached(options)
    async find(id: string): Promise<string> {
      return `${this.tenant} ${id} ${++this.runs}`;
    }

    @Cached(sizeOptions)
    async sizeOf(id: string): Promise<number> {
      return id.length + ++this.runs;
    }
  }
  class Guests extends Users {}
  return { Users, Guests };
}

describe('what a cache shares', () => {
  it('is nothing between two instances, unless it is asked for: clients with other credentials never meet', async () => {
    const { bound, runtime } = world();
    const { Users } = services({ ttl: '1m' });
    const [acme, other] = [bound(new Users('acme')), bound(new Users('other'))];
    expect([await acme.find('1'), await other.find('1'), await acme.find('1'), await other.find('1')]).toEqual([
      'acme 1 1',
      'other 1 1',
      'acme 1 1',
      'other 1 1',
    ]);
    expect(runtime.caches.get('Users.find').stats).toMatchObject({ size: 2, hits: 2 });
  });

  it('is the room of one cache, however many instances there are', async () => {
    const { bound, runtime } = world();
    const { Users } = services({ ttl: '1m', max: 10 });
    for (let instance = 0; instance < 100; instance++) await bound(new Users()).find('1');
    expect(runtime.caches.get('Users.find').stats).toMatchObject({ size: 10, evictions: 90 });
  });

  it.each(['method', 'class'] as const)('are the values between instances, with scope %s', async (scope) => {
    const { bound } = world();
    const { Users } = services({ ttl: '1m', scope });
    const [one, other] = [bound(new Users()), bound(new Users())];
    expect([await one.find('1'), await other.find('1')]).toEqual(['acme 1 1', 'acme 1 1']);
    expect(other.runs).toBe(0);
  });

  it('are not the values of two methods: equal arguments are two questions', async () => {
    for (const options of [
      { ttl: '1m' },
      { ttl: '1m', scope: 'class' },
      { ttl: '1m', name: 'shared' },
      { ttl: '1m', name: 'shared', scope: 'class' },
    ] as const) {
      const { Users } = services(options);
      const users = world().bound(new Users());
      expect([await users.find('1'), await users.sizeOf('1'), await users.find('1')]).toEqual([
        'acme 1 1',
        3,
        'acme 1 1',
      ]);
    }
  });

  it('are not the values of two methods either when only one of them has a key', async () => {
    const named = { ttl: '1m', name: 'shared', scope: 'class' } as const;
    for (const [one, other] of [
      [named, { ...named, key: (id: string) => id }],
      [{ ...named, key: (id: string) => id }, named],
    ] as const) {
      const { Users } = services(one, other);
      const users = world().bound(new Users());
      expect([await users.find('1'), await users.sizeOf('1')]).toEqual(['acme 1 1', 3]);
    }
  });

  it('are the values of two methods that both say by key what they ask for', async () => {
    for (const more of [{ name: 'shared' }, { scope: 'class' }, { name: 'shared', scope: 'class' }] as const) {
      const { Users } = services({ ttl: '1m', key: (id: string) => id, ...more });
      const users = world().bound(new Users());
      expect([await users.find('1'), await users.sizeOf('1')]).toEqual(['acme 1 1', 'acme 1 1']);
    }
  });

  it('is nothing between two classes, also when one inherits from the other', async () => {
    const { bound, runtime } = world();
    const { Users, Guests } = services({ ttl: '1m', scope: 'method' });
    expect([await bound(new Users()).find('1'), await bound(new Guests('guest')).find('1')]).toEqual([
      'acme 1 1',
      'guest 1 1',
    ]);
    const names = [...runtime.caches.entries()].map(([name]) => name);
    expect(names.filter((name) => name.endsWith('.find'))).toEqual(['Users.find', 'Guests.find']);
  });

  it('is nothing between two classes that only have the same name, as a minifier makes them', async () => {
    const { bound } = world();
    for (const options of [
      { scope: 'method' },
      { scope: 'class' },
      { scope: 'class', key: (id: string) => id },
    ] as const) {
      const [one, other] = [services({ ttl: '1m', ...options }), services({ ttl: '1m', ...options })];
      expect([await bound(new one.Users('one')).find('1'), await bound(new other.Users('other')).find('1')]).toEqual([
        'one 1 1',
        'other 1 1',
      ]);
    }
  });

  it('are the values of two classes under one name, where they have keys and are not split by instance', async () => {
    const { bound, runtime } = world();
    const options = { ttl: '1m', name: 'users', scope: 'class', key: (id: string) => id } as const;
    const [one, other] = [services(options), services(options)];
    expect([await bound(new one.Users('one')).find('1'), await bound(new other.Users('other')).find('1')]).toEqual([
      'one 1 1',
      'one 1 1',
    ]);
    expect(runtime.caches.get('users').stats).toMatchObject({ size: 1, hits: 1 });
  });

  it('is nothing between two runtimes', async () => {
    const { Users } = services({ ttl: '1m', scope: 'class', name: 'users' });
    const [one, other] = [world().bound(new Users('one')), world().bound(new Users('other'))];
    expect([await one.find('1'), await other.find('1')]).toEqual(['one 1 1', 'other 1 1']);
  });

  it('are the values of a static method, whose only instance is its class', async () => {
    let runs = 0;
    class Rates {
      @Cached('1m')
      static async of(_currency: string): Promise<number> {
        return ++runs;
      }
    }
    const { runtime, bound } = world();
    bound(Rates);
    expect([await Rates.of('EUR'), await Rates.of('EUR')]).toEqual([1, 1]);
    expect(runtime.caches.get('Rates.of').get('EUR')).toBe(1);
  });

  it('are the values of a plain function, whatever its this happens to be', async () => {
    const { runtime } = world();
    let runs = 0;
    const find = protect(async (_id: string) => ++runs, { cached: '1m' }, { id: 'find', runtime });
    const api = { find };
    expect([await find('1'), await api.find('1'), await find.call(new Date(), '1')]).toEqual([1, 1, 1]);
  });

  it('is nothing between two functions of one name', async () => {
    const { runtime } = world();
    const policies: GivenPolicies = { cached: { ttl: '1m', scope: 'class', key: (id: string) => id } };
    const [one, other] = ['one', 'other'].map((name) =>
      protect(async (_id: string) => name, policies, { id: 'find', runtime }),
    );
    expect([await one?.('1'), await other?.('1')]).toEqual(['one', 'other']);
  });
});

describe('a cache that several uses share', () => {
  it('has the options of the first use that gives some; the others may come without', async () => {
    const { runtime, bound } = world();
    const { Users } = services({ name: 'users', ttl: 1000, max: 5 }, { name: 'users' });
    runtime.prepare(Users);
    expect(await bound(new Users()).sizeOf('1')).toBe(2);
    expect([...runtime.methods()].map(({ policies }) => policies[0]?.summary)).toEqual([
      'fresh for 1000 ms',
      'fresh for 1000 ms',
    ]);
  });

  it('takes the options of a cache that was registered before', async () => {
    const { runtime } = world();
    runtime.caches.register('users', { ttl: '1s', staleFor: '2s', staleIfError: '3s' });
    const { Users } = services({ name: 'users' });
    runtime.prepare(Users);
    const [{ policies } = { policies: [] }] = runtime.methods();
    expect(policies[0]).toMatchObject({
      uses: 'users',
      summary: 'fresh for 1000 ms, stale for 2000 ms, 3000 ms if loading fails',
    });
  });

  it('cannot have two times to live', () => {
    const { Users } = services({ name: 'users', ttl: '1m' }, { name: 'users', ttl: '2m' });
    expect(() => world().runtime.prepare(Users)).toThrow(
      "Users.sizeOf: @Cached: ttl of 'users' is already set by Users.find: two uses of a name must agree, but got { 'Users.find': 60000, 'Users.sizeOf': 120000 }",
    );
  });

  it('cannot be made without a time to live', () => {
    expect(() => world().runtime.prepare(services({ name: 'users' }).Users)).toThrow(
      "Users.find: @Cached: ttl must be given: there is no cache 'users' that has it",
    );
    expect(() => world().runtime.prepare(services({ max: 5 }).Users)).toThrow('Users.find: @Cached: ttl must be given');
  });

  it('may be given to a whole class', async () => {
    @Resilient({ cached: { ttl: '1m', name: 'users', scope: 'class' } })
    class Users {
      @Resilient()
      async find(id: string): Promise<string> {
        return `user ${id}`;
      }

      @Cached({ ttl: '1m' })
      async count(id: string): Promise<number> {
        return id.length;
      }
    }
    const { runtime, bound } = world();
    const users = bound(new Users());
    expect([await users.find('1'), await users.count('1'), await users.find('1')]).toEqual(['user 1', 1, 'user 1']);
    expect(runtime.caches.get('users').stats).toMatchObject({ size: 2, hits: 1 });
  });
});
