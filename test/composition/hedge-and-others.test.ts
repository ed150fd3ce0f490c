import { describe, expect, it } from 'vitest';
import { BulkheadFullError, CircuitOpenError, RateLimitedError, TimeoutError } from '../../decorators/index.js';
import { Boom, protectForTest, settle, watch } from '../../src/testing/index.js';
import { hedged } from '../policies/hedge/copies.js';

const never = Number.POSITIVE_INFINITY;
const boom = (takes = 0) => ({ takes, fails: new Boom(`after ${takes}`) });

describe('Retry → Hedge → method', () => {
  it('takes a lost race for one failure, and races anew', async () => {
    const lost = boom(30);
    const script = [lost, boom(5), boom(), boom(), { gives: 'fifth' }];
    const { call, clock, runs, events } = hedged({ delay: 10 }, script, {
      retry: { delay: 100, backoff: 'constant', jitter: 'none' },
    });
    const seen = watch(call());
    await clock.advance(130);
    expect(events.of('retry.scheduled').map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(events.of('retry.scheduled')[0]?.error).toBe(lost.fails);
    expect(runs.map(({ at, attempt }) => [at, attempt])).toEqual([
      [0, 1],
      [10, 1],
      [130, 2],
      [130, 2],
    ]);
    await clock.advance(100);
    expect(seen.value).toBe('fifth');
    expect(runs.at(-1)).toMatchObject({ at: 230, attempt: 3 });
  });

  it('repeats nothing that a hedge has saved', async () => {
    const { call, clock, events } = hedged({ delay: 10 }, [boom(), { gives: 'hedge' }], { retry: 3 });
    expect(await call()).toBe('hedge');
    expect(events.names).not.toContain('retry.scheduled');
    expect(clock.pending).toBe(0);
  });

  it('makes no hedge while the retry waits', async () => {
    const { call, clock, runs } = hedged({ delay: 10, maxHedges: 1 }, [boom(), boom()], {
      retry: { delay: 500, jitter: 'none' },
    });
    watch(call());
    await clock.advance(499);
    expect([runs.length, clock.pending]).toEqual([2, 1]);
  });
});

describe('Hedge → CircuitBreaker → method', () => {
  const circuit = { failureThreshold: 3, openFor: '1s' } as const;

  it('has every copy admitted and counted', async () => {
    const { call, runtime } = hedged({ delay: never, maxHedges: 2 }, [boom(), boom(), boom()], {
      circuitBreaker: circuit,
    });
    await expect(call()).rejects.toBeInstanceOf(Boom);
    expect(runtime.circuits.get('Service.method').state).toBe('open');
  });

  it('counts nothing for a loser, whatever its method does in the end', async () => {
    const losers = [
      { ...boom(100), deaf: true },
      { takes: 100, gives: 'late', deaf: true },
    ];
    for (const loser of losers) {
      const script = [loser, { takes: 5, gives: 'hedge' }];
      const { call, clock, runtime } = hedged({ delay: 10 }, script, {
        circuitBreaker: { window: 10, failureRate: 0.5 },
      });
      watch(call());
      await clock.advance(1000);
      expect(runtime.circuits.get('Service.method').stats).toMatchObject({ successes: 1, failures: 0, inFlight: 0 });
    }
  });

  it('counts nothing for a loser whose method never looks at its call, and is rid of it at once', async () => {
    let runs = 0;
    const method = () => (runs++ === 0 ? new Promise(() => {}) : Promise.resolve('hedge'));
    const { call, clock, runtime } = protectForTest(method, {
      hedge: { idempotent: true, delay: 10 },
      circuitBreaker: circuit,
    });
    const seen = watch(call());
    await clock.advance(10);
    expect(seen.value).toBe('hedge');
    expect(runtime.circuits.get('Service.method').stats).toMatchObject({ failures: 0, inFlight: 0 });
  });

  it('gives the permit of a loser back while half-open, at once', async () => {
    const script = [boom(), boom(), boom(), { takes: never, deaf: true }, { takes: 5, gives: 'hedge' }];
    const halfOpen = { ...circuit, halfOpenCalls: 3, successThreshold: 3 };
    const { call, clock, runtime, runs } = hedged({ delay: 10 }, script, { circuitBreaker: halfOpen });
    for (let n = 0; n < 2; n++) await call().catch(() => {});
    const found = runtime.circuits.get('Service.method');
    expect(found.state).toBe('open');
    await clock.advance(1000);
    watch(call());
    await clock.advance(10);
    expect([found.state, found.stats.inFlight]).toEqual(['half-open', 2]);
    await clock.advance(5);
    expect([found.state, found.stats.inFlight, found.stats.successes]).toEqual(['half-open', 0, 1]);
    expect(runs.length).toBe(5);
  });

  it('is refused at once, and hedges for no refusal', async () => {
    const script = [boom(), boom(), boom()];
    const { call, clock, stats, events } = hedged({ delay: 10, maxHedges: 2 }, script, { circuitBreaker: circuit });
    await expect(call()).rejects.toBeInstanceOf(Boom);
    await expect(call()).rejects.toBeInstanceOf(CircuitOpenError);
    expect(events.of('circuit.refused').length).toBe(1);
    expect(stats()).toEqual({ started: 2, won: 0, lost: 0, failed: 2, suppressed: 0 });
    expect(clock.pending).toBe(0);
  });

  it('loses a hedge that is refused, and hedges for it no more', async () => {
    const { call, clock, stats, runs } = hedged({ delay: 10, maxHedges: 2 }, [boom(), { takes: never }], {
      circuitBreaker: { failureThreshold: 1, openFor: '1h' },
    });
    await expect(call()).rejects.toBeInstanceOf(Boom); // the first one's, not the refusal of its hedge
    expect(stats()).toEqual({ started: 0, won: 0, lost: 0, failed: 0, suppressed: 1 });
    expect([runs.length, clock.pending]).toEqual([1, 0]);
  });
});

describe('Hedge → RateLimit → method', () => {
  it('leaves the answer to the first copy when there is no permit for another', async () => {
    const { call, clock, stats, runs } = hedged({ delay: 10 }, [{ takes: 30, gives: 'first' }], {
      rateLimit: { limit: 1, per: '1m' },
    });
    const seen = watch(call());
    await clock.advance(30);
    expect([seen.value, runs.length]).toEqual(['first', 1]);
    expect(stats()).toEqual({ started: 0, won: 0, lost: 0, failed: 0, suppressed: 1 });
    await expect(call()).rejects.toBeInstanceOf(RateLimitedError);
  });

  it('leaves the answer to a hedge when the first copy is refused after its wait', async () => {
    const { call, clock, runs } = hedged({ delay: 0 }, [{ takes: 50, gives: 'hedge' }], {
      rateLimit: { limit: 1, per: '1m' },
      bulkhead: { maxConcurrent: 1, maxQueue: 1, maxWait: 20 },
    });
    const seen = watch(call());
    await clock.advance(50);
    expect([seen.value, runs.length]).toEqual(['hedge', 1]);
  });
});

describe('Timeout(total) → Hedge → method', () => {
  it('ends all copies at once, and nothing is hedged after it', async () => {
    const { call, clock, runs } = hedged({ delay: 10, maxHedges: 5 }, [], { timeout: { total: 25 } });
    const seen = watch(call());
    await clock.advance(25);
    expect(seen.error).toBeInstanceOf(TimeoutError);
    expect(runs.map(({ signal }) => signal.reason === seen.error)).toEqual([true, true, true]);
    await clock.advance(1000);
    expect([runs.length, clock.pending]).toEqual([3, 0]);
  });
});

describe('Hedge → Timeout(attempt) → method', () => {
  it('gives each copy its own time, and takes a timeout for a failure', async () => {
    const script = [{ takes: never }, { takes: never }, { takes: 5, gives: 'third' }];
    const { call, clock, runs, events } = hedged({ delay: never, maxHedges: 2 }, script, { timeout: { attempt: 20 } });
    const seen = watch(call());
    await clock.advance(45);
    expect(seen.value).toBe('third');
    expect(runs.map(({ at }) => at)).toEqual([0, 20, 40]);
    expect(events.of('timeout.struck').length).toBe(2);
    expect(clock.pending).toBe(0);
  });

  it('disarms the timeout of a loser', async () => {
    const { call, clock, events } = hedged({ delay: 10 }, [{ takes: never }, { takes: 5, gives: 1 }], {
      timeout: { attempt: 100 },
    });
    watch(call());
    await clock.advance(15);
    expect(clock.pending).toBe(0);
    await clock.advance(1000);
    expect(events.names).not.toContain('timeout.struck');
  });
});

describe('Hedge → Bulkhead → method', () => {
  it('has a loser keep its slot until its method really settles', async () => {
    const script = [
      { takes: 100, gives: 'late', deaf: true },
      { takes: 5, gives: 'hedge' },
    ];
    const { call, clock, runtime } = hedged({ delay: 10 }, script, { bulkhead: 2 });
    const seen = watch(call());
    await clock.advance(15);
    expect(seen.value).toBe('hedge');
    expect(runtime.bulkheads.get('Service.method').running).toBe(1);
    await clock.advance(85);
    expect(runtime.bulkheads.get('Service.method').running).toBe(0);
  });

  it('takes a loser out of the queue', async () => {
    const bulkhead = { maxConcurrent: 1, maxQueue: 5 };
    const { call, clock, runtime, runs, stats } = hedged({ delay: 10 }, [{ takes: 30, gives: 'first' }], { bulkhead });
    const slots = runtime.bulkheads.get('Service.method');
    const seen = [watch(call()), watch(call())];
    await clock.advance(29);
    expect([slots.running, slots.queued]).toEqual([1, 3]); // the second call, and both hedges
    await clock.advance(1);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'pending']);
    expect([slots.running, slots.queued, runs.length]).toEqual([1, 1, 2]);
    expect(stats()).toMatchObject({ started: 2, lost: 1 });
  });

  it('hedges for no copy that found no slot, and gives its refusal at once', async () => {
    const { call, clock, runs } = hedged({ delay: 10 }, [{ takes: 1000 }], { bulkhead: 1 });
    watch(call());
    await settle();
    await expect(call()).rejects.toBeInstanceOf(BulkheadFullError);
    expect(runs.length).toBe(1);
    await clock.advance(10);
    expect(runs.length).toBe(1); // the hedge of the first call finds no slot either
  });

  it('hedges for no copy whose time ran out in the queue', async () => {
    const { call, clock, runs, stats } = hedged(
      { delay: never },
      [
        { takes: 1000, deaf: true },
        { takes: 1000, deaf: true },
      ],
      {
        bulkhead: { maxConcurrent: 2, maxQueue: 5 },
        timeout: { attempt: 50 },
      },
    );
    watch(call());
    watch(call());
    const queued = watch(call());
    await clock.advance(50);
    expect(queued.error).toBeInstanceOf(TimeoutError);
    expect(runs.length).toBe(2);
    expect(stats()).toMatchObject({ started: 2 }); // for the two that ran
  });
});

