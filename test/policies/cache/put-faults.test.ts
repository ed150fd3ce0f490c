import { describe, expect, it } from 'vitest';
import { Cached, CachePut, type CachePutOptions } from '../../../decorators/index.js';
import type { CacheOptions } from '../../../src/policies/cache/index.js';
import { Boom, RecordedEvents, testRuntime } from '../../../src/testing/index.js';

const boom = () => {
  throw new Boom('mistake');
};

/** An instance that has the value of '1' already, and puts another. */
async function users(put: Partial<CachePutOptions>, cached: CacheOptions = { ttl: '1h' }) {
  const { runtime } = testRuntime();
  class Users {
    version = 1;

    @Cached({ name: 'users', key: (id: string) => id, ...cached } as never)
    async find(id: string): Promise<string> {
      return `${id} v${this.version}`;
    }

    @CachePut({ cache: 'users', key: (id: string) => id, ...put } as never)
    async save(id: string): Promise<string> {
      return `${id} v${++this.version}`;
    }
  }
  const instance = new Users();
  runtime.bind(instance);
  await instance.find('1');
  return { runtime, instance, events: new RecordedEvents(runtime) };
}

describe('a mistake in what says how a result is kept', () => {
  it.each<[string, Partial<CachePutOptions>, string]>([
    ['cacheIf throws', { cacheIf: boom }, 'mistake'],
    ['cacheIf is async', { cacheIf: (async () => true) as never }, 'Users.save: @CachePut: cacheIf must not be async'],
    ['tags throws', { tags: boom }, 'mistake'],
    [
      'cacheIf gives what can be awaited',
      { cacheIf: () => ({ then: () => {} }) as never },
      'Users.save: @CachePut: cacheIf must not be async',
    ],
    [
      'tags gives something else',
      { tags: () => ['*'] },
      "Users.save: @CachePut: tags must return a list of strings, none of them empty or with a *, but got [ '*' ]",
    ],
  ])('rejects the call where %s, and the value of before the change is not given any more', async (_, put, message) => {
    const { instance } = await users(put);
    await expect(instance.save('1')).rejects.toThrow(message);
    expect(await instance.find('1')).toBe('1 v2');
  });

  it.each<[string, CacheOptions, string]>([
    ['throws', { ttl: (value: string) => (value === '1 v1' ? '1h' : boom()) }, 'mistake'],
    ['gives no duration', { ttl: (value: string) => (value === '1 v1' ? '1h' : ('soon' as never)) }, 'must return a'],
  ])('rejects the call also where the ttl of the cache %s', async (_, cached, message) => {
    const { instance } = await users({}, cached);
    await expect(instance.save('1')).rejects.toThrow(message);
    await expect(instance.find('1')).rejects.toThrow(message); // loaded, and not the value of before
  });

  it('leaves no rejection behind where the store fails at the same time', async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown) => unhandled.push(error);
    process.on('unhandledRejection', note);
    const failing = () => Promise.reject(new Boom('store down'));
    const store = { volatile: true, get: () => undefined, set: failing, delete: failing, deleteByTag() {}, clear() {} };
    let calls = Number.NEGATIVE_INFINITY;
    const ttl = (): '1h' => {
      if (++calls === 2) throw new Boom('mistake');
      return '1h';
    };
    const options = { ttl, store: store as never, storeRetry: false } as const;
    const { instance, runtime } = await users({}, options);
    class Shared {
      @Cached({ name: 'users', scope: 'class', key: (id: string) => id, ...options })
      async find(id: string): Promise<string> {
        return id;
      }
    }
    runtime.prepare(Shared); // what is put has two readers: the value of one is being written when that of the other fails
    const other = Object.assign(Object.create(Object.getPrototypeOf(instance)), { version: 1 });
    runtime.bind(other);
    await other.find('1');
    calls = 0;
    await expect(instance.save('1')).rejects.toThrow('mistake');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });

  it('is counted as no put', async () => {
    const { instance, runtime } = await users({ cacheIf: (value: string) => value !== '1 v3' });
    await instance.save('1');
    await instance.save('1');
    const save = [...runtime.methods()].find(({ site }) => site === 'Users.save');
    expect(save?.policies[0]?.stats).toEqual({ puts: 1, drops: 1 });
  });
});
