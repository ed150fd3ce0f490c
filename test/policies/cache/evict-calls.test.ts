import { describe, expect, it } from 'vitest';
import { Cached, CacheEvict, CachePut, Dedup, Fallback, Resilient, Retry, Timeout } from '../../../decorators/index.js';
import { RuntimeDisposedError } from '../../../src/core/index.js';
import { explain } from '../../../src/runtime/index.js';
import { Boom, flaky, settle, testRuntime, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';

function world() {
  const { runtime, clock } = testRuntime();
  const bound = <T extends object>(instance: T): T => {
    runtime.bind(instance);
    return instance;
  };
  return { runtime, clock, bound };
}

const keyOf = (id: string) => id;

describe('an eviction whose store takes its time', () => {
  /** A value in the store, whose deletion hangs. */
  async function evicting() {
    const store = new HeldStore();
    const { runtime, clock, bound } = world();
    class Users {
      runs = 0;
      changes = 0;

      @Cached({ name: 'users', ttl: '1h', key: keyOf, store })
      async find(id: string): Promise<string> {
        return `${id} ${++this.runs}`;
      }

      @CacheEvict({ cache: 'users', key: keyOf })
      async change(_id: string, _signal?: AbortSignal): Promise<string> {
        this.changes++;
        return 'changed';
      }

      @CacheEvict({ cache: 'users', key: keyOf, when: 'before' })
      async changeAfter(_id: string, _signal?: AbortSignal): Promise<string> {
        this.changes++;
        return 'changed';
      }
    }
    const users = bound(new Users());
    await users.find('1');
    await settle();
    await clock.advance(10);
    store.holds.add('delete');
    return { store, runtime, clock, users };
  }

  it('does not keep a caller who leaves, and goes on', async () => {
    const { store, users } = await evicting();
    const controller = new AbortController();
    const changed = watch(users.change('1', controller.signal));
    await settle();
    expect([changed.state, store.waiting.length]).toEqual(['pending', 1]);
    controller.abort(new Boom('gone'));
    await settle();
    expect(changed.error).toEqual(new Boom('gone'));
    store.waiting[0]?.go();
    await settle();
    expect([store.entries.size, await users.find('1')]).toEqual([0, '1 2']);
  });

  it('does not run the method of a caller who has left before it was its turn', async () => {
    const { store, users } = await evicting();
    const controller = new AbortController();
    const changed = watch(users.changeAfter('1', controller.signal));
    await settle();
    controller.abort(new Boom('gone'));
    store.waiting[0]?.go();
    await settle();
    expect([changed.error, users.changes, await users.find('1')]).toEqual([new Boom('gone'), 0, '1 2']);
  });

  it('does not run the method once the runtime is closing', async () => {
    const { clock, runtime, users } = await evicting();
    const changed = watch(users.changeAfter('1'));
    await settle();
    const disposal = runtime.dispose();
    await clock.advance(20_000);
    await disposal;
    expect([changed.error, users.changes]).toEqual([expect.any(RuntimeDisposedError), 0]);
  });

  it('gives what it is about to drop to nobody in this process', async () => {
    const { users } = await evicting();
    watch(users.change('1'));
    await settle();
    expect(await users.find('1')).toBe('1 2');
  });

  it.each(['change', 'changeAfter'] as const)(
    'keeps no call longer than a read would, and is done behind: %s',
    async (method) => {
      const { store, clock, users } = await evicting();
      const changed = watch(users[method]('1'));
      await clock.advance(49);
      expect([changed.state, store.entries.size]).toEqual(['pending', 1]);
      await clock.advance(1);
      expect([changed.value, store.entries.size]).toEqual(['changed', 1]);
      expect(await users.find('1')).toBe('1 2');
      store.waiting[0]?.go();
      await settle();
      expect(store.asked.filter((asked) => asked.startsWith('delete'))).toHaveLength(1);
    },
  );

  it('is done before its runtime is gone', async () => {
    const { store, runtime, clock, users } = await evicting();
    const changed = watch(users.change('1'));
    await clock.advance(50);
    const disposal = watch(runtime.dispose());
    await settle();
    expect([changed.value, disposal.state]).toEqual(['changed', 'pending']);
    store.waiting[0]?.go();
    await settle();
    expect([disposal.state, store.entries.size]).toEqual(['resolved', 0]);
  });
});

describe('an eviction beside other policies', () => {
  it('follows the attempt that succeeds, and drops nothing for a call that failed or got a substitute', async () => {
    const { bound, clock } = world();
    class Users {
      runs = 0;
      readonly attempt = flaky.failing([new Boom(), new Boom()], 'changed');

      @Cached({ name: 'users', ttl: '1h', key: keyOf })
      async find(id: string): Promise<string> {
        return `${id} ${++this.runs}`;
      }

      @CacheEvict({ cache: 'users', key: keyOf })
      @Retry({ maxAttempts: 3, delay: 0 })
      change(_id: string): Promise<string> {
        return this.attempt();
      }

      @Fallback({ value: 'substitute' })
      @CacheEvict({ cache: 'users', key: keyOf })
      async fails(_id: string): Promise<string> {
        throw new Boom('down');
      }

      @Timeout('1s')
      @CacheEvict({ cache: 'users', key: keyOf })
      hangs(_id: string): Promise<string> {
        return new Promise(() => {});
      }
    }
    const users = bound(new Users());
    await users.find('1');
    expect(await users.fails('1')).toBe('substitute');
    const hung = watch(users.hangs('1'));
    await clock.advance(1000);
    expect([hung.state, await users.find('1')]).toEqual(['rejected', '1 1']);
    expect([await users.change('1'), await users.find('1')]).toEqual(['changed', '1 2']);
  });

  it('happens for everyone who joined the call of another', async () => {
    const { bound, runtime } = world();
    class Users {
      runs = 0;

      @CacheEvict({ cache: 'users', all: true })
      @Dedup()
      async change(): Promise<number> {
        return ++this.runs;
      }
    }
    runtime.caches.register('users', { ttl: '1h' });
    const users = bound(new Users());
    expect(await Promise.all([users.change(), users.change()])).toEqual([1, 1]);
    expect([...runtime.methods()][0]?.policies[0]?.stats).toEqual({ drops: 2 });
  });

  it('is none where it is switched off', async () => {
    const { bound } = world();
    class Users {
      runs = 0;

      @Cached({ name: 'users', ttl: '1h', key: keyOf })
      async find(id: string): Promise<string> {
        return `${id} ${++this.runs}`;
      }

      @CacheEvict({ cache: 'users', key: keyOf, enabled: false })
      @CachePut({ cache: 'users', key: keyOf, enabled: false })
      async change(id: string): Promise<string> {
        return id;
      }
    }
    const users = bound(new Users());
    await users.find('1');
    await users.change('1');
    expect(await users.find('1')).toBe('1 1');
  });

  it('is what the class says, unless the method says it otherwise', async () => {
    const { bound, runtime } = world();
    @Resilient({ cacheEvict: { cache: 'users', tags: ['users'] }, cachePut: { cache: 'names', key: keyOf } })
    class Users {
      @Resilient()
      async all(): Promise<void> {}

      @CacheEvict({ key: keyOf })
      @CachePut({ resultKey: (name: string) => name } as never)
      async one(id: string): Promise<string> {
        return `name of ${id}`;
      }
    }
    const [users, names] = [
      runtime.caches.register('users', { ttl: '1h' }),
      runtime.caches.register('names', { ttl: '1h' }),
    ];
    const service = bound(new Users());
    users.set('1', 1, { tags: ['users'] });
    users.set('2', 2, { tags: ['users'] });
    await service.one('1');
    expect([users.get('1'), users.get('2'), names.get('name of 1')]).toEqual([undefined, 2, 'name of 1']);
    await service.all();
    expect(users.get('2')).toBeUndefined();
    expect(explain(service).map(({ nesting }) => nesting.map(({ summary }) => summary))).toEqual([
      ['by tags from users, after', 'into names'],
      ['by key from users, after', 'into names'],
    ]);
  });
});

describe('the keys and tags of an eviction', () => {
  it('may come from the instance, and be of any kind', async () => {
    const { bound } = world();
    class Users {
      runs = 0;
      constructor(readonly tenant: string) {}

      @Cached({
        name: 'users',
        ttl: '1h',
        scope: 'class',
        key(this: Users, id: number | string) {
          return [this.tenant, id];
        },
        tags(this: Users) {
          return [this.tenant];
        },
      })
      async find(id: number | string): Promise<string> {
        return `${this.tenant} ${id} ${++this.runs}`;
      }

      @CacheEvict({
        cache: 'users',
        key(this: Users, id: number | string) {
          return [this.tenant, id];
        },
      })
      async change(_id: number | string): Promise<void> {}

      @CacheEvict({
        tags(this: Users) {
          return [this.tenant];
        },
      })
      async changeAll(): Promise<void> {}
    }
    const [acme, other] = [bound(new Users('acme')), bound(new Users('other'))];
    const found = async () => [await acme.find(1), await acme.find('1'), await other.find(1)];
    expect(await found()).toEqual(['acme 1 1', 'acme 1 2', 'other 1 1']);
    await acme.change(1);
    expect(await found()).toEqual(['acme 1 3', 'acme 1 2', 'other 1 1']);
    await other.changeAll();
    expect(await found()).toEqual(['acme 1 3', 'acme 1 2', 'other 1 2']);
  });

  it.each([0, Number.NaN, -0, '', '\u0000', '1n', Number.POSITIVE_INFINITY])('may be %o', async (key) => {
    const { bound } = world();
    class Users {
      runs = 0;

      @Cached({ name: 'users', ttl: '1h', key: (id: unknown) => id })
      async find(_id: unknown): Promise<number> {
        return ++this.runs;
      }

      @CacheEvict({ cache: 'users', key: (id: unknown) => id })
      async change(_id: unknown): Promise<void> {}
    }
    const all = Array.from({ length: 5 }, () => bound(new Users()));
    for (const users of all) await users.find('other'); // with values of their own
    const last = all.at(-1) as Users;
    last.runs = 0;
    await last.find(key);
    await all[0]?.change('other');
    await all[0]?.change(key);
    expect(await last.find(key)).toBe(2);
  });

  it('drop nothing where there are none', async () => {
    const { bound, runtime } = world();
    class Users {
      @CacheEvict({ tags: () => [] })
      async change(): Promise<void> {}
    }
    await bound(new Users()).change();
    expect([...runtime.methods()][0]?.policies[0]?.stats).toEqual({ drops: 0 });
  });
});
