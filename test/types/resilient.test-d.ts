import { CircuitOpenError, Resilient, Retry } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

describe('Resilient', () => {
  it('stands above methods, with policies by kind, their shorthands, or the name of a preset', () => {
    class Shop {
      @Resilient({
        retry: 4,
        timeout: '2s',
        circuitBreaker: 'shop',
        bulkhead: { maxConcurrent: 5 },
        fallback: { value: 1 },
      })
      async order(item: string): Promise<number> {
        return item.length;
      }

      @Resilient('interactive')
      async price(): Promise<number> {
        return 1;
      }

      @Resilient({ retry: { on: CircuitOpenError }, dedup: false, order: ['circuitBreaker', 'retry'] })
      static async open<Item>(item: Item): Promise<Item> {
        return item;
      }
    }
    expectTypeOf<Shop['order']>().toEqualTypeOf<(item: string) => Promise<number>>();
    expectTypeOf<(typeof Shop)['open']>().toEqualTypeOf<<Item>(item: Item) => Promise<Item>>();
  });

  it('stands above classes of all sorts, which stay what they are', () => {
    @Resilient({ id: 'shop', retry: 2 })
    class Shop {
      constructor(readonly city: string) {}
      @Retry()
      async order(): Promise<string> {
        return this.city;
      }
    }

    @Resilient()
    abstract class Base {
      @Retry()
      async order(): Promise<number> {
        return 1;
      }
      abstract price(): number;
    }

    @Resilient()
    class Single {
      protected constructor() {}
      @Retry()
      static async open(): Promise<Single> {
        return new Single();
      }
    }
    expectTypeOf(Shop).toBeConstructibleWith('London');
    expectTypeOf<Base['price']>().returns.toBeNumber();
    expectTypeOf(Single.open).returns.toEqualTypeOf<Promise<Single>>();
  });

  it('refuses what it does not know', () => {
    class Shop {
      // @ts-expect-error there is no such kind
      @Resilient({ rety: 4 })
      async order(): Promise<void> {}

      // @ts-expect-error there is no such preset
      @Resilient('relaxed')
      async price(): Promise<void> {}

      // @ts-expect-error there is no such place
      @Resilient({ order: ['timeout'] })
      async third(): Promise<void> {}

      // @ts-expect-error a count is no duration with a unit
      @Resilient({ timeout: '4' })
      async fourth(): Promise<void> {}
    }
    expectTypeOf<Shop>().toBeObject();
  });

  it('refuses methods that are not async, fields and accessors', () => {
    class Shop {
      // @ts-expect-error a synchronous method cannot wait
      @Resilient({ retry: 2 })
      price(): number {
        return 1;
      }

      // @ts-expect-error a field belongs to the instance
      @Resilient({ retry: 2 })
      order = async (): Promise<number> => 1;

      // @ts-expect-error an accessor cannot be called
      @Resilient({ retry: 2 })
      get city(): Promise<string> {
        return Promise.resolve('London');
      }
    }
    expectTypeOf<Shop>().toBeObject();
  });
});
