import { describe, expect, it, vi } from 'vitest';
import { RuntimeDisposedError } from '../../../src/core/index.js';
import { type LimiterOptions, RateLimitedError } from '../../../src/policies/rate-limit/index.js';
import { protect } from '../../../src/runtime/index.js';
import { Boom, RecordedEvents, testRuntime, watch } from '../../../src/testing/index.js';

function limiterOf(options: LimiterOptions) {
  const { runtime, clock } = testRuntime();
  return { runtime, clock, events: new RecordedEvents(runtime), limiter: runtime.limiters.register('search', options) };
}

const startOfTime = 1000; // where the manual clock begins

describe('a limiter used by hand', () => {
  it('gives permits as long as there are any', () => {
    const { limiter } = limiterOf({ limit: 3 });
    expect([limiter.tryAcquire(2), limiter.tryAcquire(2), limiter.tryAcquire()]).toEqual([true, false, true]);
    expect(limiter.stats).toEqual({ permitted: 2, waited: 0, rejected: 0, waiting: 0, available: 0 });
  });

  it('lets somebody wait for as long as it takes, in the order of arrival', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, per: 100 });
    const seen = [limiter.acquire(), limiter.acquire(), limiter.acquire()].map(watch);
    await clock.advance(100);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'resolved', 'pending']);
    expect(limiter.stats).toEqual({ permitted: 1, waited: 1, rejected: 0, waiting: 1, available: 0 });
    await clock.advance(100);
    expect(seen[2]?.state).toBe('resolved');
    expect(clock.pending).toBe(0);
  });

  it('gives nobody a permit while others wait', async () => {
    const { limiter, clock } = limiterOf({ limit: 10 });
    for (let i = 0; i < 5; i++) limiter.tryAcquire();
    watch(limiter.acquire(7));
    expect([limiter.available, limiter.tryAcquire()]).toEqual([0, false]);
    expect(limiter.nextPermitAt).toBe(startOfTime + 300);
    await clock.advance(200);
    expect([limiter.available, limiter.nextPermitAt]).toEqual([0, startOfTime + 300]);
    await clock.advance(100);
    expect([limiter.available, limiter.nextPermitAt]).toEqual([1, startOfTime + 300]);
  });

  it('refuses at once what would wait longer than it may', async () => {
    const { limiter, clock, events } = limiterOf({ limit: 1 });
    await limiter.acquire();
    const refused = (await limiter.acquire(1, { maxWait: '200ms' }).catch((error) => error)) as RateLimitedError;
    expect(refused).toBeInstanceOf(RateLimitedError);
    expect(refused).toMatchObject({
      message: 'search was not called: its rate limit has no room for it in the next 800 ms',
      retryAfter: 800,
    });
    const fact = { site: 'search', limiter: 'search', weight: 1, retryAfter: 800 };
    expect(events.of('rateLimit.refused')).toEqual([fact]);
    await clock.advance(800);
    const accepted = watch(limiter.acquire(1, { maxWait: '200ms' }));
    await clock.advance(200);
    expect(accepted.state).toBe('resolved');
  });

  it('lets somebody leave in the same tick', async () => {
    const { limiter, clock } = limiterOf({ limit: 1 });
    const controller = new AbortController();
    const reason = new Boom('gone');
    limiter.tryAcquire();
    const seen = watch(limiter.acquire(1, { signal: controller.signal }));
    controller.abort(reason);
    expect(limiter.stats.waiting).toBe(0);
    await clock.advance(0);
    expect([seen.error, clock.pending]).toEqual([reason, 0]);
    await expect(limiter.acquire(1, { signal: controller.signal })).rejects.toBe(reason);
  });

  it('hangs no listener on a signal for longer than it takes', async () => {
    const { limiter } = limiterOf({ limit: 1 });
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    await limiter.acquire(1, { signal });
    await limiter.acquire(1, { signal, maxWait: 0 }).catch((error) => expect(error).toBeInstanceOf(RateLimitedError));
    expect([add, remove].map(({ mock }) => mock.calls.length)).toEqual([2, 2]);
  });

  it('waits no longer than the protected call around it lasts', async () => {
    const { limiter, clock, runtime } = limiterOf({ limit: 1, per: 100 });
    const outer = protect(() => limiter.acquire(), { timeout: 150 }, { runtime, id: 'Outer.method' });
    await outer();
    const [fits, doesNot] = [watch(outer()), watch(outer())];
    await clock.advance(0);
    expect(doesNot.error).toBeInstanceOf(RateLimitedError);
    await clock.advance(100);
    expect(fits.state).toBe('resolved');
  });

  it('gives nothing any more once its runtime is being disposed', async () => {
    const { limiter, clock, runtime } = limiterOf({ limit: 1 });
    limiter.tryAcquire();
    const waiting = watch(limiter.acquire());
    const disposed = runtime.dispose();
    await clock.advance(0);
    expect(waiting.error).toBeInstanceOf(RuntimeDisposedError);
    await expect(limiter.acquire()).rejects.toThrow('search was not completed: its runtime has been disposed');
    await disposed;
  });

  it('needs no place in the line where its permits come between two looks at the clock', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, maxQueue: 0 });
    limiter.tryAcquire();
    clock.skip(999);
    const now = clock.now.bind(clock);
    vi.spyOn(clock, 'now').mockImplementation(() => {
      clock.skip(0.6); // time goes on while the limiter thinks
      return now();
    });
    await limiter.acquire(1, { maxWait: 0 });
    expect(limiter.stats).toMatchObject({ waited: 1, rejected: 0 });
  });

  it('refuses for good what it can never give', async () => {
    const { limiter } = limiterOf({ limit: 10, burst: 4 });
    expect(limiter.tryAcquire(5)).toBe(false);
    await expect(limiter.acquire(5)).rejects.toMatchObject({ retryAfter: Number.POSITIVE_INFINITY });
    expect(limiter.available).toBe(4);
  });

  it.each([
    [
      () => limiterOf({ limit: 1 }).limiter.acquire(-1),
      'RateLimiter.acquire(): weight must be a number of at least 0, but got -1',
    ],
    [
      () => limiterOf({ limit: 1 }).limiter.acquire(Number.NaN),
      'RateLimiter.acquire(): weight must be a number of at least 0, but got NaN',
    ],
    [
      () => limiterOf({ limit: 1 }).limiter.acquire(1, { maxWait: '5' as '5s' }),
      "RateLimiter.acquire(): maxWait must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m'), but got '5'",
    ],
  ])('says what is wrong with a request: %#', async (ask, message) => {
    await expect(ask()).rejects.toThrow(message);
  });

  it('says what is wrong with a request that does not wait', () => {
    const { limiter } = limiterOf({ limit: 1 });
    expect(() => limiter.tryAcquire('1' as unknown as number)).toThrow(
      "RateLimiter.tryAcquire(): weight must be a number of at least 0, but got '1'",
    );
  });
});

