import { AsyncLocalStorage } from 'node:async_hooks';
import { describe, expect, it } from 'vitest';
import { currentCall, markPermanent, RejectedError, RuntimeDisposedError } from '../../../src/core/index.js';
import { Boom, flaky, protectForTest, settle, watch } from '../../../src/testing/index.js';
import { hedged } from './copies.js';

const never = Number.POSITIVE_INFINITY;

/** A refusal by somebody's own policy. */
class Refused extends RejectedError {
  readonly code = 'HOLDFAST_BULKHEAD_FULL';

  constructor(site: string) {
    super(`${site} was not called`, { site, policy: 'own' });
  }
}

describe('a call that is answered in time', () => {
  it('HG1 is never made twice', async () => {
    const { call, clock, runs, stats } = hedged({ delay: '1s' }, [{ takes: 999, gives: 'quick' }]);
    const seen = watch(call());
    await clock.advance(5000);
    expect([seen.value, runs.length]).toEqual(['quick', 1]);
    expect(stats()).toEqual({ started: 0, won: 0, lost: 0, failed: 0, suppressed: 0 });
  });

  it('leaves no alarm behind, whatever it came to', async () => {
    const { call, clock } = hedged({ delay: 50, on: TypeError }, [{ gives: 1 }, { fails: new Boom('x') }]);
    await call();
    await expect(call()).rejects.toBeInstanceOf(Boom);
    expect(clock.pending).toBe(0);
  });
});

describe('a call that takes longer than the delay', () => {
  it('HG2 is made again after each delay, and has the answer of whoever is first', async () => {
    const { call, clock, runs, events, stats } = hedged({ delay: 10, maxHedges: 2 }, [
      { takes: 100, gives: 'first' },
      { takes: 50, gives: 'second' },
      { takes: 45, gives: 'third' },
    ]);
    const seen = watch(call());
    await clock.advance(60);
    expect(runs.map(({ at }) => at)).toEqual([0, 10, 20]);
    expect(seen).toEqual({ state: 'resolved', value: 'second' });
    expect(stats()).toEqual({ started: 2, won: 1, lost: 1, failed: 0, suppressed: 0 });
    expect(events.of('hedge.started')).toEqual([
      { site: 'Service.method', attempt: 1, hedge: 1, after: 10 },
      { site: 'Service.method', attempt: 1, hedge: 2, after: 20 },
    ]);
    expect(events.of('hedge.won')).toEqual([{ site: 'Service.method', hedge: 1, elapsed: 60 }]);
    expect(clock.pending).toBe(0);
  });

  it('has the answer of the first copy too, if that is faster than the hedge', async () => {
    const { call, clock, runs, events, stats } = hedged({ delay: 10 }, [{ takes: 20, gives: 'first' }, { takes: 20 }]);
    const seen = watch(call());
    await clock.advance(20);
    expect(seen.value).toBe('first');
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([false, true]);
    expect(stats()).toEqual({ started: 1, won: 0, lost: 1, failed: 0, suppressed: 0 });
    expect(events.names).not.toContain('hedge.won');
  });

  it('is not made more often than maxHedges allows', async () => {
    const { call, clock, runs } = hedged({ delay: 10, maxHedges: 3 }, []);
    watch(call());
    await clock.advance(10_000);
    expect(runs.map(({ at }) => at)).toEqual([0, 10, 20, 30]);
    expect(clock.pending).toBe(0);
  });

  it('HG3 starts all copies at once where the delay is 0, and goes by what counts as an answer', async () => {
    const script = [
      { takes: 10, gives: 1 },
      { takes: 20, gives: 2 },
      { takes: 30, gives: 3 },
    ];
    const { call, clock, runs } = hedged({ delay: 0, maxHedges: 2, whenResult: (n: number) => n !== 3 }, script);
    const seen = watch(call());
    expect(runs.map(({ at }) => at)).toEqual([0, 0, 0]);
    expect(clock.pending).toBe(3); // the method's own
    await clock.advance(29);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.value).toBe(3);
  });

  it('aborts the signals of the losers, with a reason that says why, and never that of the winner', async () => {
    const caller = new AbortController();
    const { call, clock, runs } = hedged({ delay: 10 }, [{ takes: 100 }, { takes: 30, gives: 'hedge' }]);
    expect(await Promise.all([call(caller.signal), clock.advance(40)])).toEqual(['hedge', undefined]);
    const [first, second] = runs.map(({ signal }) => signal);
    expect(first?.reason).toMatchObject({
      name: 'AbortError',
      code: 'ABORT_ERR',
      message: 'another copy of this call was faster',
    });
    caller.abort();
    await clock.advance(1000);
    expect(second?.aborted).toBe(false);
  });

  it('has its losers ended before the caller goes on', async () => {
    const { call, clock, runs } = hedged(
      { delay: 10 },
      [{}, { takes: 1 }].map((copy) => ({ takes: never, ...copy })),
    );
    const aborted = call().then(() => runs[0]?.signal.aborted);
    await clock.advance(11);
    expect(await aborted).toBe(true);
  });

  it('HG10 gives each copy a call and a signal of its own, of the same attempt', async () => {
    const { call, clock, runs } = hedged({ delay: 10, maxHedges: 2 }, []);
    watch(call());
    await clock.advance(20);
    expect(new Set(runs.map(({ signal }) => signal)).size).toBe(3);
    expect(runs.map(({ attempt }) => attempt)).toEqual([1, 1, 1]);
  });

  it('makes its hedges in the async context of the call, not in that of the timer', async () => {
    const tenant = new AsyncLocalStorage<string>();
    const seen: unknown[] = [];
    const { call, clock } = protectForTest(
      () => {
        seen.push(tenant.getStore());
        return new Promise(() => {});
      },
      { hedge: { idempotent: true, delay: 10 } },
    );
    tenant.run('a', () => watch(call()));
    tenant.run('b', () => watch(call()));
    await tenant.run('timer', () => clock.advance(10));
    expect(seen).toEqual(['a', 'b', 'a', 'b']);
  });

  it('says nothing of losers that fail late, nor of copies that fail after the call has ended', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    const late = { takes: 100, fails: new Boom('late'), deaf: true };
    const { call, clock } = hedged({ delay: 10 }, [late, late, { takes: 10, gives: 'hedge' }, late]);
    const caller = new AbortController();
    const seen = [watch(call()), watch(call(caller.signal))];
    await clock.advance(20);
    caller.abort('left');
    await clock.advance(1000);
    await settle();
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
    expect(seen.map(({ state }) => state)).toEqual(['resolved', 'rejected']);
  });
});

