import { describe, expect, it } from 'vitest';
import { Bulkhead, explain, RateLimit, Resilient } from '../../decorators/index.js';

/** What protects the methods of a class, in words. */
function protection(type: new () => object): string {
  return explain(type)
    .map(({ text }) => text)
    .join('\n');
}

const twoLimits = [{ limit: 10 }, { limit: 100, per: '1m' }] as const;

describe('options of a class beneath those of a method', () => {
  it('give way with one limit where the method has several', () => {
    @Resilient({ rateLimit: { limit: 3, per: '2s', maxWait: '1s' } })
    class Search {
      @RateLimit({ limits: twoLimits })
      async find(): Promise<void> {}
    }
    expect(protection(Search)).toContain('rateLimit: 10 per 1000 ms and 100 per 60000 ms, waits up to 1000 ms');
  });

  it('give way with several limits where the method has one', () => {
    @Resilient({ rateLimit: { limits: twoLimits, maxQueue: 5 } })
    class Search {
      @RateLimit({ limit: 3 })
      async find(): Promise<void> {}
    }
    expect(protection(Search)).toContain('rateLimit: 3 per 1000 ms');
  });

  it('give way with a burst where the method counts without one', () => {
    @Resilient({ rateLimit: { limit: 3, burst: 7 } })
    class Search {
      @RateLimit({ algorithm: 'fixed-window' })
      async find(): Promise<void> {}
    }
    expect(protection(Search)).toMatch(/rateLimit: 3 per 1000 ms(?!, up to 7)/);
  });

  it('give way with the judgement of an adaptive bulkhead where the method wants none', () => {
    @Resilient({ bulkhead: { adaptive: 'vegas', on: TypeError, maxConcurrent: 30 } })
    class Search {
      @Bulkhead({ adaptive: false })
      async find(): Promise<void> {}
    }
    expect(protection(Search)).toContain('bulkhead: 30 at a time');
  });
});
