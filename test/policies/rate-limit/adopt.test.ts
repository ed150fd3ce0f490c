import { describe, expect, it, vi } from 'vitest';
import { answerIn } from '../../../src/policies/rate-limit/follow.js';
import type { RateLimitOptions } from '../../../src/policies/rate-limit/index.js';
import type { GivenPolicies } from '../../../src/runtime/index.js';
import { protectForTest, watch } from '../../../src/testing/index.js';

/** An answer as axios, fetch and others hand it on. */
const answer = (status: number, headers: Record<string, string> = {}) => ({ status, headers });

/** An error that carries such an answer. */
const refused = (status: number, headers: Record<string, string>) =>
  Object.assign(new Error(`answered with ${status}`), { response: answer(status, headers) });

const generous: RateLimitOptions = { limit: 100, per: '1s', adopt: true };

/** A method whose server answers as it is told, behind a limiter. */
function following(options: RateLimitOptions = generous, others: GivenPolicies = {}) {
  const server = { answers: async (): Promise<unknown> => answer(200), requests: 0 };
  const method = () => {
    server.requests++;
    return server.answers();
  };
  const world = protectForTest(method, { rateLimit: options, ...others });
  return { ...world, server, limiter: world.runtime.limiters.get(options.name ?? 'Service.method') };
}