describe('a limiter that is steered', () => {
  it('RL10 has no permits any more once it is drained, until new ones come', async () => {
    const { limiter, clock, events } = limiterOf({ limit: 5, per: 100, algorithm: 'fixed-window' });
    limiter.drain();
    expect(limiter.tryAcquire()).toBe(false);
    await clock.advance(100);
    expect(limiter.tryAcquire()).toBe(true);
    expect(events.of('rateLimit.drained')).toEqual([{ site: 'search', limiter: 'search', permits: 5 }]);
  });

  it('keeps whoever has the time for it waiting for the permits that come after a drain', async () => {
    const { limiter, clock } = limiterOf({ limit: 10 });
    limiter.tryAcquire(8);
    const seen = watch(limiter.acquire(5));
    await clock.advance(200);
    limiter.drain();
    await clock.advance(499);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.state).toBe('resolved');
  });

  it('foresees anew whenever something moves, for those too who hear of it', async () => {
    const { limiter, clock, runtime } = limiterOf({ limit: 2, per: 200 });
    const next = () => limiter.nextPermitAt - clock.now();
    const heard: number[] = [];
    runtime.events.on('rateLimit.drained', () => heard.push(next()));
    runtime.events.on('rateLimit.waited', () => heard.push(next()));
    limiter.tryAcquire(2);
    const leaving = new AbortController();
    watch(limiter.acquire(1, { signal: leaving.signal }));
    expect(next()).toBe(200);
    for (let i = 0; i < 3; i++) watch(limiter.acquire());
    expect(next()).toBe(500);
    await clock.advance(50);
    leaving.abort();
    expect(next()).toBe(350);
    limiter.drain();
    expect([heard, next()]).toEqual([[400], 400]);
    await clock.advance(50);
    limiter.change({ limit: 4 }); // half a permit is there; from now on there is one every 50 ms
    expect(next()).toBe(175);
    await clock.advance(125);
    expect(heard).toEqual([400, 150, 100, 50]);
    watch(limiter.acquire());
    expect(next()).toBe(100);
    clock.skip(500); // the process was busy: the alarm is late
    expect(next()).toBe(0);
  });

  it('RL8 keeps its balance when its limit changes', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, per: 100, algorithm: 'fixed-window' });
    limiter.tryAcquire();
    limiter.change({ limit: 2 });
    expect([limiter.available, limiter.rate]).toEqual([0, '2 per 100 ms (fixed-window)']);
    await clock.advance(100);
    expect(limiter.available).toBe(2);
  });

  it('serves whoever waits under the new terms', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, per: '1h' });
    limiter.tryAcquire();
    const seen = [limiter.acquire(), limiter.acquire()].map(watch);
    limiter.change({ limit: 10, per: 1000 });
    await clock.advance(100);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'pending']);
    await clock.advance(100);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });

  it('never refuses whom it has accepted and who has the time, even when it becomes too small for them', async () => {
    const { limiter, clock } = limiterOf({ limit: 10 });
    limiter.tryAcquire(10);
    const seen = watch(limiter.acquire(10));
    limiter.change({ limit: 2 });
    await clock.advance(1000);
    expect(seen.state).toBe('resolved');
    await clock.advance(4499);
    expect(limiter.available).toBe(0);
    await clock.advance(1);
    expect(limiter.available).toBe(1);
  });

  it('goes over to another algorithm with the permits that it has', async () => {
    const { limiter, clock } = limiterOf({ limit: 10 });
    limiter.tryAcquire(7);
    const waiting = watch(limiter.acquire(10));
    limiter.change({ algorithm: 'fixed-window' });
    await clock.advance(999);
    expect(waiting.state).toBe('pending');
    await clock.advance(1);
    expect(waiting.state).toBe('resolved');
    limiter.change({ algorithm: 'token-bucket', burst: 20 });
    expect([limiter.available, limiter.capacity, limiter.rate]).toEqual([0, 20, '10 per 1000 ms, up to 20 at once']);
  });

  it('leaves its burst behind when it becomes anything but a bucket', () => {
    const { limiter } = limiterOf({ limit: 10, burst: 5 });
    limiter.change({ algorithm: 'sliding-window' });
    expect([limiter.rate, limiter.available]).toEqual(['10 per 1000 ms (sliding-window)', 5]);
    limiter.change({ algorithm: 'token-bucket' });
    expect(limiter.capacity).toBe(10);
  });

  it('says what is wrong with a change, and stays as it was', () => {
    const { limiter } = limiterOf({ limit: 10 });
    expect(() => limiter.change({ limit: 0 })).toThrow(
      'search: @RateLimit: limit must be a whole number of at least 1, but got 0',
    );
    expect(() => limiter.change({ burst: 5, algorithm: 'fixed-window' })).toThrow(
      "search: @RateLimit: burst is for a token bucket; with 'fixed-window' all of limit may come at once, but got 5",
    );
    expect([limiter.rate, limiter.available]).toEqual(['10 per 1000 ms', 10]);
  });
});

