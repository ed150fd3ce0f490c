import { Retry } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

const refresh = Symbol('refresh');

describe('a decorator for methods', () => {
  it('stands above every kind of async method, and leaves its type as it is', () => {
    class Shop {
      readonly city = 'London';

      @Retry()
      async order(item: string, amount = 1): Promise<string> {
        return `${amount} ${item}`;
      }

      @Retry()
      promised(): Promise<number> {
        return Promise.resolve(1);
      }

      @Retry()
      async first<Item>(items: readonly Item[]): Promise<Item | undefined> {
        return items[0];
      }

      find(id: number): Promise<string>;
      find(name: string): Promise<string[]>;
      @Retry()
      async find(key: number | string): Promise<string | string[]> {
        return typeof key === 'number' ? 'one' : ['some'];
      }

      @Retry()
      async where(this: { city: string }): Promise<string> {
        return this.city;
      }

      @Retry()
      async [refresh](...ids: number[]): Promise<void> {
        await this.find(ids[0] ?? 0);
      }

      @Retry()
      static async open(): Promise<Shop> {
        return new Shop();
      }
    }

    expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string, amount?: number) => Promise<string>>();
    expectTypeOf<Shop['promised']>().toEqualTypeOf<() => Promise<number>>();
    expectTypeOf<Shop['first']>().toEqualTypeOf<<Item>(items: readonly Item[]) => Promise<Item | undefined>>();
    expectTypeOf(new Shop().find(1)).toEqualTypeOf<Promise<string>>();
    expectTypeOf(new Shop().find('a')).toEqualTypeOf<Promise<string[]>>();
    expectTypeOf(new Shop().where()).toEqualTypeOf<Promise<string>>();
    expectTypeOf<Shop[typeof refresh]>().toEqualTypeOf<(...ids: number[]) => Promise<void>>();
    expectTypeOf<(typeof Shop)['open']>().toEqualTypeOf<() => Promise<Shop>>();
  });

  it('refuses a method that is not async', () => {
    class Shop {
      // @ts-expect-error a synchronous method cannot wait for its second attempt
      @Retry()
      price(): number {
        return 1;
      }
    }
    expectTypeOf<Shop['price']>().returns.toBeNumber();
  });

  it('refuses a method that is only sometimes async', () => {
    class Shop {
      // @ts-expect-error protection always answers with a promise
      @Retry()
      price(fresh: boolean): number | Promise<number> {
        return fresh ? Promise.resolve(1) : 1;
      }
    }
    expectTypeOf<Shop['price']>().returns.toEqualTypeOf<number | Promise<number>>();
  });

  it('refuses an async generator', () => {
    class Shop {
      // @ts-expect-error a stream has no single outcome
      @Retry()
      async *orders(): AsyncGenerator<string> {
        yield 'tea';
      }
    }
    expectTypeOf<Shop['orders']>().returns.toEqualTypeOf<AsyncGenerator<string>>();
  });

  it('refuses an accessor', () => {
    class Shop {
      // @ts-expect-error an accessor cannot be called
      @Retry()
      get price(): Promise<number> {
        return Promise.resolve(1);
      }
    }
    expectTypeOf<Shop['price']>().toEqualTypeOf<Promise<number>>();
  });

  it('refuses a field, even one that holds an async function', () => {
    class Shop {
      // @ts-expect-error a field belongs to the instance; protect() is there for functions
      @Retry()
      order = async (): Promise<number> => 1;
    }
    expectTypeOf<Shop['order']>().returns.toEqualTypeOf<Promise<number>>();
  });

  it('refuses a class', () => {
    // @ts-expect-error only @Resilient stands above a class
    @Retry()
    class Shop {}
    expectTypeOf<Shop>().toBeObject();
  });

  it('is called before it decorates', () => {
    class Shop {
      // @ts-expect-error the parentheses are missing
      @Retry
      async order(): Promise<number> {
        return 1;
      }
    }
    expectTypeOf<Shop['order']>().returns.toEqualTypeOf<Promise<number>>();
  });
});
