import { Cached, CacheEvict, CachePut, callWith, Runtime } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

interface User {
  readonly id: string;
  readonly team: string;
}

describe('what a cache keeps', () => {
  it('is what its functions take: all results of the method, with the exact type of the method left as it is', () => {
    class Users {
      @Cached({
        ttl: (user: User) => user.team.length,
        key: (id: string) => id,
        tags: (user: User, id: string) => [user.team, id],
        cacheIf: (user: User) => user.team !== '',
      })
      async find(id: string): Promise<User> {
        return { id, team: 'a' };
      }

      @Cached({ ttl: '1m', cacheIf: (page) => page.items.length > 0 })
      async page(): Promise<{ items: string[] }> {
        return { items: [] };
      }

      @CachePut({ cache: 'users', key: (user: User) => user.id })
      async save(user: User): Promise<User> {
        return user;
      }

      @CachePut({ cache: 'users', resultKey: (user: User) => user.id })
      async create(team: string): Promise<User> {
        return { id: '1', team };
      }

      @CacheEvict({ cache: ['users', 'teams'], key: (id: string) => id, when: 'before' })
      async remove(id: string, _reason?: string): Promise<void> {
        void id;
      }

      @CacheEvict({ tags: (id: string) => [id] })
      async touch(_id: string): Promise<void> {}
    }
    expectTypeOf<Users['find']>().toEqualTypeOf<(id: string) => Promise<User>>();
    expectTypeOf<Users['remove']>().toEqualTypeOf<(id: string, _reason?: string) => Promise<void>>();
  });

  it('may depend on the instance', () => {
    class Users {
      readonly tenant = 'acme';

      @Cached({
        ttl: '1m',
        key(this: Users, id: string) {
          return [this.tenant, id];
        },
        tags(this: Users, user: User) {
          return [`${this.tenant}:${user.team}`];
        },
      })
      async find(id: string): Promise<User> {
        return { id, team: 'a' };
      }

      @CacheEvict({
        cache: 'users',
        key(this: Users, id: string) {
          return [this.tenant, id];
        },
      })
      async remove(_id: string): Promise<void> {}

      @CacheEvict({
        tags(this: Users, team: string) {
          return [`${this.tenant}:${team}`];
        },
      })
      async dissolve(_team: string): Promise<void> {}

      @CachePut({
        cache: 'users',
        resultKey(this: Users, user: User) {
          return [this.tenant, user.id];
        },
      })
      async create(team: string): Promise<User> {
        return { id: '1', team };
      }
    }
    expectTypeOf<Users['dissolve']>().toEqualTypeOf<(team: string) => Promise<void>>();
  });

  it('does not compile where they take something else', () => {
    class Users {
      // @ts-expect-error the method returns no number
      @Cached({ ttl: '1m', cacheIf: (count: number) => count > 0 })
      async find(id: string): Promise<User> {
        return { id, team: 'a' };
      }

      // @ts-expect-error the method may return nothing
      @Cached({ ttl: (user: User) => user.team.length })
      async maybe(): Promise<User | undefined> {
        return undefined;
      }

      // @ts-expect-error the method takes no number
      @CacheEvict({ cache: 'users', key: (id: number) => id })
      async remove(_id: string): Promise<void> {}

      // @ts-expect-error the method takes no number
      @CacheEvict({ tags: (team: number) => [String(team)] })
      async dissolve(_team: string): Promise<void> {}

      // @ts-expect-error tags are strings
      @CacheEvict({ tags: (team: string) => [team.length] })
      async shrink(_team: string): Promise<void> {}

      // @ts-expect-error the method returns a user
      @CachePut({ cache: 'users', resultKey: (id: string) => id })
      async save(user: User): Promise<User> {
        return user;
      }

      // @ts-expect-error there is no such moment
      @CacheEvict({ cache: 'users', all: true, when: 'during' })
      async clear(): Promise<void> {}
    }
    expectTypeOf<Users['find']>().toEqualTypeOf<(id: string) => Promise<User>>();
  });

  it('is asked for in other ways by name', () => {
    expectTypeOf(callWith({ cache: 'refresh' }, async () => 1)).toEqualTypeOf<Promise<number>>();
    // @ts-expect-error there is no such way
    callWith({ cache: 'reload' }, async () => 1);
    const { caches } = new Runtime();
    expectTypeOf(caches.get('users').wrap('1', async () => 1, { tags: (count) => [`${count + 1}`] })).toEqualTypeOf<
      Promise<number>
    >();
  });
});
