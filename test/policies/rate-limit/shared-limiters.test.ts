import { describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { type LimiterOptions, RateLimitedError } from '../../../src/policies/rate-limit/index.js';
import { protect } from '../../../src/runtime/index.js';
import { testRuntime, watch } from '../../../src/testing/index.js';

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

describe('a change of a limiter that is split by key', () => {
  function split(options: LimiterOptions = { limit: 2, per: '1s' }) {
    const { runtime, clock } = testRuntime();
    const key = (user: string) => user;
    const rateLimit = { name: 'search', ...options, maxWait: '5s', key } as const;
    const call = protect(async (_user: string) => 1, { rateLimit }, { runtime, id: 'A.b' });
    const limiterOf = (user: string) =>
      [...(runtime.limiters.keyed('search')?.entries() ?? [])].find(([key]) => key === user)?.[1];
    const ask = async (user: string, times: number) => {
      const seen = Array.from({ length: times }, () => watch(call(user)));
      await clock.advance(0);
      return seen;
    };
    return { runtime, clock, ask, limiterOf, main: runtime.limiters.get('search') };
  }
  const states = (seen: readonly { readonly state: string }[]) => seen.map(({ state }) => state);

  it('holds at once for the limiters of all keys, and for those of new ones', async () => {
    const { ask, limiterOf, main } = split();
    await ask('ann', 1);
    main.change({ limit: 5 });
    await ask('bob', 1);
    expect([limiterOf('ann')?.rate, limiterOf('bob')?.rate]).toEqual(['5 per 1000 ms', '5 per 1000 ms']);
    expect([limiterOf('ann')?.available, limiterOf('bob')?.available, main.available]).toEqual([1, 4, 2]);
  });

  it('serves those sooner who wait for a key, and nobody twice', async () => {
    const { clock, ask, limiterOf, main } = split();
    const seen = await ask('ann', 5);
    expect(states(seen)).toEqual(['resolved', 'resolved', 'pending', 'pending', 'pending']);
    main.change({ limit: 10 });
    await clock.advance(300);
    expect(states(seen)).toEqual(Array(5).fill('resolved'));
    expect(limiterOf('ann')?.stats).toMatchObject({ permitted: 2, waited: 3, rejected: 0, waiting: 0 });
  });

  it('refuses those at once who wait for a key and can no longer be in time', async () => {
    const { clock, ask, limiterOf, main } = split();
    const seen = await ask('ann', 5);
    main.change({ limit: 2, per: '8s' });
    await clock.advance(0);
    expect(states(seen)).toEqual(['resolved', 'resolved', 'pending', 'rejected', 'rejected']);
    expect(seen[4]?.error).toBeInstanceOf(RateLimitedError);
    expect(limiterOf('ann')?.stats).toMatchObject({ rejected: 2, waiting: 1 });
    await clock.advance(4000);
    expect(states(seen)[2]).toBe('resolved');
  });

  it('of one key is its own, and lasts where a later change of all says nothing else', async () => {
    const { ask, limiterOf, main } = split();
    await ask('ann', 1);
    await ask('bob', 1);
    limiterOf('ann')?.change({ limit: 7 });
    main.change({ per: '1m' });
    const rates = [limiterOf('ann')?.rate, limiterOf('bob')?.rate, main.rate];
    expect(rates).toEqual(['7 per 60000 ms', '2 per 60000 ms', '2 per 60000 ms']);
  });

  it('changes nothing where it does not go together with what one of them has', async () => {
    const { ask, limiterOf, main } = split();
    await ask('ann', 1);
    limiterOf('ann')?.change({ limits: [{ limit: 3 }] });
    expect(() => main.change({ per: '1m' })).toThrow(InvalidOptionsError);
    expect([limiterOf('ann')?.rate, main.rate]).toEqual(['3 per 1000 ms', '2 per 1000 ms']);
  });

  it('leaves those alone that have come in the place of a name which was removed', async () => {
    const { runtime, main } = split();
    runtime.limiters.remove('search');
    const again = runtime.limiters.register('search', { limit: 9 });
    const member = runtime.limiters.family('search', { maxKeys: 9, idle: 1000 }, testRuntime().clock).of('ann');
    main.change({ limit: 1 });
    expect([main.rate, again.rate, member.rate]).toEqual(['1 per 1000 ms', '9 per 1000 ms', '9 per 1000 ms']);
  });
});
