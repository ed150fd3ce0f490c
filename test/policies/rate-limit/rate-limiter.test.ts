import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { RuntimeDisposedError } from '../../../src/core/index.js';
import { type LimiterOptions, RateLimitedError, type RateLimiter } from '../../../src/policies/rate-limit/index.js';
import { protect } from '../../../src/runtime/index.js';
import { type ManualClock, RecordedEvents, testRuntime } from '../../../src/testing/index.js';
import { Boom, watch } from '../../support/subject.js';

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

  it('keeps whoever waits waiting for the permits that come after a drain', async () => {
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

  it('RL8 keeps its balance when its limit changes', async () => {
    const { limiter, clock } = limiterOf({ limit: 1, per: 100, algorithm: 'fixed-window' });
    limiter.tryAcquire();
    limiter.change({ limit: 2 });
    expect([limiter.available, limiter.rate]).toEqual([0, '2 per 100 ms']);
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

  it('never refuses whom it has accepted, even when it becomes too small for them', async () => {
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
      'other: @RateLimit: rate is no option; it takes limit, per, algorithm, burst, maxQueue',
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
});

/** A limiter under random use, and everything that it gave. */
class Crowd {
  readonly limiter: RateLimiter;
  readonly #clock: ManualClock;
  readonly #leaving: AbortController[] = [];
  readonly served: {
    readonly number: number;
    readonly weight: number;
    readonly at: number;
    readonly promised: number;
  }[] = [];
  left = 0;
  refused = 0;
  waiting = 0;
  came = 0;

  constructor(options: LimiterOptions) {
    const { limiter, clock } = limiterOf(options);
    this.limiter = limiter;
    this.#clock = clock;
  }

  get pending(): number {
    return this.#clock.pending;
  }

  async come(weight: number, maxWait: number): Promise<void> {
    const [number, controller] = [this.came++, new AbortController()];
    const promised = weight === 1 ? this.limiter.nextPermitAt : Number.POSITIVE_INFINITY;
    this.waiting++;
    this.#leaving.push(controller);
    const served = () => this.served.push({ number, weight, at: this.#clock.now(), promised });
    const failed = (error: unknown) => (error instanceof RateLimitedError ? this.refused++ : this.left++);
    const settled = () => this.waiting--;
    void this.limiter.acquire(weight, { maxWait, signal: controller.signal }).then(served, failed).then(settled);
    await this.advance(0);
  }

  async leave(which: number): Promise<void> {
    this.#leaving[which % Math.max(1, this.#leaving.length)]?.abort();
    await this.advance(0);
  }

  async advance(duration: number): Promise<void> {
    await this.#clock.advance(duration);
  }

  /** The most by which any stretch of time was given more than `burst` and what came back within it. */
  excess(burst: number, interval: number): number {
    const stretches = this.served.flatMap(({ at: start }, from) => {
      let sum = 0;
      return this.served.slice(from).map(({ at, weight }) => {
        sum += weight;
        return sum - burst - (at - start) / interval;
      });
    });
    return Math.max(0, ...stretches);
  }
}

const happening = fc.oneof(
  fc
    .tuple(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0, 50, 400, Number.POSITIVE_INFINITY))
    .map((ask) => (crowd: Crowd) => crowd.come(...ask)),
  fc.constant((crowd: Crowd) => crowd.come(1, Number.POSITIVE_INFINITY)),
  fc.nat(60).map((which) => (crowd: Crowd) => crowd.leave(which)),
  fc.double({ min: 0, max: 300, noNaN: true }).map((time) => (crowd: Crowd) => crowd.advance(time)),
);

describe('whatever a crowd does, a limiter', () => {
  it.each([
    ['token-bucket', 4],
    ['token-bucket', 9],
    ['fixed-window', 4],
  ] as const)(
    '(%s of %d) keeps the order and its promises, never gives too much, and forgets nobody',
    async (algorithm, limit) => {
      const interval = 400 / limit;
      await fc.assert(
        fc.asyncProperty(fc.array(happening, { maxLength: 40, size: 'max' }), async (happenings) => {
          const crowd = new Crowd({ limit, per: 400, algorithm, maxQueue: 6 });
          for (const next of happenings) await next(crowd);
          await crowd.advance(60_000);
          const numbers = crowd.served.map(({ number }) => number);
          expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
          for (const { at, promised } of crowd.served) expect(at).toBeLessThanOrEqual(promised + 1e-3);
          expect(crowd.excess(algorithm === 'fixed-window' ? 2 * limit : limit, interval)).toBeLessThan(1e-3);
          expect([crowd.waiting, crowd.limiter.stats.waiting, crowd.pending]).toEqual([0, 0, 0]);
          expect(crowd.served.length + crowd.left + crowd.refused).toBe(crowd.came);
          expect(crowd.limiter.available).toBe(limit);
          expect(crowd.limiter.stats).toMatchObject({ rejected: crowd.refused });
        }),
        { numRuns: 100 },
      );
    },
  );
});