describe('a copy that fails', () => {
  it('starts the next one at once, whose delay counts from there', async () => {
    const { call, clock, runs, events } = hedged({ delay: 100, maxHedges: 2 }, [{ takes: 30, fails: new Boom('x') }]);
    watch(call());
    await clock.advance(129);
    expect(runs.map(({ at }) => at)).toEqual([0, 30]);
    await clock.advance(1);
    expect(runs.map(({ at }) => at)).toEqual([0, 30, 130]);
    expect(events.of('hedge.started')).toEqual([
      { site: 'Service.method', attempt: 1, hedge: 1, after: 30, error: expect.any(Boom) },
      { site: 'Service.method', attempt: 1, hedge: 2, after: 130 },
    ]);
  });

  it('starts the next one also where it is a hedge, with the others still running', async () => {
    const { call, clock, runs, stats } = hedged({ delay: 100, maxHedges: 2 }, [
      { takes: 500 },
      { takes: 20, fails: new Boom('x') },
      { takes: 5, gives: 'third' },
    ]);
    const seen = watch(call());
    await clock.advance(125);
    expect(runs.map(({ at }) => at)).toEqual([0, 100, 120]);
    expect(seen.value).toBe('third');
    expect(stats()).toEqual({ started: 2, won: 1, lost: 0, failed: 1, suppressed: 0 });
  });

  it('HG4 is followed by no other without a failure, where the delay is below 0', async () => {
    const { call, clock, runs } = hedged({ delay: -1, maxHedges: 2 }, [{ takes: 60_000, gives: 'slow' }]);
    const seen = watch(call());
    await clock.advance(60_000);
    expect([seen.value, runs.length, clock.pending]).toEqual(['slow', 1, 0]);
  });

  it.each([-1, never])('HG9 is never beside another where the delay is %d', async (delay) => {
    let running = 0;
    let most = 0;
    const { call, clock } = protectForTest(
      async (): Promise<never> => {
        most = Math.max(most, ++running);
        await clock.sleep(50);
        running--;
        throw new Boom('x');
      },
      { hedge: { idempotent: true, delay, maxHedges: 3 } },
    );
    const seen = watch(call());
    await clock.advance(200);
    expect([seen.state, most]).toEqual(['rejected', 1]);
  });

  it('HG6 leaves the first one’s error, the same object, when all fail', async () => {
    const errors = [1, 2, 3].map((n) => new Boom(`${n}`));
    const script = [3000, 100, 4000].map((takes, n) => ({ takes, fails: errors[n] }));
    const { call, clock, runs, stats } = hedged({ delay: '2s', maxHedges: 2 }, script);
    const seen = watch(call());
    await clock.advance(6099);
    expect(seen.state).toBe('pending');
    await clock.advance(1);
    expect(seen.error).toBe(errors[0]);
    expect(runs.length).toBe(3);
    expect(stats()).toEqual({ started: 2, won: 0, lost: 0, failed: 2, suppressed: 0 });
  });

  it('leaves the first one’s result when all come to results that are no answer', async () => {
    const script = [
      { takes: 30, gives: 'busy 1' },
      { takes: 5, gives: 'busy 2' },
    ];
    const { call, clock } = hedged({ delay: 10, whenResult: (r: string) => r.startsWith('busy') }, script);
    const seen = watch(call());
    await clock.advance(30);
    expect(seen).toEqual({ state: 'resolved', value: 'busy 1' });
  });

  it('HG7 ends the race where its error is none that is hedged for, and nobody is asked again', async () => {
    const answer = new TypeError('no such thing');
    const { call, clock, runs, stats } = hedged({ delay: 10, maxHedges: 2, except: TypeError }, [
      { takes: 500 },
      { takes: 500 },
      { takes: 10, fails: answer },
    ]);
    const seen = watch(call());
    await clock.advance(30);
    expect(seen.error).toBe(answer);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
    expect(stats()).toEqual({ started: 2, won: 1, lost: 1, failed: 0, suppressed: 0 });
  });

  it.each([
    ['permanent, by mark', {}, markPermanent(new Boom('x')), 1],
    ['not among those named', { on: TypeError }, new Boom('x'), 1],
    ['among those named', { on: Boom }, new Boom('x'), 2],
    ['excepted', { on: Boom, except: () => true }, new Boom('x'), 1],
    ['any other', {}, new Boom('x'), 2],
  ])('is followed by another or not: its error is %s', async (_which, rules, error, times) => {
    const { call, runs } = hedged({ delay: never, ...rules }, [{ fails: error }, { fails: error }]);
    await expect(call()).rejects.toBe(error);
    expect(runs.length).toBe(times);
  });

  it.each([
    ['refused by another protected call', new Refused('inner'), {}, 1],
    ['told that its runtime is gone', new RuntimeDisposedError('inner'), {}, 1],
    ['refused in a way that on names', new Refused('inner'), { on: Refused }, 3],
  ])('is followed by another or not: within it was %s', async (_how, error, rules, times) => {
    const { call, clock, runs, stats } = hedged({ delay: 10, maxHedges: 2, ...rules }, [
      { takes: 10 + 10, gives: 'first' },
      { takes: 1, fails: error },
    ]);
    const seen = watch(call());
    await clock.advance(19);
    expect(runs.length).toBe(times === 1 ? 2 : 3);
    expect(stats()).toMatchObject({ failed: 1, suppressed: 0 });
    await clock.advance(1);
    expect(seen.value).toBe('first');
  });

  it('is not followed by two at once when its time is up just when the next one is due', async () => {
    const { call, clock, runs } = hedged({ delay: 10, maxHedges: 2 }, [], { timeout: { attempt: 10 } });
    const seen = watch(call());
    await clock.advance(19);
    expect(runs.map(({ at }) => at)).toEqual([0, 10]);
    await clock.advance(11);
    expect([runs.length, seen.state]).toEqual([3, 'rejected']);
  });

  it.each(['on', 'whenResult'] as const)('is left as it is where %s throws, which is reported', async (predicate) => {
    const warned = new Promise((resolve) => process.once('warning', resolve));
    const fault = () => {
      throw new Error('wrong predicate');
    };
    const { call, runs } = hedged({ delay: never, [predicate]: fault }, [
      predicate === 'on' ? { fails: 'odd' } : { gives: 'odd' },
    ]);
    expect(await call().catch((error) => error)).toBe('odd');
    expect(runs.length).toBe(1);
    expect(await warned).toMatchObject({ message: expect.stringContaining('Service.method @Hedge') });
  });
});

