import { describe, expect, it } from 'vitest';
import { Cached, CacheEvict, type CacheStore, Retry } from '../../../decorators/index.js';
import { MemoryStore } from '../../../src/policies/cache/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, flaky, RecordedEvents, settle, testRuntime } from '../../../src/testing/index.js';

/** A world in which instances are bound to one runtime. */
function world() {
  const { runtime, clock } = testRuntime();
  const bound = <T extends object>(instance: T): T => {
    runtime.bind(instance);
    return instance;
  };
  return { runtime, clock, bound, events: new RecordedEvents(runtime) };
}

class Users {
  readonly names = new Map([
    ['1', 'Ada'],
    ['2', 'Bob'],
  ]);
  runs = 0;
  broken = false;

  @Cached({
    name: 'users',
    ttl: '1h',
    key: (id: string) => id,
    tags: (_name: unknown, id: string) => [`user:${id}`, 'all'],
  })
  async find(id: string): Promise<string | undefined> {
    this.runs++;
    return this.names.get(id);
  }

  @CacheEvict({ cache: 'users', key: (id: string) => id })
  async rename(id: string, name: string): Promise<void> {
    if (this.broken) throw new Boom('down');
    this.names.set(id, name);
  }

  @CacheEvict({ cache: 'users', key: (id: string) => id, when: 'before' })
  async touch(_id: string): Promise<void> {
    throw new Boom('down');
  }

  @CacheEvict({ cache: 'users', all: true })
  async reload(): Promise<void> {}

  @CacheEvict({ tags: (id: string) => [`user:${id}`] })
  async forgetOne(_id: string): Promise<void> {}

  @CacheEvict({ tags: ['user:*'] })
  async forgetAll(): Promise<void> {}

  @CacheEvict({ cache: 'users', key: (id?: string) => id })
  async maybe(_id?: string): Promise<void> {}
}

describe('CacheEvict', () => {
  it('drops what the method changes once it has succeeded', async () => {
    const { bound, runtime } = world();
    const users = bound(new Users());
    expect([await users.find('1'), await users.find('2')]).toEqual(['Ada', 'Bob']);
    await users.rename('1', 'Eve');
    expect([await users.find('1'), await users.find('2')]).toEqual(['Eve', 'Bob']);
    expect(users.runs).toBe(3);
    expect(runtime.caches.get('users').stats.size).toBe(2);
  });

  it('leaves everything as it is when the method fails', async () => {
    const users = world().bound(new Users());
    await users.find('1');
    users.broken = true;
    await expect(users.rename('1', 'Eve')).rejects.toThrow(Boom);
    await users.find('1');
    expect(users.runs).toBe(1);
  });

  it('drops before the method where that is asked for, whatever becomes of it', async () => {
    const users = world().bound(new Users());
    await users.find('1');
    await expect(users.touch('1')).rejects.toThrow(Boom);
    await users.find('1');
    expect(users.runs).toBe(2);
  });

  it('drops a key for all instances', async () => {
    const { bound } = world();
    const [one, other] = [bound(new Users()), bound(new Users())];
    await Promise.all([one.find('1'), other.find('1')]);
    await one.rename('1', 'Eve');
    await Promise.all([one.find('1'), other.find('1')]);
    expect([one.runs, other.runs]).toEqual([2, 2]);
  });

  it.each<[string, (users: Users) => Promise<void>, number]>([
    ['everything', (users) => users.reload(), 4],
    ['by the tags that the arguments say', (users) => users.forgetOne('2'), 3],
    ['by a pattern of tags, in all caches', (users) => users.forgetAll(), 4],
    ['nothing without a key', (users) => users.maybe(), 2],
  ])('drops %s', async (_what, change, runs) => {
    const users = world().bound(new Users());
    await Promise.all([users.find('1'), users.find('2')]);
    await change(users);
    await Promise.all([users.find('1'), users.find('2')]);
    expect(users.runs).toBe(runs);
  });

  it('beats a load that is under way: its callers get the value, but it is not kept', async () => {
    const { bound } = world();
    let answer: (value: string) => void = () => {};
    class Slow {
      runs = 0;

      @Cached({ name: 'slow', ttl: '1h', key: (id: string) => id })
      find(_id: string): Promise<string> {
        this.runs++;
        return new Promise((resolve) => {
          answer = resolve;
        });
      }

      @CacheEvict({ cache: 'slow', key: (id: string) => id })
      async change(_id: string): Promise<void> {}
    }
    const slow = bound(new Slow());
    const old = slow.find('1');
    await slow.change('1');
    answer('old');
    expect(await old).toBe('old');
    const fresh = slow.find('1');
    answer('new');
    expect([await fresh, slow.runs]).toEqual(['new', 2]);
  });

  it('drops once for a call, however often it is tried', async () => {
    const { bound, runtime } = world();
    class Service {
      readonly attempt = flaky.failing([new Boom(), new Boom()], 'done');

      @CacheEvict({ cache: 'none', all: true })
      @Retry({ maxAttempts: 3, delay: 0 })
      change(): Promise<string> {
        return this.attempt();
      }
    }
    await bound(new Service()).change();
    const [method] = [...runtime.methods()];
    expect(method?.policies.find(({ kind }) => kind === 'cacheEvict')?.stats).toEqual({ drops: 1 });
  });

  it('tells once of a cache that there is not', async () => {
    const { bound, events } = world();
    class Service {
      @CacheEvict({ cache: ['typo', 'users'], all: true })
      async change(): Promise<void> {}
    }
    const service = bound(new Service());
    await service.change();
    await service.change();
    expect(events.of('cache.unknown')).toEqual([
      { site: 'Service.change', cache: 'typo' },
      { site: 'Service.change', cache: 'users' },
    ]);
  });

  it('rejects a call whose key cannot be read, before the method runs', async () => {
    const { bound } = world();
    let runs = 0;
    class Service {
      @CacheEvict({
        cache: 'users',
        key: () => {
          throw new Boom('no key');
        },
      })
      async change(): Promise<void> {
        runs++;
      }

      @CacheEvict({ tags: () => [''] })
      async wrong(): Promise<void> {
        runs++;
      }
    }
    const service = bound(new Service());
    await expect(service.change()).rejects.toThrow('no key');
    await expect(service.wrong()).rejects.toThrow(
      "Service.wrong: @CacheEvict: tags must return a list of tags, but got [ '' ]",
    );
    expect(runs).toBe(0);
  });

  it.each<[object, string]>([
    [{}, '@CacheEvict: key or tags or all must be given, and only one of them'],
    [{ cache: 'a', key: () => 1, all: true }, '@CacheEvict: key or tags or all must be given, and only one of them'],
    [{ all: true }, '@CacheEvict: cache must be given'],
    [{ key: () => 1 }, '@CacheEvict: cache must be given'],
  ])('refuses %o when it is prepared', (options, message) => {
    const { runtime } = world();
    expect(() => protect(async () => 1, { cacheEvict: options }, { runtime, id: 'Some' })).toThrow(message);
  });

  it.each<[object, string]>([
    [{ cache: [], all: true }, '@CacheEvict: cache must be the name of a cache, or a list of names'],
    [{ cache: 'a', all: false }, '@CacheEvict: all must be true'],
    [{ cache: 'a', tags: 'x' }, '@CacheEvict: tags must be a list of tags, not empty, or a function that returns one'],
    [{ tags: [] }, '@CacheEvict: tags must be a list of tags, not empty, or a function that returns one, but got []'],
    [{ cache: 'a', all: true, when: 'during' }, "@CacheEvict: when must be one of 'after', 'before'"],
  ])('refuses %o at the decorator', (options, message) => {
    expect(() => CacheEvict(options as never)).toThrow(message);
  });
});

