import { describe, expect, it } from 'vitest';
import { RateLimit } from '../../../decorators/index.js';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { RateLimitedError, type RateLimitOptions } from '../../../src/policies/rate-limit/index.js';
import { protect } from '../../../src/runtime/index.js';
import { testRuntime } from '../../../src/testing/index.js';

const durationRule = "(milliseconds or a number with a unit, such as '250ms', '2s' or '1m')";

describe('@RateLimit says at once what is wrong with', () => {
  it.each<[string, unknown, string]>([
    [
      'a rate in place of a name',
      '10/s',
      ": name must be a name: a letter, then letters, digits, _ . : or - (a rate is written { limit: 10, per: '1s' }), but got '10/s'",
    ],
    ['a number', 10, ' takes an object of options, but got 10'],
    ['a limit of none', { limit: 0 }, ': limit must be a whole number of at least 1, but got 0'],
    ['a part of a permit', { limit: 0.5 }, ': limit must be a whole number of at least 1, but got 0.5'],
    [
      'a limit without end',
      { limit: Number.POSITIVE_INFINITY },
      ': limit must be a whole number of at least 1, but got Infinity',
    ],
    [
      'a period without a unit',
      { limit: 1, per: '1' },
      `: per must be a finite duration of at least 1 ms ${durationRule}, but got '1'`,
    ],
    ['no period', { limit: 1, per: 0 }, `: per must be a finite duration of at least 1 ms ${durationRule}, but got 0`],
    [
      'an endless period',
      { limit: 1, per: Number.POSITIVE_INFINITY },
      `: per must be a finite duration of at least 1 ms ${durationRule}, but got Infinity`,
    ],
    [
      'an unknown algorithm',
      { limit: 1, algorithm: 'leaky' },
      ": algorithm must be one of 'token-bucket', 'sliding-window', 'fixed-window', 'smooth', but got 'leaky'",
    ],
    ['no burst', { limit: 1, burst: 0 }, ': burst must be a whole number of at least 1, but got 0'],
    ['a negative wait', { limit: 1, maxWait: -1 }, `: maxWait must be a duration ${durationRule}, but got -1`],
    ['a negative queue', { limit: 1, maxQueue: -1 }, ': maxQueue must be a whole number of at least 0, but got -1'],
    [
      'no weight',
      { limit: 1, weight: 0 },
      ': weight must be a number above 0, or a function that returns how many permits a call takes, but got 0',
    ],
    ['no limits', { limits: [] }, ': limits must be a list of 1 to 10 objects of options, but got []'],
    [
      'too many limits',
      { limits: Array(11).fill({ limit: 1 }) },
      ': limits must be a list of 1 to 10 objects of options, but got [',
    ],
    ['limits that are none', { limits: 5 }, ': limits must be a list of 1 to 10 objects of options, but got 5'],
    ['a limit that is none', { limits: [{ limit: 1 }, 5] }, ': limits[1] takes an object of options, but got 5'],
    [
      'a period of one of several limits',
      { limits: [{ limit: 1 }, { limit: 1, per: '1' }] },
      `: limits[1].per must be a finite duration of at least 1 ms ${durationRule}, but got '1'`,
    ],
    ['one of several without a limit', { limits: [{ per: '1s' }] }, ': limits[0].limit must be given'],
    [
      'a limit of none among several',
      { limits: [{ limit: 0 }] },
      ': limits[0].limit must be a whole number of at least 1, but got 0',
    ],
    [
      'an option that one of several does not have',
      { limits: [{ limit: 1, maxWait: 5 }] },
      ': limits[0].maxWait is no option; it takes limit, per, algorithm, burst, but got 5',
    ],
    [
      'a burst of one of several that is no bucket',
      { limits: [{ limit: 1, burst: 2, algorithm: 'smooth' }] },
      ": limits[0].burst is for a token bucket; with 'smooth' up to limit are kept, but got 2",
    ],
    ['no warm-up', { limit: 1, warmUp: 0 }, `: warmUp must be a finite duration above 0 ${durationRule}, but got 0`],
    [
      'an endless warm-up',
      { limit: 1, warmUp: Number.POSITIVE_INFINITY },
      `: warmUp must be a finite duration above 0 ${durationRule}, but got Infinity`,
    ],
    [
      'a warm-up without a unit',
      { limit: 1, warmUp: '5' },
      `: warmUp must be a finite duration above 0 ${durationRule}, but got '5'`,
    ],
    ['an option that it does not have', { limit: 1, period: '1s' }, ': period is no option; it takes '],
    [
      'an unknown scope',
      { limit: 1, scope: 'global' },
      ": scope must be one of 'method', 'class', 'instance', but got 'global'",
    ],
  ])('%s', (_what, options, message) => {
    expect(() => RateLimit(options as RateLimitOptions)).toThrow(InvalidOptionsError);
    expect(() => RateLimit(options as RateLimitOptions)).toThrow(`@RateLimit${message}`);
  });
});

