import { Hedge, protect, Resilient } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

describe('Hedge', () => {
  it('stands above methods that may run twice, and says so', () => {
    class Shop {
      @Hedge({ idempotent: true })
      async price(item: string): Promise<number> {
        return item.length;
      }

      @Hedge({
        idempotent: true,
        delay: '50ms',
        maxHedges: 2,
        on: 'EBUSY',
        whenResult: (n: number) => n < 0,
        budget: false,
      })
      async stock(item: string): Promise<number> {
        return item.length;
      }

      @Hedge({ idempotent: true, delay: { percentile: 0.99 }, budget: { ratio: 0.1 } })
      static async open<Item>(item: Item): Promise<Item> {
        return item;
      }

      @Resilient({ hedge: { idempotent: true, delay: Number.POSITIVE_INFINITY } })
      async items(): Promise<string[]> {
        return [];
      }

      @Resilient({ hedge: false })
      async none(): Promise<void> {}
    }
    expectTypeOf<Shop['price']>().toEqualTypeOf<(item: string) => Promise<number>>();
    expectTypeOf<(typeof Shop)['open']>().toEqualTypeOf<<Item>(item: Item) => Promise<Item>>();
  });

  it('does not compile without that', () => {
    // @ts-expect-error whoever hedges has to say that running twice does no harm
    Hedge();
    // @ts-expect-error and in so many words
    Hedge({});
    // @ts-expect-error also where everything else is said
    Hedge({ delay: '50ms', maxHedges: 2 });
    // @ts-expect-error what may not run twice is not hedged
    Hedge({ idempotent: false });
    // @ts-expect-error nor what perhaps may
    Hedge({ idempotent: true as boolean });
    // @ts-expect-error nor elsewhere
    Resilient({ hedge: { delay: 10 } });
    // @ts-expect-error nor for functions
    protect(async () => 1, { hedge: {} });
  });

  it('does not compile with what is no delay', () => {
    // @ts-expect-error a unit that nobody knows
    Hedge({ idempotent: true, delay: '5 parsecs' });
    // @ts-expect-error a percentile by another name
    Hedge({ idempotent: true, delay: { quantile: 0.95 } });
    // @ts-expect-error sync methods cannot be hedged
    Hedge({ idempotent: true })({}, 'price', { value: () => 1 });
  });
});