describe('a limiter that is changed from one limit to several', () => {
  const several: LimiterOptions = {
    limits: [
      { limit: 10, per: '1s' },
      { limit: 10, per: '1m', algorithm: 'sliding-window' },
    ],
  };

  it('and back keeps the permits that are there, and whoever waits', async () => {
    const { limiter, clock } = limiterOf({ limit: 10 });
    limiter.tryAcquire(7);
    limiter.change(several);
    expect([limiter.available, limiter.rate]).toEqual([3, '10 per 1000 ms and 10 per 60000 ms (sliding-window)']);
    limiter.tryAcquire(3);
    const seen = [limiter.acquire(8), limiter.acquire(3)].map(watch);
    await clock.advance(1000);
    expect(seen.map(({ state }) => state)).toEqual(['pending', 'pending']); // seven are left of this minute
    limiter.change({ limit: 10 });
    await clock.advance(0);
    expect(limiter.rate).toBe('10 per 1000 ms');
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'pending']);
    await clock.advance(100);
    expect([seen[1]?.state, limiter.available, clock.pending]).toEqual(['resolved', 0, 0]);
  });

  it('must be told the whole of its new limit', () => {
    const { limiter } = limiterOf(several);
    expect(() => limiter.change({ per: '1m' })).toThrow('search: @RateLimit: limit must be given');
    expect(() => limiter.change({ ...several, limit: 5 })).toThrow(
      'search: @RateLimit: limit must be written as one of limits where these are given, but got 5',
    );
    limiter.change({ maxQueue: 5 });
    expect(limiter.rate).toBe('10 per 1000 ms and 10 per 60000 ms (sliding-window)');
  });

  it('says that it warms up', () => {
    const { limiter } = limiterOf({ limit: 9, burst: 12, warmUp: '5s' });
    expect([limiter.rate, limiter.available]).toEqual(['9 per 1000 ms, up to 12 at once, warming up for 5000 ms', 4]);
  });
});