describe('@RateLimit says when a class is prepared, naming the method, that', () => {
  const prepared = (options: RateLimitOptions | string) => {
    class Search {
      @RateLimit(options)
      async find(): Promise<number> {
        return 1;
      }
    }
    return () => testRuntime().runtime.prepare(Search);
  };

  it.each<[string, RateLimitOptions | string, string]>([
    ['a limit is missing', {}, 'Search.find: @RateLimit: limit must be given'],
    [
      'nobody has said the limit of a name',
      'search',
      "Search.find: @RateLimit: limit must be given: no limiter 'search' is known so far",
    ],
    [
      'a window takes no burst',
      { limit: 1, burst: 2, algorithm: 'fixed-window' },
      "Search.find: @RateLimit: burst is for a token bucket; with 'fixed-window' all of limit may come at once, but got 2",
    ],
    [
      'a sliding window takes no burst',
      { limit: 1, burst: 2, algorithm: 'sliding-window' },
      "Search.find: @RateLimit: burst is for a token bucket; with 'sliding-window' all of limit may come at once, but got 2",
    ],
    ...(
      [
        ['limit', 5, 'but got 5'],
        ['per', '5s', 'but got 5000'],
        ['burst', 5, 'but got 5'],
        ['algorithm', 'smooth', "but got 'smooth'"],
      ] as const
    ).map(([option, value, got]): [string, RateLimitOptions, string] => [
      `${option} stands beside limits`,
      { limits: [{ limit: 1 }], [option]: value },
      `Search.find: @RateLimit: ${option} must be written as one of limits where these are given, ${got}`,
    ]),
    [
      'a weight does not fit the smallest of several limits',
      { limits: [{ limit: 10 }, { limit: 100, per: '1m', burst: 4 }], weight: 5 },
      "Search.find: @RateLimit: weight must be at most 4, the most that 'Search.find' lets through at once, but got 5",
    ],
    [
      'a weight never fits',
      { limit: 10, burst: 5, weight: 6 },
      "Search.find: @RateLimit: weight must be at most 5, the most that 'Search.find' lets through at once, but got 6",
    ],
  ])('%s', (_what, options, message) => {
    expect(prepared(options)).toThrow(InvalidOptionsError);
    expect(prepared(options)).toThrow(message);
  });
});

describe('@RateLimit with several limits', () => {
  it('keeps to all of them, and says so', async () => {
    const { runtime, clock } = testRuntime();
    const limits = [
      { limit: 2, per: '1s' },
      { limit: 3, per: '1m', algorithm: 'sliding-window' },
    ] as const;
    const find = protect(async () => 'ok', { rateLimit: { limits } }, { runtime, id: 'Search.find' });
    expect(await Promise.all([find(), find()])).toEqual(['ok', 'ok']);
    await expect(find()).rejects.toMatchObject({ retryAfter: 500 });
    await clock.advance(1000);
    expect(await find()).toBe('ok');
    await expect(find()).rejects.toMatchObject({ retryAfter: 59_000 });
    const [method] = [...runtime.methods()];
    expect(method?.policies[0]?.summary).toBe('2 per 1000 ms and 3 per 60000 ms (sliding-window)');
  });

  it('has them for each key', async () => {
    const { runtime } = testRuntime();
    const rateLimit = {
      limits: [{ limit: 1 }, { limit: 5, algorithm: 'smooth' as const }],
      key: (user: string) => user,
    };
    const find = protect(async (user: string) => user, { rateLimit }, { runtime, id: 'Search.find' });
    expect(await Promise.all([find('a'), find('b')])).toEqual(['a', 'b']);
    await expect(find('a')).rejects.toBeInstanceOf(RateLimitedError);
  });

  it('needs a name that somebody has said the limits of', async () => {
    const { runtime } = testRuntime();
    runtime.limiters.register('search', { limits: [{ limit: 1 }] });
    const find = protect(async () => 1, { rateLimit: 'search' }, { runtime, id: 'Search.find' });
    const read = protect(
      async () => 1,
      { rateLimit: { name: 'read', limits: [{ limit: 1 }] } },
      { runtime, id: 'Search.read' },
    );
    expect(await Promise.all([find(), read()])).toEqual([1, 1]);
  });
});

