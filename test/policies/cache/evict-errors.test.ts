import { describe, expect, it } from 'vitest';
import { Cached, CacheEvict, CachePut } from '../../../decorators/index.js';
import { markPermanent } from '../../../src/core/index.js';
import { Boom, testRuntime } from '../../../src/testing/index.js';

class Users {
  runs = 0;

  @Cached({ name: 'users', ttl: '1h', negativeTtl: '1h', key: (id: string) => id })
  async find(_id: string): Promise<string> {
    this.runs++;
    throw markPermanent(new Boom('not found'));
  }

  @CacheEvict({ cache: 'users', key: (id: string) => id })
  async create(_id: string): Promise<void> {}

  @CachePut({ cache: 'users', key: (id: string) => id })
  async put(id: string): Promise<string> {
    return id;
  }
}

describe('errors that are kept', () => {
  it.each([
    ['an eviction', (users: Users) => users.create('1'), 0],
    ['a put', (users: Users) => users.put('1'), 1],
  ] as const)('are dropped by %s for every instance, also where nothing else is kept', async (_by, change, not) => {
    const { runtime } = testRuntime();
    const all = Array.from({ length: 5 }, () => new Users());
    for (const users of all) {
      runtime.bind(users);
      await expect(users.find('1')).rejects.toThrow('not found');
    }
    await change(all[0] as Users);
    for (const users of all.slice(not)) await expect(users.find('1')).rejects.toThrow('not found');
    expect(all.map(({ runs }) => runs)).toEqual(not === 0 ? [2, 2, 2, 2, 2] : [1, 2, 2, 2, 2]);
  });

  it('are dropped by hand for every instance', async () => {
    const { runtime } = testRuntime();
    const all = Array.from({ length: 5 }, () => new Users());
    for (const users of all) {
      runtime.bind(users);
      await expect(users.find('1')).rejects.toThrow('not found');
    }
    runtime.caches.get('users').delete('1');
    for (const users of all) await expect(users.find('1')).rejects.toThrow('not found');
    expect(all.map(({ runs }) => runs)).toEqual([2, 2, 2, 2, 2]);
  });
});