describe('listeners of a limiter', () => {
  it('may dispose its runtime: nobody passes any more, and nobody waits in vain', async () => {
    const { limiter, clock, runtime } = limiterOf({ limit: 1, per: 100 });
    const seen = [limiter.acquire(), limiter.acquire(), limiter.acquire()].map(watch);
    runtime.events.on('rateLimit.waited', () => void runtime.dispose());
    await clock.advance(100);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'rejected', 'rejected']);
    expect([limiter.available, clock.pending]).toEqual([1, 0]); // what was given to the second came back
  });

  it('may change, drain and use it: everybody is served or refused in the end', async () => {
    const { limiter, clock, runtime } = limiterOf({ limit: 10 });
    limiter.tryAcquire(10);
    const seen = Array.from({ length: 6 }, () => watch(limiter.acquire(1, { maxWait: '1s' })));
    let heard = 0;
    runtime.events.on('rateLimit.refused', () => {
      heard++;
      if (heard <= 3) limiter.change({ limit: 10 - heard });
      if (heard === 2) limiter.drain();
      seen.push(watch(limiter.acquire()));
    });
    limiter.change({ limit: 1 });
    await clock.advance(60_000);
    expect(heard).toBeGreaterThan(0);
    expect(seen.filter(({ state }) => state === 'rejected')).toHaveLength(heard);
    expect(seen.filter(({ state }) => state === 'pending')).toEqual([]);
    expect([limiter.stats.waiting, limiter.busy, clock.pending]).toEqual([0, false, 0]);
  });
});

