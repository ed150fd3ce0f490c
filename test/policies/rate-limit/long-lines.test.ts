import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type LimiterOptions, RateLimitedError } from '../../../src/policies/rate-limit/index.js';
import { protect } from '../../../src/runtime/index.js';
import { testRuntime, watch } from '../../../src/testing/index.js';
import { countSteps } from './steps.js';

const sliding = { limit: 10, per: 100, algorithm: 'sliding-window' } as const;
const kinds: readonly (readonly [name: string, options: LimiterOptions])[] = [
  ['a token bucket', { limit: 10, per: 100 }],
  ['a sliding window', sliding],
  ['a fixed window', { ...sliding, algorithm: 'fixed-window' }],
  ['a smooth limit', { ...sliding, algorithm: 'smooth' }],
  ['several limits', { limits: [{ limit: 10, per: 100 }, sliding, { limit: 500, per: 9000 }] }],
  ['a sliding window that warms up', { ...sliding, warmUp: 1000 }],
];

const lines = [
  ['of equal weights', [1]],
  ['of mixed weights', [1, 3, 2]],
] as const;

/** A line of so many, with some patience, and a weight for each in turn. */
function lineOf(options: LimiterOptions, length: number, weights: readonly number[] = [1]) {
  const { runtime, clock } = testRuntime();
  const limiter = runtime.limiters.register('search', { ...options, maxQueue: length + 200 });
  const signals: AbortController[] = [];
  const come = (maxWait: number, weight = weights[signals.length % weights.length] ?? 1) => {
    const controller = new AbortController();
    signals.push(controller);
    return watch(limiter.acquire(weight, { maxWait, signal: controller.signal }));
  };
  for (let i = 0; i < length; i++) come(1e9);
  return { limiter, clock, come, leave: (which: number) => signals[which]?.abort() };
}

/** What each of them costs, in steps per call. */
async function costs(options: LimiterOptions, length: number, weights: readonly number[]) {
  const { taken, stop } = countSteps();
  try {
    const { limiter, clock, come, leave } = lineOf(options, length, weights);
    const spent = (calls: number) => Math.round(taken() / calls);
    const enqueue = spent(length);
    for (let i = 0; i < 50; i++) come(0);
    const refuse = spent(50);
    for (let i = 0; i < 50; i++) leave(length - 5 - 6 * i);
    const cancel = spent(50);
    for (let i = 0; i < 50; i++) {
      if (weights.length === 1) leave(length - 6 - 6 * i);
      come(1e9);
      if (weights.length === 1) come(0); // has to know exactly
    }
    const move = spent(50);
    for (let i = 0; i < 50; i++) {
      clock.skip(10.01); // every alarm rings late
      await clock.advance(0);
      come(1e9);
    }
    const late = spent(50);
    const { waiting } = limiter.stats;
    await clock.advance(1e8);
    return { enqueue, refuse, cancel, move, late, grant: spent(waiting) };
  } finally {
    stop();
  }
}

describe.each(kinds)('a long line before %s', (_name, options) => {
  it.each(lines)('%s costs each call no more than a short one', async (_kind, weights) => {
    const [short, long] = [await costs(options, 500, weights), await costs(options, 10_000, weights)];
    for (const [what, steps] of Object.entries(long)) {
      expect(`${what}: ${steps} steps`).toBe(`${what}: ${Math.min(steps, 60)} steps`);
      expect(steps).toBeLessThanOrEqual(2 * short[what as keyof typeof short] + 4);
    }
  });
});

describe('a line whose alarms ring late', () => {
  const interval = { limit: 1, per: 100, algorithm: 'sliding-window' } as const;
  /** Sixty wait, and twenty were served, each ten milliseconds late. */
  async function lateLine() {
    const line = lineOf(interval, 80);
    for (let i = 0; i < 20; i++) {
      line.clock.skip(110);
      await line.clock.advance(0);
    }
    return line;
  }
  let wait: number;

  beforeEach(async () => {
    const { limiter, clock } = await lateLine();
    wait = limiter.nextPermitAt - clock.now();
  });

  it('foresees what that has cost', async () => {
    expect((await lateLine()).limiter.stats).toMatchObject({ waiting: 59, waited: 20 });
    expect(wait).toBe(6000);
  });

  it('accepts whoever can wait as long as it takes now, and serves it then', async () => {
    const { clock, come } = await lateLine();
    const seen = come(wait);
    await clock.advance(wait - 1);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.state).toBe('resolved');
  });

  it('refuses whoever could have waited for the turn that was foreseen before, and says how long', async () => {
    const { clock, come } = await lateLine();
    const seen = come(wait - 100);
    await clock.advance(0);
    expect(seen.error).toBeInstanceOf(RateLimitedError);
    expect((seen.error as RateLimitedError).retryAfter).toBeCloseTo(100);
  });

  it('is not foreseen anew for whoever is too late by far, nor for a difference of less than a thousandth', async () => {
    const [far, close] = [await lateLine(), lineOf(interval, 80)];
    close.clock.skip(100.5);
    await close.clock.advance(0);
    const { taken, stop } = countSteps();
    const seen = [far.come(10), close.come(7899.8)];
    const steps = taken();
    stop();
    await close.clock.advance(0);
    expect(steps).toBeLessThan(20);
    expect(seen.map(({ error }) => error)).toEqual([expect.any(RateLimitedError), expect.any(RateLimitedError)]);
    expect(seen[1]?.error).toMatchObject({ retryAfter: 0 });
  });

  it('refuses whoever may not be in time for its deadline by less than a thousandth, too', async () => {
    const { runtime, clock } = testRuntime();
    const calling = (total: number) =>
      protect(
        async () => 1,
        { rateLimit: { name: 'search', ...interval, maxWait: 1e7 }, timeout: { total } },
        { runtime },
      );
    for (let i = 0; i < 80; i++) watch(calling(1e7)());
    await clock.advance(0);
    clock.skip(100.5);
    await clock.advance(0);
    const seen = [7899.8, 7900.2].map((total) => watch(calling(total)()));
    await clock.advance(0);
    expect(seen.map(({ state }) => state)).toEqual(['rejected', 'pending']);
    expect(seen[0]?.error).toMatchObject({ name: 'RateLimitedError', retryAfter: 0 });
    await clock.advance(1e6);
    expect(seen[1]?.state).toBe('resolved');
  });

  it('says no more than is certain to whoever could not even have waited for that', async () => {
    const { clock, come } = await lateLine();
    const seen = come(10);
    await clock.advance(0);
    const { retryAfter } = seen.error as RateLimitedError;
    expect(retryAfter).toBeGreaterThan(wait - 10 - 20 * 10 - 1);
    expect(retryAfter).toBeLessThanOrEqual(wait - 10);
  });
});