describe('Cached and Dedup → Hedge → method', () => {
  it('keeps the answer of the winner, for everyone who asked', async () => {
    const script = [
      { takes: 100, gives: 'slow' },
      { takes: 5, gives: 'hedge' },
    ];
    const { call, clock, runs } = hedged({ delay: 10 }, script, { cached: '1m' });
    const seen = [watch(call()), watch(call())];
    await clock.advance(200);
    expect([...seen.map(({ value }) => value), await call()]).toEqual(['hedge', 'hedge', 'hedge']);
    expect(runs.length).toBe(2);
  });

  it('races once for merged calls, and ends all copies when everyone has left', async () => {
    const { call, clock, runs } = hedged({ delay: 10 }, [], { dedup: { key: () => 'all' } });
    const callers = [new AbortController(), new AbortController()];
    for (const { signal } of callers) watch(call(signal));
    await clock.advance(10);
    expect(runs.length).toBe(2);
    callers[0]?.abort();
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false, false]);
    callers[1]?.abort();
    await settle();
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(clock.pending).toBe(0);
  });
});

describe('Fallback → Hedge → method', () => {
  it('gives its substitute when all copies have failed, and not before', async () => {
    const { call, clock } = hedged({ delay: 10 }, [boom(30), boom(50)], { fallback: { value: 'substitute' } });
    const seen = watch(call());
    await clock.advance(59);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.value).toBe('substitute');
  });

  it('gives none to a caller who has left', async () => {
    const { call, clock } = hedged({ delay: 10 }, [], { fallback: { value: 'substitute' } });
    const caller = new AbortController();
    const seen = watch(call(caller.signal));
    await clock.advance(15);
    caller.abort('left');
    await settle();
    expect(seen.error).toBe('left');
  });
});

describe('the calls of a hedged method', () => {
  it.each(['watched by a listener', 'watched by nobody'])('are counted once each where they are %s', async (how) => {
    const script = [{ takes: 100 }, { takes: 5, gives: 1 }, boom(), boom(), { takes: never }];
    const { call, clock, runtime, events } = hedged({ delay: 10 }, script);
    if (how === 'watched by nobody') events.stop();
    const caller = new AbortController();
    watch(call());
    await clock.advance(15);
    watch(call());
    await settle();
    watch(call(caller.signal));
    caller.abort();
    await settle();
    const [method] = runtime.methods();
    expect(method?.stats).toMatchObject({ calls: 3, attempts: 5, successes: 1, failures: 1, cancelled: 1 });
  });

  it('tell of all their runs in a report', async () => {
    const { call, clock } = hedged({ delay: 10 }, [{ takes: 100 }, { takes: 5, gives: 1 }]);
    const [report] = await Promise.all([call.detailed(), clock.advance(15)]);
    expect(report).toMatchObject({ value: 1, attempts: 2, elapsed: 15 });
  });
});
