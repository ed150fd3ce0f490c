import { describe, expect, it } from 'vitest';
import { Cached, CacheEvict, CachePut } from '../../../decorators/index.js';
import type { Cache } from '../../../src/policies/cache/index.js';
import type { Runtime } from '../../../src/runtime/index.js';
import { Boom, settle, testRuntime, watch } from '../../../src/testing/index.js';

interface User {
  readonly id: string;
  readonly name: string;
}

/** Names in a database whose answers come when the test says so. */
class Users {
  runs = 0;
  readonly saves: { readonly land: () => void; readonly fail: () => void }[] = [];

  @Cached({ name: 'users', ttl: '1h', key: (id: string) => id, tags: ['users'] })
  async find(id: string): Promise<User> {
    return { id, name: `loaded ${++this.runs}` };
  }

  @CachePut({ cache: 'users', key: (user: User) => user.id, tags: ['users'] })
  save(user: User): Promise<User> {
    return new Promise((resolve, reject) => {
      this.saves.push({ land: () => resolve(user), fail: () => reject(new Boom('down')) });
    });
  }

  @CachePut({ cache: 'users', resultKey: (user: User) => user.id })
  async create(name: string, before: () => void): Promise<User> {
    before();
    return { id: '1', name };
  }

  @CacheEvict({ cache: 'users', key: (id: string) => id })
  async remove(_id: string): Promise<void> {}

  @CacheEvict({ tags: ['users'] })
  async removeAll(): Promise<void> {}
}

async function world() {
  const { runtime } = testRuntime();
  const users = new Users();
  runtime.bind(users);
  runtime.prepare(Users);
  await users.find('1');
  return { runtime, users, cache: runtime.caches.get('users') };
}

const invalidations: [string, (users: Users, cache: Cache, runtime: Runtime) => unknown][] = [
  ['an eviction by key', (users) => users.remove('1')],
  ['an eviction by tags', (users) => users.removeAll()],
  ['a deletion by hand', (_users, cache) => cache.delete('1')],
  ['a value set by hand', (_users, cache) => cache.set('1', { id: '1', name: 'set' })],
  ['an invalidation by hand', (_users, _cache, { caches }) => caches.invalidate('use*')],
  ['clearing', (_users, cache) => cache.clear()],
];

describe('a put that something else overtook', () => {
  it.each(invalidations)('keeps nothing after %s while its method ran', async (_what, invalidate) => {
    const { users, cache, runtime } = await world();
    const saved = users.save({ id: '1', name: 'Ada' });
    await invalidate(users, cache, runtime);
    users.saves[0]?.land();
    expect((await saved).name).toBe('Ada');
    expect((await users.find('1')).name).toBe('loaded 2');
  });

  it('is one by the key of its result too', async () => {
    const { users, cache } = await world();
    await users.create('Ada', () => cache.delete('2'));
    expect((await users.find('1')).name).toBe('Ada');
    await users.create('Eve', () => cache.delete('1'));
    expect((await users.find('1')).name).toBe('loaded 2');
  });

  it('keeps nothing in a cache that was made while its method ran', async () => {
    const { runtime } = testRuntime();
    const users = new Users();
    runtime.bind(users);
    const saved = users.save({ id: '1', name: 'Ada' });
    await users.find('1');
    await users.remove('1');
    users.saves[0]?.land();
    await saved;
    expect((await users.find('1')).name).toBe('loaded 2');
  });

  it('keeps neither of two that ran at the same time: nobody knows which came last', async () => {
    const { users } = await world();
    const [one, other] = [users.save({ id: '1', name: 'Ada' }), users.save({ id: '1', name: 'Eve' })];
    users.saves[1]?.land();
    await other;
    users.saves[0]?.land();
    await one;
    expect((await users.find('1')).name).toBe('loaded 2');
  });

  it('beats a load that began after the one that overtook it', async () => {
    const { users, cache } = await world();
    const saved = users.save({ id: '1', name: 'Ada' });
    cache.delete('1');
    const load = watch(cache.wrap('1', () => new Promise((resolve) => setImmediate(resolve, 'old'))));
    users.saves[0]?.land();
    await saved;
    await new Promise((resolve) => setImmediate(resolve));
    await settle();
    expect([load.value, cache.get('1')]).toEqual(['old', undefined]);
  });

  it.each<[string, (users: Users, cache: Cache) => unknown]>([
    ['of another key', (users) => users.remove('2')],
    ['with other tags', (_users, cache) => cache.invalidate('teams')],
  ])('is none that only met changes %s', async (_which, change) => {
    const { users, cache } = await world();
    const saved = users.save({ id: '1', name: 'Ada' });
    await change(users, cache);
    users.saves[0]?.land();
    await saved;
    expect((await users.find('1')).name).toBe('Ada');
  });

  it('is none whose method began after the change, whatever else still goes on', async () => {
    const { users, cache } = await world();
    const before = users.save({ id: '2', name: 'goes on' });
    cache.delete('1');
    const saved = users.save({ id: '1', name: 'Ada' });
    users.saves[1]?.land();
    await saved;
    users.saves[0]?.land();
    await before;
    expect([(await users.find('1')).name, (await users.find('2')).name]).toEqual(['Ada', 'goes on']);
  });

  it('is none where only a method ran meanwhile that failed', async () => {
    const { users } = await world();
    const [one, other] = [users.save({ id: '1', name: 'Ada' }), users.save({ id: '1', name: 'Eve' })];
    users.saves[0]?.fail();
    await expect(one).rejects.toThrow('down');
    users.saves[1]?.land();
    await other;
    expect((await users.find('1')).name).toBe('Eve');
  });
});