describe('a line before a fixed window whose alarms ring so late that a period may be lost', () => {
  const pairs = { limit: 2, per: 100, algorithm: 'fixed-window' } as const;

  /** Twelve wait, the turn of the next was foreseen, and then nobody was served for two periods and a half. */
  async function lateLine() {
    const line = lineOf(pairs, 12);
    expect(line.limiter.nextPermitAt - line.clock.now()).toBe(600);
    line.clock.skip(250);
    await line.clock.advance(0);
    return line;
  }

  it('says no more than is certain to whoever could not even have waited for the turn that was foreseen', async () => {
    const { limiter, clock, come } = await lateLine();
    const seen = come(200);
    await clock.advance(0);
    expect((seen.error as RateLimitedError).retryAfter).toBe(150); // 600 - 250 - 200
    expect(limiter.nextPermitAt - clock.now()).toBe(450);
  });

  it('says so too where a deadline leaves time enough, and how long the turn takes where it does not', async () => {
    const { runtime, clock } = testRuntime();
    const rateLimit = { name: 'search', ...pairs };
    const calling = (maxWait: number, total: number) =>
      protect(async () => 1, { rateLimit: { ...rateLimit, maxWait }, timeout: { total } }, { runtime, id: 'A.b' });
    for (let i = 0; i < 12; i++) watch(calling(1e6, 1e7)());
    await clock.advance(0);
    clock.skip(250);
    await clock.advance(0);
    const seen = [calling(200, 10_000)(), calling(1000, 200)()].map((outcome) => watch(outcome));
    await clock.advance(0);
    expect(seen.map(({ error }) => (error as RateLimitedError).retryAfter)).toEqual([150, 350]);
  });
});

describe('a line of equal weights', () => {
  let line: ReturnType<typeof lineOf>;
  beforeEach(() => {
    line = lineOf({ ...sliding, limit: 2 }, 12);
  });
  afterEach(async () => {
    await line.clock.advance(1e6);
    expect([line.limiter.stats.waiting, line.clock.pending]).toEqual([0, 0]);
  });

  it('gives the turn that somebody leaves in its midst to whoever comes next', async () => {
    const before = line.limiter.nextPermitAt;
    line.come(1e9);
    for (const which of [6, 8, 9]) line.leave(which);
    expect(line.limiter.nextPermitAt).toBe(before - 100);
    const seen = line.come(before - 100 - line.clock.now());
    await line.clock.advance(before - 100 - line.clock.now());
    expect(seen.state).toBe('resolved');
  });

  it('has no turn to spare for another weight: that one is foreseen anew', async () => {
    line.come(1e9);
    line.leave(6);
    line.leave(7);
    const [late, punctual] = [line.come(599, 2), line.come(600, 2)];
    await line.clock.advance(600);
    expect((late.error as RateLimitedError).retryAfter).toBeCloseTo(1);
    expect(punctual.state).toBe('resolved');
  });
});

describe('a line of which turns have become sooner', () => {
  const pairs = { ...sliding, limit: 2 } as const;

  it('knows so once somebody has left who had another weight than those behind', async () => {
    const { limiter, clock } = testRuntimeWith(pairs);
    const controller = new AbortController();
    const ask = (weight: number, maxWait: number, signal?: AbortSignal) =>
      watch(limiter.acquire(weight, { maxWait, ...(signal && { signal }) }));
    ask(2, 0);
    ask(2, 900);
    ask(1, 900, controller.signal);
    ask(2, 900);
    expect(limiter.nextPermitAt - clock.now()).toBe(400);
    controller.abort();
    const [late, punctual] = [ask(1, 299), ask(1, 300)];
    await clock.advance(300);
    expect((late.error as RateLimitedError).retryAfter).toBeCloseTo(1);
    expect(punctual.state).toBe('resolved');
  });

  it('knows so once permits have come back', async () => {
    const { limiter, clock } = testRuntimeWith(pairs);
    limiter.tryAcquire(2);
    const hold = limiter.hold(2);
    const seen = [900, 900].map((maxWait) => watch(limiter.acquire(2, { maxWait })));
    expect(limiter.nextPermitAt - clock.now()).toBe(300);
    limiter.giveBack(hold);
    const ask = (maxWait: number) => watch(limiter.acquire(2, { maxWait }));
    const [late, punctual] = [ask(199), ask(200)];
    await clock.advance(200);
    expect((late.error as RateLimitedError).retryAfter).toBeCloseTo(1);
    expect([...seen, punctual].map(({ state }) => state)).toEqual(['resolved', 'resolved', 'resolved']);
  });
});

function testRuntimeWith(options: LimiterOptions) {
  const { runtime, clock } = testRuntime();
  return { clock, limiter: runtime.limiters.register('search', options) };
}