describe('a hedged call that is ended', () => {
  it('takes its caller’s leave as the end of all copies, at once and with the caller’s reason', async () => {
    const caller = new AbortController();
    const { call, clock, runs, stats } = hedged({ delay: 10, maxHedges: 2 }, []);
    const seen = watch(call(caller.signal));
    await clock.advance(15);
    caller.abort('bored');
    await settle();
    expect(seen).toEqual({ state: 'rejected', error: 'bored' });
    expect(runs.map(({ signal }) => signal.reason)).toEqual(['bored', 'bored']);
    expect(clock.pending).toBe(0);
    await clock.advance(1000);
    expect(runs.length).toBe(2);
    expect(stats()).toEqual({ started: 1, won: 0, lost: 1, failed: 0, suppressed: 0 });
  });

  it('hedges for nothing that fails because its caller has left', async () => {
    const caller = new AbortController();
    const { call, clock, runs } = hedged({ delay: never }, [{ takes: never }]);
    const seen = watch(call(caller.signal));
    caller.abort('bored');
    await clock.advance(1000);
    expect([seen.error, runs.length]).toEqual(['bored', 1]);
  });

  it('ends as a whole when one of its copies cancels it', async () => {
    const { call, clock } = protectForTest(
      async () => {
        const own = currentCall();
        await clock.sleep(15);
        own?.cancel('enough');
        return 'too late';
      },
      { hedge: { idempotent: true, delay: 10, budget: false } },
    );
    const seen = watch(call());
    await clock.advance(15);
    expect(seen).toEqual({ state: 'rejected', error: 'enough' });
    await clock.advance(1000);
    expect(clock.pending).toBe(0);
  });

  it('ends with the deadline of the call around it', async () => {
    const inner = hedged({ delay: 10 }, []);
    const outer = protectForTest(() => inner.call(currentCall()?.signal), { timeout: { total: 25 } }, {});
    const seen = watch(outer.call());
    await settle();
    await inner.clock.advance(12);
    await outer.clock.advance(25);
    expect(seen.error).toMatchObject({ name: 'TimeoutError', scope: 'total' });
    expect(inner.runs.map(({ signal }) => signal.reason)).toMatchObject([
      { scope: 'inherited' },
      { scope: 'inherited' },
    ]);
    expect(inner.clock.pending).toBe(0);
  });

  it('does not wait for a copy that could only start when time is up', () => {
    const { call, clock } = hedged({ delay: 100 }, [], { timeout: { total: 100 } });
    watch(call());
    expect(clock.pending).toBe(1); // the timeout's
  });

  it('starts no copy after a failure when time is up', async () => {
    let fail = (_error: unknown) => {};
    let runs = 0;
    const method = () => {
      runs++;
      return new Promise((_resolve, reject) => {
        fail = reject;
      });
    };
    const { call, clock } = protectForTest(method, {
      hedge: { idempotent: true, delay: never },
      timeout: { total: 50 },
    });
    const seen = watch(call());
    clock.skip(60); // the process stood still: the failure is heard before the timeout rings
    fail(new Boom('x'));
    await settle();
    expect([seen.state, runs]).toEqual(['rejected', 1]);
  });

  it('makes no more copies once its runtime is closing, and lets those that run finish', async () => {
    const { call, clock, runs, runtime } = hedged({ delay: 10, maxHedges: 2 }, [{ takes: 100, gives: 'done' }]);
    const seen = watch(call());
    await clock.advance(15);
    const disposed = runtime.dispose({ drain: '10s' });
    await clock.advance(85);
    await disposed;
    expect([seen.value, runs.length, clock.pending]).toEqual(['done', 2, 0]);
  });

  it('hedges for no failure once its runtime is closing', async () => {
    const { call, clock, runs, runtime } = hedged({ delay: never }, [{ takes: 10, fails: new Boom('x') }]);
    const seen = watch(call());
    const disposed = runtime.dispose({ drain: '10s' });
    await clock.advance(10);
    await disposed;
    expect([seen.state, runs.length]).toEqual(['rejected', 1]);
  });

  it('ends with its runtime', async () => {
    const { call, clock, runs, runtime } = hedged({ delay: 10 }, []);
    const seen = watch(call());
    await clock.advance(10);
    await runtime.dispose({ drain: 0 });
    await settle();
    expect(seen.error).toBeInstanceOf(RuntimeDisposedError);
    expect(runs.map(({ signal }) => signal.aborted)).toEqual([true, true]);
    expect(clock.pending).toBe(0);
  });
});

