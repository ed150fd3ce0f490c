import { describe, expect, it } from 'vitest';
import { Cached, CachePut, Fallback } from '../../../decorators/index.js';
import { Boom, testRuntime } from '../../../src/testing/index.js';

interface User {
  readonly id: string;
  readonly name: string;
}

class Users {
  runs = 0;
  saves = 0;

  @Cached({ name: 'users', ttl: '1h', key: (id: string) => id })
  async find(id: string): Promise<User> {
    this.runs++;
    return { id, name: 'loaded' };
  }

  @CachePut({ cache: 'users', key: (user: User) => user.id, tags: (user: User) => [`name:${user.name}`] })
  async save(user: User): Promise<User> {
    this.saves++;
    if (user.name === '') throw new Boom('no name');
    return user;
  }

  @CachePut({ cache: 'users', resultKey: (user: User) => user.id, cacheIf: (user: User) => user.name !== 'secret' })
  async create(name: string): Promise<User> {
    return { id: '7', name };
  }

  @Fallback({ value: { id: '1', name: 'substitute' } })
  @CachePut({ cache: 'users', key: (id: string) => id })
  async fails(_id: string): Promise<User> {
    throw new Boom('down');
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

describe('CachePut', () => {
  it('runs the method always, and keeps what it returns for those who read', async () => {
    const { bound, runtime } = world();
    const users = bound(new Users());
    runtime.prepare(Users);
    await users.save({ id: '1', name: 'Ada' });
    await users.save({ id: '1', name: 'Eve' });
    expect(await users.find('1')).toEqual({ id: '1', name: 'Eve' });
    expect([users.saves, users.runs]).toEqual([2, 0]);
  });

  it('replaces what was kept, and drops what other instances had kept', async () => {
    const { bound } = world();
    const [one, other] = [bound(new Users()), bound(new Users())];
    await Promise.all([one.find('1'), other.find('1')]);
    await one.save({ id: '1', name: 'Eve' });
    expect([await one.find('1'), await other.find('1')]).toEqual([
      { id: '1', name: 'Eve' },
      { id: '1', name: 'loaded' },
    ]);
    expect([one.runs, other.runs]).toEqual([1, 2]);
  });

  it('keeps nothing where the method fails, also when a substitute answers', async () => {
    const { bound, runtime } = world();
    const users = bound(new Users());
    runtime.prepare(Users);
    await expect(users.save({ id: '1', name: '' })).rejects.toThrow('no name');
    expect(await users.fails('1')).toEqual({ id: '1', name: 'substitute' });
    expect((await users.find('1')).name).toBe('loaded');
  });

  it('takes its key from the result where the arguments do not tell, and keeps only what it should', async () => {
    const { bound, runtime } = world();
    const users = bound(new Users());
    runtime.prepare(Users);
    await users.create('Ada');
    expect((await users.find('7')).name).toBe('Ada');
    await users.create('secret');
    expect((await users.find('7')).name).toBe('loaded');
  });

  it('gives tags to what it keeps', async () => {
    const { bound, runtime } = world();
    const users = bound(new Users());
    runtime.prepare(Users);
    await users.save({ id: '1', name: 'Ada' });
    await runtime.caches.invalidate('name:A*');
    expect((await users.find('1')).name).toBe('loaded');
  });

  it('drops what readers of another class have, whose instance is not its own', async () => {
    const { bound } = world();
    class Importer {
      @CachePut({ cache: 'users', key: (user: User) => user.id })
      async import(user: User): Promise<User> {
        return user;
      }
    }
    const users = bound(new Users());
    await users.find('1');
    await bound(new Importer()).import({ id: '1', name: 'Eve' });
    expect((await users.find('1')).name).toBe('loaded');
    expect(users.runs).toBe(2);
  });

  it('beats a load that is under way', async () => {
    const { bound } = world();
    let answer: (user: User) => void = () => {};
    class Slow {
      @Cached({ name: 'slow', ttl: '1h', key: (id: string) => id })
      find(_id: string): Promise<User> {
        return new Promise((resolve) => {
          answer = resolve;
        });
      }

      @CachePut({ cache: 'slow', key: (user: User) => user.id })
      async save(user: User): Promise<User> {
        return user;
      }
    }
    const slow = bound(new Slow());
    const old = slow.find('1');
    await slow.save({ id: '1', name: 'new' });
    answer({ id: '1', name: 'old' });
    expect([(await old).name, (await slow.find('1')).name]).toEqual(['old', 'new']);
  });

  it.each<[object, string]>([
    [{ key: () => 1 }, '@CachePut: cache must be given'],
    [{ cache: 'a' }, '@CachePut: key or resultKey must be given, and only one of them'],
    [{ cache: 'a', key: () => 1, resultKey: () => 1 }, '@CachePut: key or resultKey must be given, and only one'],
  ])('refuses %o when it is prepared', async (options, message) => {
    const { bound } = world();
    class Service {
      @CachePut(options as { cache: string; key: () => number })
      async save(): Promise<void> {}
    }
    await expect(bound(new Service()).save()).rejects.toThrow(message);
  });
});
