import { Bulkhead, Cached, CircuitBreaker, Dedup, RateLimit } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

describe('a key function', () => {
  it('may look at all of the method’s arguments, at fewer, at none, or at the instance', () => {
    class Shop {
      readonly city = 'London';

      @Cached({ ttl: '1m', key: (item: string, amount: number) => [item, amount] })
      async order(item: string, amount: number): Promise<string> {
        return `${amount} ${item}`;
      }

      @Cached({ ttl: '1m', key: (item: string) => item })
      async price(item: string, _amount: number): Promise<number> {
        return item.length;
      }

      @Dedup({ key: () => 'all' })
      async items(_filter: string): Promise<string[]> {
        return [];
      }

      @Dedup({
        key(this: Shop, item: string) {
          return [this.city, item];
        },
      })
      async local(item: string): Promise<string> {
        return item;
      }

      @Cached({ ttl: '1m', key: (item: string | undefined) => item })
      async maybe(item?: string): Promise<string> {
        return item ?? 'tea';
      }

      @Cached({ ttl: '1m', key: (...ids: number[]) => ids })
      async many(...ids: number[]): Promise<number> {
        return ids.length;
      }

      @Cached('1m')
      async plain(item: string): Promise<string> {
        return item;
      }

      @Dedup()
      static async open<Item>(item: Item): Promise<Item> {
        return item;
      }
    }
    expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string, amount: number) => Promise<string>>();
    expectTypeOf<Shop['maybe']>().toEqualTypeOf<(item?: string) => Promise<string>>();
    expectTypeOf<(typeof Shop)['open']>().toEqualTypeOf<<Item>(item: Item) => Promise<Item>>();
  });

  it('leaves overloads and generics as they are', () => {
    class Shop {
      find(id: number): Promise<string>;
      find(name: string): Promise<string[]>;
      @Cached({ ttl: '1m', key: (key: number | string) => key })
      async find(key: number | string): Promise<string | string[]> {
        return typeof key === 'number' ? 'one' : ['some'];
      }

      @Dedup({ key: (id: number) => id })
      async first<Item>(id: number, items: readonly Item[]): Promise<Item | undefined> {
        return items[id];
      }
    }
    expectTypeOf(new Shop().find(1)).toEqualTypeOf<Promise<string>>();
    expectTypeOf<Shop['first']>().toEqualTypeOf<
      <Item>(id: number, items: readonly Item[]) => Promise<Item | undefined>
    >();
  });

  it('is refused where it takes other arguments than the method', () => {
    class Shop {
      // @ts-expect-error the first argument is a text
      @Cached({ ttl: '1m', key: (id: number) => id })
      async order(item: string): Promise<string> {
        return item;
      }

      // @ts-expect-error there is no second argument
      @Dedup({ key: (item: string, amount: number) => [item, amount] })
      async price(item: string): Promise<number> {
        return item.length;
      }

      // @ts-expect-error the argument may be missing
      @Cached({ ttl: '1m', key: (item: string) => item })
      async maybe(item?: string): Promise<string> {
        return item ?? 'tea';
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });

  it('is refused above what is not async', () => {
    class Shop {
      // @ts-expect-error a synchronous method answers at once
      @Cached('1m')
      price(): number {
        return 1;
      }

      // @ts-expect-error there is nothing to merge
      @Dedup()
      items(): string[] {
        return [];
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });
});

describe('options', () => {
  it('are those of the decorator, with units that exist', () => {
    class Shop {
      @CircuitBreaker('shop')
      @RateLimit({ limit: 10, per: '1s', maxWait: '500ms' })
      @Bulkhead(10)
      async order(): Promise<string> {
        return 'tea';
      }

      // @ts-expect-error nobody knows how long a fortnight is
      @RateLimit({ limit: 10, per: '1 fortnight' })
      async wrong(): Promise<void> {}

      // @ts-expect-error a cache must know for how long
      @Cached()
      async forever(): Promise<void> {}

      // @ts-expect-error there is no such option
      @Bulkhead({ maxConcurent: 5 })
      async misspelt(): Promise<void> {}
    }
    expectTypeOf<Shop['order']>().toEqualTypeOf<() => Promise<string>>();
  });
});