describe('a result that nobody sees', () => {
  /** A result that says whether it was given back. */
  const held = () => {
    const result = { disposed: 0, [Symbol.dispose]: () => void result.disposed++ };
    return result;
  };

  it('is given back when it comes in the same moment as the answer', async () => {
    const results = [held(), held()];
    const { call, clock } = hedged({ delay: 10 }, [
      { takes: 30, gives: results[0] },
      { takes: 20, gives: results[1] },
    ]);
    const seen = watch(call());
    await clock.advance(30);
    expect(seen.value).toBe(results[0]);
    expect(results.map(({ disposed }) => disposed)).toEqual([0, 1]);
  });

  it('is given back when a loser that ignores its signal comes to it at last', async () => {
    const results = [held(), held()];
    const deaf = { takes: 100, gives: results[0], deaf: true };
    const script = [deaf, { takes: 20, gives: results[1] }];
    const { call, clock } = hedged({ delay: 10 }, script, { timeout: { attempt: 500 } });
    const seen = watch(call());
    await clock.advance(99);
    expect([seen.value, results[0]?.disposed]).toEqual([results[1], 0]);
    await clock.advance(1);
    expect(results.map(({ disposed }) => disposed)).toEqual([1, 0]);
  });

  it('is left alone where a loser comes late to the very answer', async () => {
    const result = held();
    const deaf = { takes: 100, gives: result, deaf: true };
    const { call, clock } = hedged({ delay: 10 }, [deaf, { takes: 20, gives: result }]);
    watch(call());
    await clock.advance(100);
    expect(result.disposed).toBe(0);
  });

  it('is left alone where it is the very answer', async () => {
    const result = held();
    const { call, clock } = hedged({ delay: 10 }, [
      { takes: 30, gives: result },
      { takes: 20, gives: result },
    ]);
    watch(call());
    await clock.advance(30);
    expect(result.disposed).toBe(0);
  });

  it('is given back when the caller leaves between the result and the answer', async () => {
    const outcomes: string[] = [];
    for (let steps = 0; steps < 12; steps++) {
      const result = held();
      const caller = new AbortController();
      const { call, clock } = hedged({ delay: never }, [{ takes: 10, gives: result }]);
      const seen = watch(call(caller.signal));
      clock.later(10, () => {
        let left = Promise.resolve();
        for (let step = 0; step < steps; step++) left = left.then(() => {});
        left.then(() => caller.abort('left'));
      });
      await clock.advance(10);
      outcomes.push(`${seen.state}, ${result.disposed}`);
    }
    expect(outcomes).toContain('rejected, 1');
    expect(outcomes).not.toContain('resolved, 1');
  });

  it('is given back when it was no answer, and is not what is left in the end', async () => {
    const [busy, other, answer] = [held(), held(), held()];
    const script = [{ gives: busy }, { gives: other }, { gives: answer }];
    const { call } = hedged({ delay: never, maxHedges: 2, whenResult: (result: object) => result !== answer }, script);
    expect(await call()).toBe(answer);
    expect([busy, other, answer].map(({ disposed }) => disposed)).toEqual([1, 1, 0]);
  });

  it('is kept where it is no answer, but all that there is', async () => {
    const [busy, other] = [held(), held()];
    const { call } = hedged({ delay: never, whenResult: () => true }, [{ gives: busy }, { gives: other }]);
    expect(await call()).toBe(busy);
    expect([busy, other].map(({ disposed }) => disposed)).toEqual([0, 1]);
  });
});