describe('whoever waits when permits come later than was foreseen', () => {
  it('leaves at once when its turn is later than it may wait, and those behind move up', async () => {
    const { limiter, clock, events } = limiterOf({ limit: 10 });
    limiter.tryAcquire(10);
    const [first, heavy, light] = [
      watch(limiter.acquire(1)),
      watch(limiter.acquire(6, { maxWait: 800 })),
      watch(limiter.acquire(1)),
    ];
    await clock.advance(50);
    limiter.change({ limit: 5 }); // 1 permit in 200 ms: the first has half of its own, and waits for 100 ms more
    await clock.advance(0);
    expect([first.state, heavy.state, light.state]).toEqual(['pending', 'rejected', 'pending']);
    expect(heavy.error).toBeInstanceOf(RateLimitedError);
    expect(limiter.stats).toMatchObject({ waiting: 2, rejected: 1 });
    expect(events.of('rateLimit.refused')).toEqual([
      { site: 'search', limiter: 'search', weight: 6, retryAfter: Number.POSITIVE_INFINITY },
    ]);
    await clock.advance(100);
    expect([first.state, light.state]).toEqual(['resolved', 'pending']);
    await clock.advance(200);
    expect(light.state).toBe('resolved');
  });

  it('does not take those along who have the time once it is gone', async () => {
    const { limiter, clock } = limiterOf({ limit: 10 });
    limiter.tryAcquire(10);
    const [heavy, light] = [watch(limiter.acquire(6, { maxWait: 620 })), watch(limiter.acquire(1, { maxWait: 750 }))];
    await clock.advance(500);
    limiter.drain();
    await clock.advance(100);
    expect([heavy.state, light.state]).toEqual(['rejected', 'resolved']);
  });

  it('is told what a newcomer would be told', async () => {
    const { limiter, clock } = limiterOf({ limit: 10 });
    limiter.tryAcquire(8);
    const seen = watch(limiter.acquire(4, { maxWait: 250 }));
    await clock.advance(150);
    limiter.drain();
    await clock.advance(0);
    expect(seen.error).toMatchObject({ retryAfter: 150, weight: 4 });
    const newcomer = watch(limiter.acquire(4, { maxWait: 250 }));
    await clock.advance(149);
    expect(newcomer.error).toMatchObject({ retryAfter: 150 });
    const early = watch(limiter.acquire(4, { maxWait: 250 }));
    await clock.advance(1);
    const punctual = watch(limiter.acquire(4, { maxWait: 250 }));
    await clock.advance(0);
    expect([early.state, punctual.state]).toEqual(['rejected', 'pending']);
  });

  it('may ask again at once where only its own patience is over', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, per: 100 });
    limiter.tryAcquire();
    const seen = watch(limiter.acquire(1, { maxWait: 120 }));
    await clock.advance(50);
    limiter.drain();
    await clock.advance(0);
    expect(seen.error).toMatchObject({
      retryAfter: 0,
      message: 'search was not called: its turn would come later than it may wait',
    });
    const again = watch(limiter.acquire(1, { maxWait: 120 }));
    await clock.advance(100);
    expect(again.state).toBe('resolved');
  });

  it('leaves when its deadline comes before its turn', async () => {
    const { limiter, clock, runtime } = limiterOf({ limit: 1, per: 100 });
    const outer = protect(() => limiter.acquire(), { timeout: { total: 150 } }, { runtime, id: 'Outer.method' });
    limiter.tryAcquire();
    const seen = watch(outer());
    await clock.advance(60);
    limiter.drain();
    await clock.advance(0);
    expect(seen.error).toBeInstanceOf(RateLimitedError);
    expect(seen.error).toMatchObject({ retryAfter: 100 });
    expect([limiter.stats.waiting, clock.pending]).toEqual([0, 0]);
  });

  it('is served first where its turn has come already', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, per: 100 });
    limiter.tryAcquire();
    const seen = watch(limiter.acquire(1, { maxWait: 100 }));
    clock.skip(100); // the process was busy: the alarm is late
    limiter.drain();
    await clock.advance(0);
    expect([seen.state, limiter.stats]).toMatchObject(['resolved', { rejected: 0, waited: 1 }]);
  });

  it('is served first where its turn had come before the change, too', async () => {
    const { limiter, clock } = limiterOf({ limit: 4, per: 100 });
    limiter.tryAcquire(4);
    const seen = [limiter.acquire(2, { maxWait: 100 }), limiter.acquire(2, { maxWait: 100 })].map(watch);
    clock.skip(100);
    limiter.change({ limit: 1 });
    await clock.advance(0);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'resolved']);
  });

  it('has left the line to a newcomer once its turn has come, though its alarm is late', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, per: 100, maxQueue: 1 });
    limiter.tryAcquire();
    const seen = watch(limiter.acquire());
    clock.skip(150);
    const newcomer = watch(limiter.acquire(1, { maxWait: 100 }));
    await clock.advance(0);
    expect([seen.state, newcomer.state]).toEqual(['resolved', 'pending']);
    await clock.advance(100);
    expect(newcomer.state).toBe('resolved');
  });

  it('goes on waiting as long as the change leaves it the time', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, per: 100 });
    limiter.tryAcquire();
    const seen = watch(limiter.acquire(1, { maxWait: 150 }));
    await clock.advance(50);
    limiter.drain();
    await clock.advance(99);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.state).toBe('resolved');
  });
});

