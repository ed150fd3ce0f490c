import { describe, expect, it } from 'vitest';
import { Cached, CachePut } from '../../../decorators/index.js';
import { protect } from '../../../src/runtime/index.js';
import { testRuntime } from '../../../src/testing/index.js';

interface User {
  readonly id: string;
  readonly name: string;
}

const idOf = (user: User) => user.id;

class Users {
  constructor(readonly tenant = 'acme') {}

  @Cached({ name: 'users', ttl: '1h', key: (id: string) => id })
  async find(id: string): Promise<User> {
    return { id, name: `${this.tenant} loaded` };
  }

  @CachePut({ cache: 'users', key: idOf })
  async save(user: User): Promise<User> {
    return user;
  }
}

class Guests {
  @Cached({ name: 'users', key: (id: string) => id })
  async find(id: string): Promise<User> {
    return { id, name: 'guest loaded' };
  }

  @CachePut({ cache: 'users', key: idOf })
  async save(user: User): Promise<User> {
    return user;
  }
}

function world() {
  const { runtime } = testRuntime();
  const bound = <T extends object>(instance: T): T => {
    runtime.bind(instance);
    return instance;
  };
  return { runtime, bound };
}

describe('a put', () => {
  it('is seen by the readers of its instance, however many classes read the cache', async () => {
    const { runtime, bound } = world();
    runtime.prepare(Users, Guests);
    const [users, guests] = [bound(new Users()), bound(new Guests())];
    await users.save({ id: '1', name: 'Ada' });
    expect((await users.find('1')).name).toBe('Ada');
    expect((await guests.find('1')).name).toBe('guest loaded');
    await guests.save({ id: '1', name: 'Bob' });
    expect((await guests.find('1')).name).toBe('Bob');
    expect((await users.find('1')).name).toBe('acme loaded');
  });

  it('is seen by readers that share their values, whatever others do', async () => {
    const { runtime, bound } = world();
    class Shared {
      @Cached({ name: 'users', ttl: '1h', scope: 'class', key: (id: string) => id })
      async find(id: string): Promise<User> {
        return { id, name: 'shared loaded' };
      }
    }
    runtime.prepare(Shared, Users);
    await bound(new Users()).save({ id: '1', name: 'Ada' });
    expect((await bound(new Shared()).find('1')).name).toBe('Ada');
  });

  it('is seen on an instance of a class that inherits, where the cache has a name', async () => {
    const { runtime, bound } = world();
    class Admins extends Users {}
    runtime.prepare(Users, Admins);
    const admins = bound(new Admins());
    await admins.save({ id: '1', name: 'Ada' });
    expect((await admins.find('1')).name).toBe('Ada');
  });

  it.each([
    { name: 'users', ttl: '1h' },
    { name: 'users', ttl: '1h', scope: 'class' },
  ] as const)('is no answer to the question of another method of the cache that has no key: %o', async (options) => {
    const { runtime, bound } = world();
    class Lengths extends Users {
      @Cached(options)
      async lengthOf(id: string): Promise<number> {
        return id.length;
      }
    }
    runtime.prepare(Lengths);
    const lengths = bound(new Lengths());
    await lengths.lengthOf('1');
    await lengths.save({ id: '1', name: 'Ada' });
    expect([(await lengths.find('1')).name, await lengths.lengthOf('1')]).toEqual(['Ada', 1]);
  });

  it('is no answer to methods without a key that share the cache of their class', async () => {
    const { runtime, bound } = world();
    class Lengths {
      @Cached({ ttl: '1h', scope: 'class' })
      async lengthOf(id: string): Promise<number> {
        return id.length;
      }

      @CachePut({ cache: 'Lengths', key: idOf })
      async save(user: User): Promise<User> {
        return user;
      }
    }
    runtime.prepare(Lengths);
    const lengths = bound(new Lengths());
    await lengths.save({ id: '1', name: 'Ada' });
    expect(await lengths.lengthOf('1')).toBe(1);
  });

  it('is seen by a method without a key in the cache that is called as the method', async () => {
    const { runtime, bound } = world();
    class Plain {
      @Cached('1h')
      async find(id: string): Promise<User> {
        return { id, name: 'loaded' };
      }

      @CachePut({ cache: 'Plain.find', key: idOf })
      async save(user: User): Promise<User> {
        return user;
      }
    }
    runtime.prepare(Plain);
    const plain = bound(new Plain());
    await plain.save({ id: '1', name: 'Ada' });
    expect((await plain.find('1')).name).toBe('Ada');
  });

  it('is seen on its own instance alone, also where nobody has read the cache yet', async () => {
    const { runtime, bound } = world();
    runtime.caches.register('users', { ttl: '1h' });
    const [acme, other] = [bound(new Users('acme')), bound(new Users('other'))];
    await acme.save({ id: '1', name: 'secret of acme' });
    expect((await other.find('1')).name).toBe('other loaded');
    expect((await acme.find('1')).name).toBe('secret of acme');
  });

  it('of a plain function is seen by functions, by hand, and by nobody with values of his own', async () => {
    const { runtime, bound } = world();
    const cache = runtime.caches.register('users', { ttl: '1h' });
    const save = protect(async (user: User) => user, { cachePut: { cache: 'users', key: idOf } }, { runtime });
    await save.call(new Date(), { id: '1', name: 'Ada' });
    expect(cache.get('1')).toEqual({ id: '1', name: 'Ada' });
    const key = (id: string) => id;
    const find = protect(
      async (id: string) => ({ id, name: 'found' }),
      { cached: { name: 'users', key } },
      { runtime },
    );
    expect((await find('1')).name).toBe('Ada');
    expect((await bound(new Users()).find('1')).name).toBe('acme loaded');
  });
});