describe('what a hedge follows', () => {
  it('warms up before it hedges by time, and then follows the percentile', async () => {
    const quick = { takes: 20, gives: 'quick' };
    const script = [...Array(20).fill(quick), { takes: 500 }, { takes: 5, gives: 'hedge' }];
    const { call, clock, runs } = hedged({}, script);
    for (let n = 0; n < 19; n++) await Promise.all([call(), clock.advance(20)]);
    const last = watch(call());
    await clock.advance(19);
    expect([runs.length, clock.pending]).toEqual([20, 1]); // the method's own
    await clock.advance(1);
    expect(last.value).toBe('quick');
    const seen = watch(call());
    await clock.advance(26);
    expect(seen.value).toBe('hedge');
    expect((runs[21]?.at ?? 0) - (runs[20]?.at ?? 0)).toBeCloseTo(20, 0);
  });

  it('hedges after a failure also while it warms up', async () => {
    const { call, runs } = hedged({}, [{ fails: new Boom('x') }, { gives: 'hedge' }]);
    expect(await call()).toBe('hedge');
    expect(runs.length).toBe(2);
  });

  it('learns nothing from a first copy that failed, however long the hedge took then', async () => {
    const script = [
      { takes: 5, fails: new Boom('x') },
      { takes: 500, gives: 'hedge' },
    ];
    const { call, clock } = hedged({ delay: { warmup: 1 } }, script);
    watch(call());
    await clock.advance(505);
    watch(call());
    expect(clock.pending).toBe(0);
  });

  it('keeps its delay where it is, though hedges cut off whatever takes longer', async () => {
    let runs = 0;
    const { call, clock, events } = protectForTest(
      (): Promise<void> => {
        runs++;
        return clock.sleep(runs % 20 === 7 ? 1000 : 1 + ((runs * 7) % 20)); // every twentieth takes a second, the others up to 20 ms
      },
      { hedge: { idempotent: true, budget: false } },
    );
    for (let n = 0; n < 2000; n++) await Promise.all([call(), clock.advance(1100)]);
    const hedges = events.of('hedge.started').length;
    expect(hedges).toBeGreaterThan(60);
    expect(hedges).toBeLessThan(140); // a delay that followed the fast ones alone would sink, and hedge more and more
  });

  it.each([
    ['failures', { takes: 5, fails: new Boom('x') }],
    ['results that are no answer', { takes: 5, gives: 'busy' }],
  ])('learns nothing from %s', async (_what, fast) => {
    const { call, clock } = hedged(
      { delay: { warmup: 1 }, whenResult: (r: unknown) => r === 'busy' },
      Array(2).fill(fast),
    );
    watch(call());
    await clock.advance(10);
    watch(call());
    expect(clock.pending).toBe(0);
  });
});