/** A store that seems to outlive the process. */
function lasting(): CacheStore {
  const memory = new MemoryStore({ max: 100 });
  return {
    get: (key) => memory.get(key),
    set: async (key, entry) => memory.set(key, entry),
    delete: async (key) => memory.delete(key),
    deleteByTag: async (pattern, sweep) => memory.deleteByTag(pattern, sweep),
    clear: async (sweep) => memory.clear(sweep),
  };
}

describe('CacheEvict and a store that outlives the process', () => {
  const service = (store: CacheStore) => {
    class Rates {
      runs = 0;

      @Cached({ name: 'rates', ttl: '1h', key: (currency: string) => currency, tags: ['rates'], store })
      async rate(_currency: string): Promise<number> {
        return ++this.runs;
      }

      @CacheEvict({ cache: 'rates', key: (currency: string) => currency })
      async change(_currency: string): Promise<void> {}

      @CacheEvict({ cache: 'rates', tags: ['rates'] })
      async changeAll(): Promise<void> {}
    }
    return world().bound(new Rates());
  };

  it.each<[string, (rates: ReturnType<typeof service>) => Promise<void>]>([
    ['a key', (rates) => rates.change('EUR')],
    ['tags', (rates) => rates.changeAll()],
  ])('drops by %s what an earlier process kept, also when the cache is made only later', async (_by, change) => {
    const store = lasting();
    await service(store).rate('EUR');
    await settle();
    const restarted = service(store);
    await change(restarted); // the cache of rate() is not there yet
    await restarted.rate('EUR');
    expect(restarted.runs).toBe(1);
    const again = service(store);
    await settle();
    await again.rate('EUR');
    expect(again.runs).toBe(0);
  });

  it('lets the call succeed when the store fails, and gives what it should have dropped no more', async () => {
    const store = { ...lasting(), delete: () => Promise.reject(new Boom('store down')) };
    const { runtime, clock, bound, events } = world();
    class Rates {
      runs = 0;

      @Cached({ name: 'rates', ttl: '1h', key: (currency: string) => currency, store })
      async rate(_currency: string): Promise<number> {
        return ++this.runs;
      }

      @CacheEvict({ cache: 'rates', key: (currency: string) => currency })
      async change(_currency: string): Promise<string> {
        return 'changed';
      }
    }
    const rates = bound(new Rates());
    await rates.rate('EUR');
    await clock.advance(10);
    const changed = rates.change('EUR');
    await clock.advance(1000);
    expect(await changed).toBe('changed');
    expect(events.of('cache.storeFailed')).toMatchObject([{ operation: 'delete', cache: 'rates', key: 'EUR' }]);
    expect([await rates.rate('EUR'), runtime.caches.get('rates').stats.storeFailures]).toEqual([2, 1]);
  });
});