describe('a limiter that follows its server', () => {
  it('lets no more calls through than an answer says are left, until the window begins anew', async () => {
    const { call, clock, server } = following();
    server.answers = async () => answer(200, { 'X-RateLimit-Remaining': '2', 'X-RateLimit-Reset': '30' });
    await call();
    server.answers = async () => answer(200);
    await call();
    await call();
    await expect(call()).rejects.toMatchObject({ name: 'RateLimitedError', retryAfter: 30_000 });
    await clock.advance(29_999);
    await expect(call()).rejects.toMatchObject({ name: 'RateLimitedError', retryAfter: 1 });
    await clock.advance(1);
    await call();
    expect(server.requests).toBe(4);
  });

  it('still keeps to its own limit where the server grants more', async () => {
    const { call, server } = following({ limit: 2, per: '1s', adopt: true });
    server.answers = async () => answer(200, { RateLimit: '"default";r=50;t=30' });
    await call();
    await call();
    await expect(call()).rejects.toMatchObject({ retryAfter: 500 });
  });

  it.each([429, 503, 403])('lets nobody ask while a %d says to come back later', async (status) => {
    const { call, clock, server } = following();
    server.answers = () => Promise.reject(refused(status, { 'retry-after': '3' }));
    await expect(call()).rejects.toThrow(`answered with ${status}`);
    await expect(call()).rejects.toMatchObject({ name: 'RateLimitedError', retryAfter: 3000 });
    await clock.advance(2999);
    await expect(call()).rejects.toMatchObject({ name: 'RateLimitedError', retryAfter: 1 });
    await clock.advance(1);
    await expect(call()).rejects.toThrow(`answered with ${status}`);
    expect(server.requests).toBe(2);
  });

  it('pauses everybody who shares it, and lets those wait who may', async () => {
    const { call, clock, limiter, server } = following({ ...generous, name: 'maps', maxWait: '10s' });
    server.answers = () => Promise.reject(refused(429, { 'retry-after': '3' }));
    await expect(call()).rejects.toThrow('answered with 429');
    server.answers = async () => 'tile';
    const waiting = call();
    await expect(limiter.acquire(1, { maxWait: '2s' })).rejects.toMatchObject({ retryAfter: 1000 });
    await clock.advance(2999);
    expect(server.requests).toBe(1);
    await clock.advance(1);
    expect(await waiting).toBe('tile');
  });

  it('refuses at once those who wait already and cannot wait as long as the server says; the others go on waiting', async () => {
    const { call, clock, limiter, server } = following({ limit: 1, per: '1s', adopt: true, maxWait: '2s' });
    let settle = (_: unknown): void => {};
    server.answers = () =>
      new Promise((resolve) => {
        settle = resolve;
      });
    const first = call();
    const impatient = call().catch((error: unknown) => error);
    const patient = limiter.acquire(1, { maxWait: '5m' });
    expect(limiter.stats.waiting).toBe(2);

    settle(answer(429, { 'retry-after': '60' }));
    await first;
    expect(await impatient).toMatchObject({ name: 'RateLimitedError', retryAfter: 59_000 });
    expect(limiter.stats).toMatchObject({ waiting: 1, rejected: 1 });
    await clock.advance(60_000);
    await patient;
    expect(limiter.stats).toMatchObject({ waiting: 0, waited: 1 });
  });

  it('refuses those at once, too, whose turn is too late because another quota holds from the next window on', async () => {
    const { call, clock, limiter, server } = following({ ...generous, maxWait: '12s' });
    const told = (policy: string) => answer(200, { ratelimit: '"a";r=0;t=10', 'ratelimit-policy': policy });
    server.answers = async () => told('"a";q=9;w=10');
    await call();
    const seen = [1, 2].map(() => watch(call()));
    expect(limiter.nextPermitAt - clock.now()).toBe(10_000);
    limiter.adopt(told('"a";q=1;w=10'));
    expect(limiter.nextPermitAt - clock.now()).toBe(20_000);
    await clock.advance(0);
    expect(seen.map(({ state }) => state)).toEqual(['pending', 'rejected']);
    await clock.advance(10_000);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'rejected']);
  });

  it('stays warm while somebody waits for what the server said, whoever leaves meanwhile', async () => {
    const { clock, limiter } = following({ limit: 12, per: '1s', warmUp: '500ms', adopt: true });
    limiter.adopt(answer(200, { ratelimit: '"a";r=0;t=5' }));
    const begun = clock.now();
    const first = new AbortController();
    const left = watch(limiter.acquire(1, { maxWait: '9s', signal: first.signal }));
    await clock.advance(3000);
    const seen = watch(limiter.acquire(12, { maxWait: '9s' }));
    await clock.advance(1900);
    first.abort();
    expect(limiter.nextPermitAt - begun).toBeCloseTo(5000 + 1000 / 12);
    await clock.advance(100);
    expect([left.state, seen.state]).toEqual(['rejected', 'resolved']);
  });

  it('has a Retry that obeys the same answer come just when the pause is over', async () => {
    const on = () => true;
    const { call, clock, server } = following(generous, { retry: { maxAttempts: 2, retryAfter: 'obey', on } });
    server.answers = () => Promise.reject(refused(429, { 'retry-after': '3' }));
    const outcome = call();
    await clock.advance(0);
    server.answers = async () => 'tile';
    await clock.advance(3000);
    expect(await outcome).toBe('tile');
    expect(server.requests).toBe(2);
  });

  it('keeps each key to what was told of it', async () => {
    const { call, server } = following({ ...generous, key: () => currentKey });
    let currentKey = 'ann';
    server.answers = async () => answer(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' });
    await call();
    await expect(call()).rejects.toMatchObject({ retryAfter: 30_000 });
    currentKey = 'bob';
    await call();
  });

  it('gives permits back that a bulkhead further in had no use for, also of what the server counts', async () => {
    const { call, limiter, server } = following(generous, { bulkhead: { maxConcurrent: 1 } });
    server.answers = async () => answer(200, { 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': '30' });
    await call();
    expect(limiter.available).toBe(5);
    server.answers = () => new Promise(() => {});
    void call();
    await expect(call()).rejects.toMatchObject({ name: 'BulkheadFullError' });
    expect(limiter.available).toBe(4);
  });

  it('tells whom it concerns when an answer changes whose turn it is, and only then', async () => {
    const { call, events, server } = following({ ...generous, name: 'maps' });
    await call();
    expect(events.of('rateLimit.adopted')).toEqual([]);
    server.answers = async () => answer(200, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '30' });
    await call();
    const facts = { site: 'Service.method', limiter: 'maps', available: 1, nextIn: 0 };
    expect(events.of('rateLimit.adopted')).toEqual([expect.objectContaining(facts)]);
    server.answers = async () => answer(200, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' });
    await call(); // that is what was to be expected
    expect(events.of('rateLimit.adopted')).toHaveLength(1);
  });

  it('can be told by hand, for whatever has no HTTP', async () => {
    const { call, limiter } = following({ limit: 100 });
    limiter.adopt(answer(429, { 'retry-after': '7' }));
    await expect(call()).rejects.toMatchObject({ retryAfter: 7000 });
  });

  it('says what is wrong with what it is told by hand', () => {
    const { limiter } = following();
    const noAnswer = undefined as unknown as Parameters<typeof limiter.adopt>[0]; // a request that was not answered
    expect(() => limiter.adopt(noAnswer)).toThrow(
      'RateLimiter.adopt(): answer must be an HTTP answer: an object with status and headers, but got undefined',
    );
  });

  it('goes on following when its own limits change', async () => {
    const { call, limiter, server } = following();
    server.answers = async () => answer(429, { 'retry-after': '7' });
    await call();
    limiter.change({ limit: 5 });
    expect(limiter.available).toBe(0);
    await expect(call()).rejects.toMatchObject({ retryAfter: 7000 });
  });

  it('forgets what was told when it is to follow no more', async () => {
    const { call, limiter, server } = following();
    server.answers = async () => answer(429, { 'retry-after': '7' });
    await call();
    limiter.change({ adopt: false });
    expect(limiter.available).toBe(99);
    await call();
    expect(limiter.available).toBe(98);
  });

  it('says when the next permit comes as of one moment', () => {
    const { clock, events, limiter } = following();
    const now = clock.now.bind(clock);
    vi.spyOn(clock, 'now').mockImplementation(() => {
      clock.skip(0.1); // time goes on while the limiter thinks
      return now();
    });
    limiter.adopt(answer(200, { 'x-ratelimit-remaining': '1', 'x-ratelimit-reset': '30' }));
    expect(events.of('rateLimit.adopted')).toEqual([expect.objectContaining({ available: 1, nextIn: 0 })]);
  });

  // The fields were read after the call had settled, where nobody catches: what they threw became an unhandled rejection.
  it('breaks nothing where the fields of an answer defend themselves', async () => {
    const { call, limiter, server } = following();
    const headers = {
      get: (name: string) => {
        if (name === 'retry-after') return '7';
        throw new Error('keep out');
      },
    };
    server.answers = async () => ({ status: 429, headers });
    await call();
    await expect(call()).rejects.toMatchObject({ retryAfter: 7000 });
    expect(limiter.available).toBe(0);
  });

  it('is drained of its own permits alone: what the server counts is not ours to take', async () => {
    const { call, clock, limiter, server } = following();
    server.answers = async () => answer(200, { 'x-ratelimit-remaining': '50', 'x-ratelimit-reset': '30' });
    await call();
    limiter.drain();
    expect(limiter.available).toBe(0);
    await clock.advance(1000);
    expect(limiter.available).toBe(50);
  });

  it('without the option listens to no answer', async () => {
    const { call, limiter, server } = following({ limit: 100 });
    server.answers = async () => answer(429, { 'retry-after': '3' });
    await call();
    expect(limiter.available).toBe(99);
  });

  it('says so in a few words', () => {
    expect(following().limiter.rate).toBe('100 per 1000 ms, and as its server tells');
  });
});

describe('an answer', () => {
  const headers = new Headers();

  it.each([
    ['of fetch', new Response(null, { status: 204 }), 204],
    ['of axios, or an error of ours', { status: 429, headers }, 429],
    ['of got or undici', { statusCode: 429, headers }, 429],
    ['in an error of axios', Object.assign(new Error('429'), { response: { status: 503, headers } }), 503],
    ['in an error of got', Object.assign(new Error('503'), { response: { statusCode: 503, headers } }), 503],
  ])('%s is read', (_of, source, status) => {
    expect(answerIn(source)).toMatchObject({ status });
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'status'],
    ['an object of the domain', { status: 'open', headers: 3 }],
    ['a status alone', { status: 200 }],
    ['header fields alone', { headers }],
    ['an empty response', { response: null }],
  ])('is not found in %s', (_what, source) => {
    expect(answerIn(source)).toBeUndefined();
  });

  it('is looked for in nothing that defends itself', () => {
    const proxy = new Proxy(
      {},
      {
        get: () => {
          throw new Error('keep out');
        },
      },
    );
    expect(answerIn(proxy)).toBeUndefined();
  });
});

describe('a limiter of a key that follows its server', () => {
  it.each([
    ['is kept while the server has nothing left for it', '0', 'refused'],
    ['may go while the server has enough: that it tells again', '5', 'served'],
  ])('%s', async (_what, left, then) => {
    const { call, server, runtime } = following({ ...generous, maxKeys: 1, key: () => user });
    let user = 'ann';
    server.answers = async () => answer(200, { 'x-ratelimit-remaining': left, 'x-ratelimit-reset': '3600' });
    await call();
    await runtime.limiters.get('Service.method').acquire(); // of nobody in particular
    server.answers = async () => answer(200);
    user = 'bob';
    await call();
    user = 'ann';
    const outcome = call().then(
      () => 'served',
      () => 'refused',
    );
    expect(await outcome).toBe(then);
  });
});
