import { describe, expect, it } from 'vitest';
import { protect } from '../../../src/runtime/index.js';
import { testRuntime } from '../../../src/testing/index.js';

describe('a limiter that is split by key', () => {
  it('counts on when keys go, and has the permits of those that live', async () => {
    const { runtime, clock } = testRuntime();
    const key = (user: string) => user;
    const rateLimit = { limit: 1, per: '1s', maxWait: '5s', maxQueue: 1, key, maxKeys: 2 } as const;
    const call = protect(async (_user: string) => 1, { rateLimit }, { runtime, id: 'A.b' });
    for (let user = 0; user < 12; user++) {
      const calls = Promise.allSettled([1, 2, 3].map(() => call(`user ${user}`)));
      await clock.advance(5000);
      await calls;
    }
    expect(runtime.limiters.stats()).toEqual({
      'A.b': { permitted: 12, waited: 12, rejected: 12, waiting: 0, available: 3 },
    });
  });
});
