import { AdaptiveThrottle, type AdaptiveThrottleOptions, protect, Resilient } from 'holdfast';
import { describe, expectTypeOf, it } from 'vitest';

const careful: AdaptiveThrottleOptions = { successThreshold: 0.8, window: '30s', minimumCalls: 20 };

describe('AdaptiveThrottle', () => {
  it('takes options or a name, and leaves the method its type', async () => {
    class Search {
      @AdaptiveThrottle()
      async find(text: string): Promise<number> {
        return text.length;
      }

      @AdaptiveThrottle(careful)
      async all(): Promise<string[]> {
        return [];
      }

      @AdaptiveThrottle({ name: 'search', key: (text: string) => text, except: TypeError })
      static async one<T>(_text: string, value: T): Promise<T> {
        return value;
      }

      @Resilient({ adaptiveThrottle: 'search', circuitBreaker: false })
      async other(): Promise<void> {}
    }
    expectTypeOf<Search['find']>().toEqualTypeOf<(text: string) => Promise<number>>();
    expectTypeOf(Search.one('a', 5)).toEqualTypeOf<Promise<number>>();
    const find = protect(async (text: string) => text.length, { adaptiveThrottle: { maxRejectionRate: 0.5 } });
    expectTypeOf(find('a')).toEqualTypeOf<Promise<number>>();
  });

  it('takes nothing else', () => {
    class Search {
      // @ts-expect-error a count of calls is no time
      @AdaptiveThrottle({ window: '100' })
      async find(): Promise<void> {}

      // @ts-expect-error it does not judge results
      @AdaptiveThrottle({ whenResult: () => true })
      async judged(): Promise<void> {}

      // @ts-expect-error there is no shorthand for a rate
      @AdaptiveThrottle(0.9)
      async short(): Promise<void> {}

      // @ts-expect-error a synchronous method cannot be refused by a promise
      @AdaptiveThrottle()
      count(): number {
        return 1;
      }
    }
    expectTypeOf<Search>().toBeObject();
  });
});
