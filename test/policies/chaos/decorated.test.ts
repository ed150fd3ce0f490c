import { describe, expect, it } from 'vitest';
import { type AsyncMethodDecorator, Chaos, explain, Resilient, Timeout } from '../../../decorators/index.js';
import { Boom, testRuntime } from '../../../src/testing/index.js';

/** The decorator without the compiler's help. */
const Unchecked = Chaos as unknown as (options?: unknown) => AsyncMethodDecorator;

/** Makes an instance in a runtime of its own. */
function bound<T extends object>(type: new () => T): T {
  const instance = new type();
  testRuntime().runtime.bind(instance);
  return instance;
}

describe('@Chaos', () => {
  it('strikes a method whose instance and arguments its functions see', async () => {
    class Shop {
      readonly city = 'London';

      @Chaos({
        enabled: true,
        rate: 1,
        fault(this: Shop, { site }, item: string) {
          return item === 'tea' ? new Boom(`${site}: no ${item} in ${this.city}`) : undefined;
        },
      })
      async order(item: string): Promise<string> {
        return item;
      }
    }
    const shop = bound(Shop);
    await expect(shop.order('tea')).rejects.toThrow('Shop.order: no tea in London');
    expect(await shop.order('milk')).toBe('milk');
  });

  it('checks its options where it is written, also while it is not enabled', () => {
    const declare = () => {
      class Shop {
        @Unchecked({ enabled: false, rate: 2 })
        async order(): Promise<number> {
          return 1;
        }
      }
      return Shop;
    };
    expect(declare).toThrow('@Chaos: rate must be a rate above 0 and at most 1, but got 2');
    expect(() => Unchecked('1s')).toThrow("@Chaos takes an object of options, but got '1s'");
  });

  it('is given its parts by class and method, the nearer outcome in place of the further', async () => {
    @Resilient({ chaos: { enabled: true, rate: 1, fault: new Boom('of the class') } })
    class Shop {
      @Resilient()
      async plain(): Promise<number> {
        return 1;
      }

      @Chaos({ result: 2 })
      async answered(): Promise<number> {
        return 1;
      }

      @Chaos({ enabled: false })
      async spared(): Promise<number> {
        return 1;
      }

      @Resilient({ chaos: false })
      async removed(): Promise<number> {
        return 1;
      }
    }
    const shop = bound(Shop);
    await expect(shop.plain()).rejects.toThrow('of the class');
    expect([await shop.answered(), await shop.spared(), await shop.removed()]).toEqual([2, 1, 1]);
  });

  it('stands innermost', () => {
    class Shop {
      @Chaos({ enabled: true, fault: Boom })
      @Resilient({ bulkhead: 5, timeout: '1s', retry: 2, circuitBreaker: 'name' })
      async order(): Promise<number> {
        return 1;
      }
    }
    expect(explain(bound(Shop))[0]?.nesting.at(-1)?.kind).toBe('chaos');
  });

  it.each([
    [{ latency: ['1s', '2s'] }, 2100],
    [{ latency: 0 }, 100],
    [{ fault: Boom }, 100],
    [{ latency: () => 1 }, Number.POSITIVE_INFINITY],
    [{ behavior: () => 1 }, Number.POSITIVE_INFINITY],
  ])('adds its longest wait to the worst case where it is put outside of a timeout: %o', (injected, duration) => {
    class Shop {
      @Unchecked({ enabled: true, ...injected })
      @Timeout(100)
      @Resilient({ order: ['chaos', 'timeout.attempt'] })
      async order(): Promise<number> {
        return 1;
      }
    }
    expect(explain(bound(Shop))[0]).toMatchObject({ attempts: 1, duration });
  });
});