describe('the budget of hedges', () => {
  const spent = { tokens: 2, tokenRatio: 0.1 };

  it('keeps a spent one from making copies: the first one’s outcome stands', async () => {
    const { call, clock, runs, events, stats } = hedged({ delay: 10, budget: spent }, [
      { fails: new Boom('spends') },
      { fails: new Boom('spends') },
      { takes: 30, gives: 'alone' },
    ]);
    await expect(call()).rejects.toBeInstanceOf(Boom);
    expect(runs.length).toBe(1);
    expect(stats()).toMatchObject({ started: 0, suppressed: 1 });
    expect(events.of('retry.budgetSpent')).toMatchObject([
      { kind: 'hedge', budget: 'Service.method', error: expect.any(Boom) },
    ]);
    await expect(call()).rejects.toBeInstanceOf(Boom);
    const seen = watch(call());
    await clock.advance(30);
    expect(seen.value).toBe('alone');
    expect(stats()).toEqual({ started: 0, won: 0, lost: 0, failed: 0, suppressed: 3 });
    expect(events.of('retry.budgetSpent').at(-1)).toMatchObject({ error: undefined });
  });

  it('hears of first copies, and of each hedge exactly once', async () => {
    const budget = { inFlight: 0.5, min: 0 };
    const script = [{ takes: 100, gives: 1 }, { takes: 100, gives: 2 }, { takes: never }, { takes: 5, gives: 3 }];
    const { call, clock, runtime } = hedged({ delay: 10, budget }, script);
    const { stats } = runtime.budgets.get('Service.method') as { stats: { balance: number } };
    const balance = () => runtime.budgets.get('Service.method').stats.balance;
    const idle = stats.balance;
    watch(call());
    watch(call());
    expect(balance()).toBeGreaterThan(idle);
    await clock.advance(200);
    expect(balance()).toBe(idle);
    expect(runtime.budgets.get('Service.method').stats.granted).toEqual({ retry: 0, hedge: 2 });
  });

  it.each([
    ['an answer', {}, { gives: 1 }, 1],
    ['a failure', {}, { fails: new Boom('x') }, -2],
    ['an error that is no failure', { except: Boom }, { fails: new Boom('x') }, 0],
    ['the end of its call', {}, { takes: 10 }, 0],
    ['a refusal', {}, { fails: new Boom('x') }, 0],
  ])('hears of %s what it is', async (what, options, does, change) => {
    const budget = { tokens: 10, tokenRatio: 1 };
    const refusing = what === 'a refusal' ? { rateLimit: { limit: 1, per: '1h' } as const } : {};
    const { call, clock, runtime } = hedged({ delay: never, budget, ...options }, [does, does], refusing);
    if (what === 'a refusal') runtime.limiters.get('Service.method').drain();
    const shared = runtime.budgets.get('Service.method');
    shared.settle('failure');
    shared.settle('failure');
    const { balance } = shared.stats;
    const caller = new AbortController();
    watch(call(caller.signal));
    await settle();
    caller.abort();
    await clock.advance(10);
    expect(shared.stats.balance - balance).toBe(change);
  });

  it('hears of first copies once, where a Retry tells of them', async () => {
    const script = [{ fails: new Boom('x') }, { fails: new Boom('x') }];
    const budget = { tokens: 10, tokenRatio: 1 };
    const { call, runtime } = hedged({ delay: never, budget }, script, { retry: { maxAttempts: 1, budget } });
    await expect(call()).rejects.toBeInstanceOf(Boom);
    expect(runtime.budgets.get('Service.method').stats.balance).toBe(8); // the attempt, and the hedge
  });

  it('is shared with the Retry of its method, which tells it of the calls', async () => {
    const { call, runtime } = hedged(
      { delay: never, budget: true },
      [{ fails: new Boom('x') }, { fails: new Boom('x') }, { gives: 'third' }],
      { retry: { delay: 0 } },
    );
    expect(await call()).toBe('third');
    expect(runtime.budgets.get('Service.method').stats.granted).toEqual({ retry: 1, hedge: 1 });
    expect(runtime.budgets.get('Service.method').stats.balance).toBeCloseTo(100 + 0.2 - 2, 6);
  });
});

describe('a hedge of a method that hangs', () => {
  it('holds nothing but the method when its call has an answer', async () => {
    const method = flaky.hanging();
    const { call, clock } = protectForTest(method, { hedge: { idempotent: true, delay: 10 }, timeout: 50 });
    const seen = watch(call());
    await clock.advance(60);
    expect([seen.state, method.calls, clock.pending]).toEqual(['rejected', 2, 0]);
  });
});