describe('a limiter of another algorithm', () => {
  it('RL11 (smooth) lets callers wait for their ticks, however they come', async () => {
    const { limiter, clock, events } = limiterOf({ limit: 1, per: 500, algorithm: 'smooth' });
    const lastWaits: number[] = [];
    const arrivals = [[0, 7], [800, 3], [2300, 1], [3500, 3], [9100, 3], [11_000, 1]] as const; // biome-ignore format: a table
    for (const [at, calls] of arrivals) {
      await clock.advance(startOfTime + at - clock.now());
      const foreseen = Array.from({ length: calls }, () => {
        const wait = limiter.nextPermitAt - clock.now();
        watch(limiter.acquire());
        return wait;
      });
      lastWaits.push(foreseen.at(-1)!);
    }
    expect(lastWaits).toEqual([3000, 3700, 2700, 3000, 900, 0]);
    await clock.advance(60_000);
    expect(events.of('rateLimit.waited').map(({ waited }) => waited)).toEqual(
      expect.arrayContaining([3700, 2700, 900]),
    );
    expect(limiter.stats).toMatchObject({ permitted: 3, waited: 15, waiting: 0 });
  });

  it.each(['token-bucket', 'sliding-window', 'fixed-window', 'smooth'] as const)(
    'RL8 RL10 (%s) is drained and changed while it lives, and arms no timer while nobody waits',
    async (algorithm) => {
      const { limiter, clock } = limiterOf({ limit: 3, per: 300, algorithm });
      expect([limiter.tryAcquire(), limiter.busy]).toEqual([true, true]);
      limiter.drain();
      expect([limiter.tryAcquire(), clock.pending]).toEqual([false, 0]);
      limiter.change({ limit: 6 });
      await clock.advance(86_400_000);
      expect([limiter.available, limiter.busy, limiter.capacity, clock.pending]).toEqual([6, false, 6, 0]);
      await expect(limiter.acquire(7)).rejects.toMatchObject({ retryAfter: Number.POSITIVE_INFINITY });
    },
  );
});

describe('the limiters of a runtime', () => {
  it('are found, listed and made by name', () => {
    const { runtime, limiter } = limiterOf({ limit: 1 });
    expect(runtime.limiters.get('search')).toBe(limiter);
    expect(runtime.limiters.find('other')).toBeUndefined();
    expect([...runtime.limiters.entries()]).toEqual([['search', limiter]]);
    expect(() => runtime.limiters.get('other')).toThrow('other: @RateLimit: limit must be given');
  });

  it('are checked when they are registered', () => {
    const { runtime } = limiterOf({ limit: 1 });
    expect(() => runtime.limiters.register('other', { limit: '5' as unknown as number })).toThrow(
      "other: @RateLimit: limit must be a whole number of at least 1, but got '5'",
    );
    expect(() => runtime.limiters.register('other', { rate: 5 } as LimiterOptions)).toThrow(
      'other: @RateLimit: rate is no option; it takes limit, per, algorithm, burst, limits, warmUp, adopt, maxQueue',
    );
    expect(() => runtime.limiters.register('10/s', { limit: 10 })).toThrow(
      "@RateLimit: name must be a name: a letter, then letters, digits, _ . : or -, but got '10/s'",
    );
  });

  it('have each their own name, also where they are given the same options', () => {
    const options = { limit: 1 };
    const { runtime } = limiterOf(options);
    expect(['a', 'b'].map((name) => runtime.limiters.claim(name, options, 'a test').name)).toEqual(['a', 'b']);
  });

  it('must be asked for alike where two uses give options, however they are written', () => {
    const { runtime } = limiterOf({ limit: 1, per: '1s' });
    expect(() => runtime.limiters.register('search', { limit: 1, per: 1000, burst: 1 })).not.toThrow();
    expect(() => runtime.limiters.register('search', { limit: 2 })).toThrow(
      "@RateLimit: limit of 'search' is already set",
    );
  });

  it('must agree on all of their limits, too', () => {
    const { runtime } = limiterOf({ limits: [{ limit: 1 }, { limit: 10, per: '1m' }] });
    const same = [
      { limit: 1, per: '1s', algorithm: 'token-bucket', burst: 1 },
      { limit: 10, per: 60_000 },
    ] as const;
    expect(() => runtime.limiters.register('search', { limits: same })).not.toThrow();
    expect(() => runtime.limiters.register('search', { limits: same.toReversed() })).toThrow(
      "@RateLimit: limits of 'search' is already set",
    );
    expect(() => runtime.limiters.register('search', { limit: 1 })).toThrow(
      "@RateLimit: limit of 'search' is already set by register(): limit must be written as one of limits",
    );
    expect(() => runtime.limiters.register('search', { warmUp: 5 })).toThrow("warmUp of 'search' is already set");
  });
});