describe('a limiter with a name', () => {
  class Reader {
    @RateLimit({ name: 'github', limit: 2, per: '1m' })
    async read(): Promise<string> {
      return 'read';
    }

    @RateLimit('github')
    async write(): Promise<string> {
      return 'written';
    }
  }

  it('is shared by all who name it, under the terms that the first of them gives', async () => {
    const { runtime } = testRuntime();
    runtime.prepare(Reader);
    const reader = new Reader();
    runtime.bind(reader);
    expect(await Promise.all([reader.read(), reader.write()])).toEqual(['read', 'written']);
    await expect(reader.write()).rejects.toMatchObject({ site: 'Reader.write', limiter: 'github', retryAfter: 30_000 });
    expect(runtime.limiters.stats()).toMatchObject({ github: { permitted: 2, rejected: 1 } });
  });

  it('can be registered beforehand, so that a name is enough', async () => {
    const { runtime } = testRuntime();
    runtime.limiters.register('search', { limit: 1 });
    const find = protect(async () => 1, { rateLimit: 'search' }, { runtime, id: 'Search.find' });
    await find();
    await expect(find()).rejects.toBeInstanceOf(RateLimitedError);
  });

  it('leaves weight and maxWait to each use', async () => {
    const { runtime, clock } = testRuntime();
    runtime.limiters.register('search', { limit: 4 });
    const heavy = protect(async () => 'heavy', { rateLimit: { name: 'search', weight: 4 } }, { runtime, id: 'heavy' });
    const patient = protect(
      async () => 'patient',
      { rateLimit: { name: 'search', maxWait: '1s' } },
      { runtime, id: 'patient' },
    );
    await heavy();
    await expect(heavy()).rejects.toBeInstanceOf(RateLimitedError);
    const waiting = patient();
    await clock.advance(250);
    expect(await waiting).toBe('patient');
  });

  it('is under the same terms for all: two uses that disagree are an error that names both', () => {
    class Other {
      @RateLimit({ name: 'github', limit: 3 })
      async read(): Promise<number> {
        return 1;
      }
    }
    const { runtime } = testRuntime();
    runtime.prepare(Reader);
    expect(() => runtime.prepare(Other)).toThrow(
      "Other.read: @RateLimit: limit of 'github' is already set by Reader.read: two uses of a name must agree, but got { 'Reader.read': 2, 'Other.read': 3 }",
    );
  });

  it('follows its server for all, or for none', () => {
    class Follower {
      @RateLimit({ name: 'followed', limit: 1, adopt: true })
      async read(): Promise<number> {
        return 1;
      }

      @RateLimit({ name: 'followed', adopt: false })
      async write(): Promise<number> {
        return 1;
      }
    }
    expect(() => testRuntime().runtime.prepare(Follower)).toThrow(
      "Follower.write: @RateLimit: adopt of 'followed' is already set by Follower.read: two uses of a name must agree, but got { 'Follower.read': true, 'Follower.write': false }",
    );
  });

  it('does nothing where it is switched off', async () => {
    const { runtime } = testRuntime();
    const free = protect(async () => 1, { rateLimit: { limit: 1, enabled: false } }, { runtime, id: 'free' });
    expect(await Promise.all([free(), free(), free()])).toEqual([1, 1, 1]);
  });
});
