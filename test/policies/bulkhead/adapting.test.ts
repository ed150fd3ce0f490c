import { describe, expect, it } from 'vitest';
import { currentCall, RuntimeDisposedError, TimeoutError } from '../../../src/core/index.js';
import { type AdaptiveChoice, BulkheadFullError, type BulkheadOptions } from '../../../src/policies/bulkhead/index.js';
import { type GivenPolicies, protect } from '../../../src/runtime/index.js';
import { Boom, flaky, testRuntime, watch } from '../../../src/testing/index.js';
import { adapting, quick } from './adapting-world.js';

const refusal = new BulkheadFullError({ site: 'Other.method', bulkhead: 'other', running: 1, queued: 0 });
const inherited = new TimeoutError('inherited', 0, { site: 'Other.method' });
const expired = Object.assign(new Error('expired'), { name: 'TimeoutError' });
const unavailable = Object.assign(new Error('unavailable'), { status: 503 });
const tooMany = Object.assign(new Error('too many'), { response: { status: 429 } });

/** What becomes of a limit of 10 by one call beside five others: 11 by a success, 9 by a dropped one. */
async function limitAfter(end: { readonly value: true } | { readonly error: unknown }, own: BulkheadOptions = {}) {
  const { bulkhead, gate, call, crowd, clock } = await adapting({}, own);
  await crowd(5);
  const seen = watch(call('a'));
  await clock.advance(1);
  if ('error' in end) gate.fail('a', end.error);
  else gate.end('a');
  await clock.advance(0);
  expect([seen.state, bulkhead.running]).toEqual(['error' in end ? 'rejected' : 'resolved', 5]);
  return bulkhead.limit;
}

describe('an adaptive bulkhead', () => {
  it('lets more run at a time after a success', async () => {
    expect(await limitAfter({ value: true })).toBe(11);
  });

  it.each([
    ['a timeout of a client', expired],
    ['a timeout of a socket', Object.assign(new Error('timed out'), { code: 'ETIMEDOUT' })],
    ['a status of 503', unavailable],
    ['a status of 429 in an answer', tooMany],
    ['a refusal from further in', refusal],
    ['a timeout from further in', new TimeoutError('attempt', 100, { site: 'Other.method' })],
  ])('lets fewer run after %s', async (_what, error) => {
    expect(await limitAfter({ error })).toBe(9);
  });

  it.each([
    ['an error of the method', new Boom()],
    ['a status of 500', Object.assign(new Error('broken'), { status: 500 })],
    ['an answer without a status', { response: null }],
    ['a deadline of the call around', inherited],
    ['nothing at all', undefined],
    ['a text', 'broken'],
  ])('AC3 learns nothing from %s, and has the slot back', async (_what, error) => {
    expect(await limitAfter({ error })).toBe(10);
  });

  it.each<[string, BulkheadOptions, unknown, number]>([
    ['what is in `on` as dropped', { on: Boom }, new Boom(), 9],
    ['what is outside of `on` as nothing', { on: Boom }, unavailable, 10],
    ['what is in `except` as fine', { except: Boom }, new Boom(), 11],
    ['what is in `except` as fine, also when it tells of overload', { except: 'ETIMEDOUT' }, { code: 'ETIMEDOUT' }, 11],
    ['what is in `ignore` as nothing', { ignore: (error) => error === unavailable }, unavailable, 10],
    ['what is in none of them as before, without `on`', { ignore: Boom, except: 'EOTHER' }, tooMany, 9],
    ['what is in all of them as nothing', { on: Boom, except: Boom, ignore: Boom }, new Boom(), 10],
    ['what is in `on` and `except` as fine', { on: Boom, except: Boom }, new Boom(), 11],
  ])('takes %s', async (_what, own, error, limit) => {
    expect(await limitAfter({ error }, own)).toBe(limit);
  });

  it('learns nothing from an error by which a predicate breaks, reports that, and has the slot back', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const on = () => {
      throw new Boom('broken predicate');
    };
    expect(await limitAfter({ error: unavailable }, { on })).toBe(10);
    expect(await warned).toMatchObject({
      name: 'HoldfastWarning',
      message: expect.stringContaining('Service.method @Bulkhead'),
    });
  });

  it.each<[string, GivenPolicies]>([
    ['of the attempt', { timeout: 50 }],
    ['of the whole call', { timeout: { total: 50 } }],
  ])(
    'lets fewer run in the moment in which a timeout %s strikes, though the method hangs and holds its slot',
    async (_whose, policies) => {
      const { bulkhead, gate, use, crowd, clock } = await adapting();
      await crowd(5);
      watch(use(policies, 'Service.timed')('a'));
      await clock.advance(50);
      expect([bulkhead.limit, bulkhead.running]).toEqual([9, 6]);
      await clock.advance(100);
      gate.end('a'); // late: says nothing more
      await clock.advance(0);
      expect([bulkhead.limit, bulkhead.running]).toEqual([9, 5]);
    },
  );

  it('judges a timeout of ours by the rules of the use, too', async () => {
    const { bulkhead, use, crowd, clock } = await adapting({}, { ignore: TimeoutError });
    await crowd(5);
    watch(use({ timeout: 50 }, 'Service.timed')('a'));
    await clock.advance(50);
    expect(bulkhead.limit).toBe(10);
  });

  it('learns nothing from a timeout that strikes in its queue', async () => {
    const { bulkhead, use, crowd, clock } = await adapting({ maxQueue: 5 });
    await crowd(10);
    const seen = watch(use({ timeout: 50 }, 'Service.timed')('a'));
    await clock.advance(50);
    expect([seen.error, bulkhead.limit, bulkhead.queued]).toEqual([expect.any(TimeoutError), 10, 0]);
  });

  it.each<[string, GivenPolicies]>([
    ['without a timeout', {}],
    ['within its timeout', { timeout: '1m' }],
  ])(
    'AC3 learns nothing from a call whose caller has left %s, whatever becomes of the method',
    async (_when, policies) => {
      const { bulkhead, gate, use, crowd, clock } = await adapting({}, { on: () => true });
      const call = use(policies, 'Service.left');
      await crowd(5);
      const controllers = [new AbortController(), new AbortController()];
      const names = ['a', 'b'];
      names.forEach((name, i) => {
        watch(call(name, controllers[i]?.signal));
      });
      await clock.advance(1);
      for (const controller of controllers) controller.abort();
      await clock.advance(0);
      expect([bulkhead.limit, bulkhead.running]).toEqual([10, 7]);
      gate.end('a');
      gate.fail('b', unavailable);
      await clock.advance(0);
      expect([bulkhead.limit, bulkhead.running]).toEqual([10, 5]);
    },
  );

  it('learns nothing from a call that the method itself cancelled', async () => {
    const { bulkhead, runtime, crowd, clock } = await adapting();
    await crowd(5);
    const method = async () => {
      const call = currentCall();
      await clock.sleep(1);
      call?.cancel('enough');
    };
    const seen = watch(protect(method, { bulkhead: 'database' }, { runtime, id: 'Service.cancels' })());
    await clock.advance(1);
    expect([seen.error, bulkhead.limit, bulkhead.running]).toEqual(['enough', 10, 5]);
  });

  it('learns nothing from a timeout that strikes when the next attempt waits in its queue', async () => {
    const { bulkhead, gate, use, crowd, clock } = await adapting({ maxQueue: 5 });
    await crowd(9);
    const policies = { timeout: { total: 50 }, retry: { delay: 0 } } as const;
    const seen = watch(use(policies, 'Service.repeated')('a'));
    await clock.advance(0);
    await crowd(1);
    gate.fail('a', new Boom());
    await clock.advance(0);
    expect([bulkhead.running, bulkhead.queued]).toEqual([10, 1]);
    await clock.advance(50);
    expect([seen.error, bulkhead.limit, bulkhead.queued]).toEqual([expect.any(TimeoutError), 10, 0]);
  });

  it('AC3 learns nothing from the deadline of the call around', async () => {
    const { bulkhead, runtime, call, crowd, clock, gate } = await adapting();
    await crowd(5);
    const outer = protect(() => call('a'), { timeout: 50 }, { runtime, id: 'Outer.method' });
    const seen = watch(outer());
    await clock.advance(50);
    expect([seen.error, bulkhead.limit, bulkhead.running]).toEqual([expect.any(TimeoutError), 10, 6]);
    gate.fail('a', unavailable);
    await clock.advance(0);
    expect([bulkhead.limit, bulkhead.running]).toEqual([10, 5]);
  });

  it('AC3 learns nothing from a copy that was slower than the other', async () => {
    const { bulkhead, runtime, crowd, clock } = await adapting();
    await crowd(5);
    let copies = 0;
    const method = () => {
      const first = copies++ === 0;
      return clock.sleep(first ? 300 : 10).then(() => (first ? Promise.reject(unavailable) : 'fast'));
    };
    const policies = { hedge: { delay: 20, idempotent: true }, bulkhead: 'database' } as const;
    const seen = watch(protect(method, policies, { runtime, id: 'Service.hedged' })());
    await clock.advance(30);
    expect([seen.value, bulkhead.limit, bulkhead.running]).toEqual(['fast', 11, 6]);
    await clock.advance(300);
    expect([bulkhead.limit, bulkhead.running]).toEqual([11, 5]);
  });

  it('AC3 learns nothing from calls that are given up with their runtime', async () => {
    const { bulkhead, runtime, use, crowd, clock } = await adapting();
    await crowd(5);
    const seen = watch(use({ timeout: '1m' }, 'Service.timed')('a'));
    const disposed = runtime.dispose({ drain: 10 });
    await clock.advance(10);
    await disposed;
    expect([seen.error, bulkhead.limit]).toEqual([expect.any(RuntimeDisposedError), 10]);
  });

  it('counts the time from the slot to the end of the method, and not the wait', async () => {
    const { bulkhead, gate, call, crowd, clock } = await adapting({ adaptive: { ...quick, timeout: 50 }, maxQueue: 5 });
    await crowd(10);
    watch(call('a'));
    await clock.advance(200);
    gate.fail('other 0', new Boom());
    await clock.advance(50);
    gate.end('a');
    await clock.advance(0);
    expect(bulkhead.limit).toBe(11);
    watch(call('b'));
    await clock.advance(100);
    gate.end('b');
    await clock.advance(0);
    expect(bulkhead.limit).toBe(9);
  });

  it('counts the calls that were running when one began, though they ended before it', async () => {
    const { bulkhead, gate, call, crowd, clock } = await adapting();
    await crowd(5);
    watch(call('a'));
    await clock.advance(1);
    for (let i = 0; i < 5; i++) gate.fail(`other ${i}`, new Boom());
    await clock.advance(0);
    gate.end('a');
    await clock.advance(0);
    expect([bulkhead.limit, bulkhead.running]).toEqual([11, 0]);
  });

  it('counts by their weight the calls that were running when one began', async () => {
    const { bulkhead, gate, call, clock } = await adapting({}, { weight: (name) => (name === 'a' ? 5 : 1) });
    watch(call('a'));
    await clock.advance(1);
    gate.end('a');
    await clock.advance(0);
    expect(bulkhead.limit).toBe(11);
    await clock.advance(100);
    watch(call('b')); // alone: nobody knows whether more would do
    await clock.advance(1);
    gate.end('b');
    await clock.advance(0);
    expect(bulkhead.limit).toBe(11);
  });

  it('learns from work by hand', async () => {
    const { bulkhead, crowd, clock } = await adapting();
    await crowd(5);
    watch(bulkhead.execute(() => clock.sleep(1).then(() => Promise.reject(unavailable))));
    await clock.advance(1);
    expect([bulkhead.limit, bulkhead.running]).toEqual([9, 5]);
    await clock.advance(100);
    watch(bulkhead.execute(() => clock.sleep(1)));
    await clock.advance(1);
    expect([bulkhead.limit, bulkhead.running]).toEqual([10, 5]);
  });

  it('admits at once whoever waits when it finds more slots, and tells', async () => {
    const { bulkhead, gate, call, crowd, clock, events } = await adapting({ maxQueue: 5 });
    await crowd(10);
    for (const name of ['a', 'b', 'c']) watch(call(name));
    await clock.advance(1);
    gate.end('other 9');
    await clock.advance(0);
    expect([bulkhead.limit, bulkhead.running, bulkhead.queued]).toEqual([11, 11, 1]);
    expect(gate.started.slice(-2)).toEqual(['a', 'b']);
    expect(events.of('bulkhead.resized')).toEqual([{ site: 'database', bulkhead: 'database', from: 10, to: 11 }]);
  });

  it('touches nobody who runs when it finds fewer slots, and admits nobody until enough are done', async () => {
    const { bulkhead, gate, call, crowd, clock } = await adapting({
      maxQueue: 5,
      adaptive: { ...quick, backoffRatio: 0.5 },
    });
    await crowd(10);
    watch(call('a'));
    gate.fail('other 0', unavailable);
    await clock.advance(0);
    expect([bulkhead.limit, bulkhead.running, bulkhead.queued]).toEqual([5, 9, 1]);
    for (const other of [1, 2, 3, 4]) gate.fail(`other ${other}`, new Boom());
    await clock.advance(0);
    expect([bulkhead.running, bulkhead.queued]).toEqual([5, 1]);
    gate.fail('other 5', new Boom());
    await clock.advance(0);
    expect([bulkhead.running, bulkhead.queued, gate.started.at(-1)]).toEqual([5, 0, 'a']);
  });

  it('gives nobody the slot of the call by which it finds that there are fewer', async () => {
    const { bulkhead, gate, call, crowd, clock } = await adapting({ maxQueue: 5 });
    await crowd(10);
    watch(call('a'));
    gate.fail('other 0', unavailable);
    await clock.advance(0);
    expect([bulkhead.limit, bulkhead.running, bulkhead.queued]).toEqual([9, 9, 1]);
  });

  it('lets a call run alone that takes more slots than it has found', async () => {
    const { bulkhead, gate, call, clock, crowd } = await adapting(
      { maxQueue: 5 },
      { weight: (name) => (name === 'a' ? 20 : 1) },
    );
    await crowd(2);
    watch(call('a'));
    await clock.advance(0);
    expect([bulkhead.running, bulkhead.queued, bulkhead.limit]).toEqual([2, 1, 10]);
    gate.fail('other 0', new Boom());
    gate.fail('other 1', new Boom());
    await clock.advance(0);
    expect([gate.started.at(-1), bulkhead.running]).toEqual(['a', 20]);
    gate.end('a');
    await clock.advance(0);
    expect(bulkhead.running).toBe(0);
  });

  it.each([
    ['gradient2', 20, 'found by gradient2 between 1 and 200'],
    ['vegas', 20, 'found by vegas between 1 and 200'],
    [{ algorithm: 'aimd', minLimit: 30 }, 30, 'found by aimd between 30 and 200'],
  ] as const)('with %j starts between its bounds, and says so', (adaptive, limit, found) => {
    const { runtime } = testRuntime();
    protect(flaky.hanging(), { bulkhead: { adaptive } }, { runtime, id: 'A.b' });
    expect(runtime.bulkheads.get('A.b').limit).toBe(limit);
    expect([...runtime.methods()][0]?.policies[0]?.summary).toBe(`${limit} at a time now, ${found}`);
  });

  it('finds a limit of its own for each key', async () => {
    const { runtime, clock } = testRuntime();
    const key = (name: string) => name;
    const ends = { busy: unavailable, idle: undefined };
    const method = (name: 'busy' | 'idle') => clock.sleep(1).then(() => ends[name] && Promise.reject(ends[name]));
    const call = protect(method, { bulkhead: { adaptive: quick, key } }, { runtime, id: 'A.b' });
    for (let i = 0; i < 3; i++) {
      for (const name of ['busy', 'idle'] as const) watch(call(name));
      await clock.advance(100);
    }
    expect([...(runtime.bulkheads.keyed('A.b')?.all() ?? [])].map(({ limit }) => limit)).toEqual([10, 8]);
  });
});

describe('a bulkhead that becomes adaptive, or ceases to be', () => {
  it('goes on from where its algorithm starts, and back to its fixed size', async () => {
    const { runtime } = testRuntime();
    const bulkhead = runtime.bulkheads.register('database', { maxConcurrent: 50 });
    bulkhead.change({ adaptive: 'vegas' });
    expect([bulkhead.limit, bulkhead.adaptation?.settings]).toEqual([20, expect.objectContaining({ maxLimit: 50 })]);
    bulkhead.change({ adaptive: false });
    expect([bulkhead.limit, bulkhead.adaptation]).toEqual([50, undefined]);
  });

  it('has as many slots as are usual with and without, where nobody says how many', () => {
    const bulkhead = testRuntime().runtime.bulkheads.get('database');
    const most = () => [bulkhead.maxConcurrent, bulkhead.limit];
    expect(most()).toEqual([10, 10]);
    bulkhead.change({ adaptive: 'vegas' });
    expect(most()).toEqual([200, 20]);
    bulkhead.change({ adaptive: false });
    expect(most()).toEqual([10, 10]);
  });

  it('keeps what it has found when other sizes change, within its new bounds', async () => {
    const { bulkhead, gate, crowd, clock } = await adapting();
    await crowd(6);
    gate.fail('other 0', unavailable);
    await clock.advance(0);
    bulkhead.change({ maxQueue: 5, order: 'lifo' });
    expect(bulkhead.limit).toBe(9);
    bulkhead.change({ maxConcurrent: 100 });
    expect(bulkhead.limit).toBe(9);
    bulkhead.change({ maxQueue: 6, adaptive: { ...quick } });
    expect(bulkhead.limit).toBe(9);
    bulkhead.change({ maxConcurrent: 10, adaptive: { ...quick, initialLimit: 4 } });
    expect(bulkhead.limit).toBe(4);
    bulkhead.change({ maxConcurrent: 7 });
    expect(bulkhead.limit).toBe(4);
    bulkhead.change({ adaptive: 'vegas', maxConcurrent: 30 });
    expect(bulkhead.limit).toBe(20);
    bulkhead.change({ maxConcurrent: 15 });
    expect([bulkhead.limit, bulkhead.adaptation?.settings]).toEqual([15, expect.objectContaining({ maxLimit: 15 })]);
  });

  it.each<[string, AdaptiveChoice]>([
    ['another value', { ...quick, window: 200 }],
    ['one option less', { algorithm: 'aimd', window: 100, minSamples: 1 }],
    ['one option more', { ...quick, minLimit: 1 }],
  ])('starts anew with %s', async (_what, adaptive) => {
    const { bulkhead, gate, crowd, clock } = await adapting();
    await crowd(6);
    gate.fail('other 0', unavailable);
    await clock.advance(0);
    expect(bulkhead.limit).toBe(9);
    bulkhead.change({ adaptive });
    expect(bulkhead.limit).toBe(bulkhead.adaptation?.settings.initialLimit);
    expect(bulkhead.limit).not.toBe(9);
  });

  it('tells each new number of slots', () => {
    const { runtime } = testRuntime();
    const told: unknown[] = [];
    runtime.events.on('bulkhead.resized', ({ bulkhead, from, to }) => told.push([bulkhead, from, to]));
    const bulkhead = runtime.bulkheads.register('database', { maxConcurrent: 5 });
    bulkhead.change({ maxConcurrent: 8 });
    bulkhead.change({ maxQueue: 8 });
    bulkhead.change({ adaptive: { algorithm: 'aimd', initialLimit: 3 } });
    expect(told).toEqual([
      ['database', 5, 8],
      ['database', 8, 3],
    ]);
  });

  it('learns nothing from calls that began under other settings, and has their slots back', async () => {
    const { bulkhead, gate, crowd, clock } = await adapting();
    await crowd(6);
    bulkhead.change({ adaptive: { ...quick, initialLimit: 8 } });
    gate.fail('other 0', unavailable);
    await clock.advance(100);
    gate.fail('other 1', unavailable);
    await clock.advance(100);
    expect([bulkhead.limit, bulkhead.running]).toEqual([8, 4]);
    bulkhead.change({ adaptive: false });
    gate.fail('other 2', unavailable);
    await clock.advance(0);
    expect([bulkhead.limit, bulkhead.running]).toEqual([10, 3]);
  });

  it('counts calls that began before it became adaptive as running, and no more', async () => {
    const { runtime, clock } = testRuntime();
    const bulkhead = runtime.bulkheads.register('database', { maxConcurrent: 20 });
    watch(bulkhead.execute(() => clock.sleep(10)));
    bulkhead.change({ adaptive: quick });
    await clock.advance(10);
    expect([bulkhead.running, bulkhead.limit]).toEqual([0, 10]);
  });

  it('says what is wrong, and stays as it was', () => {
    const bulkhead = testRuntime().runtime.bulkheads.register('database', { maxConcurrent: 5 });
    expect(() => bulkhead.change({ maxQueue: 3, adaptive: { algorithm: 'aimd', initialLimit: 6 } })).toThrow(
      'database: @Bulkhead: adaptive.initialLimit must not be above maxConcurrent (5), but got 6',
    );
    bulkhead.change({ order: 'lifo' });
    expect([bulkhead.limit, bulkhead.adaptation, bulkhead.room({ maxWait: undefined, arm: () => {} })]).toEqual([
      5,
      undefined,
      0,
    ]);
  });
});

describe('those who wait when an adaptive limit falls', () => {
  /** Ten slots taken, of which some time out, 100 ms apart; and those who wait, by priority. */
  async function pressed(doomed: number, waiting: Readonly<Record<string, number>>, sizes = { maxQueue: 50 }) {
    const world = await adapting(sizes);
    await world.crowd(10 - doomed);
    for (let i = 1; i <= doomed; i++) {
      const policies = { timeout: i * 100, bulkhead: 'database' } as const;
      watch(protect(flaky.hanging(), policies, { runtime: world.runtime, id: `Service.doomed${i}` })());
    }
    const seen = Object.entries(waiting).flatMap(([priority, count]) =>
      Array.from({ length: count }, (_, i) => {
        const work = world.bulkhead.execute(flaky.hanging(), { priority: priority as 'low' });
        return { name: `${priority} ${i + 1}`, seen: watch(work) };
      }),
    );
    await world.settle();
    expect([world.bulkhead.running, world.bulkhead.queued]).toEqual([10, seen.length]);
    const lost = () => seen.filter(({ seen: { state } }) => state === 'rejected').map(({ name }) => name);
    return { ...world, lost };
  }

  it('lose the share of low priority by which it fell, the newest first, and nobody else', async () => {
    const { clock, lost, bulkhead } = await pressed(1, { low: 20, normal: 5, high: 5 });
    await clock.advance(100);
    expect([bulkhead.limit, lost()]).toEqual([9, ['low 19', 'low 20']]);
    expect(bulkhead.stats.shed).toBe(2);
  });

  it('lose by many small falls what they would lose by one large one', async () => {
    const { clock, lost, bulkhead } = await pressed(5, { low: 4 });
    const course: [number, number][] = [];
    for (let i = 0; i < 5; i++) {
      await clock.advance(100);
      course.push([bulkhead.limit, lost().length]);
    }
    expect(course).toEqual([
      [9, 0], // 0.4
      [8, 0], // and 4 / 9
      [7, 1], // and 4 / 8
      [6, 1], // 0.34 and 3 / 7
      [5, 2], // and 3 / 6
    ]);
  });

  it('go for whom there is no room any more, where nobody says how many may wait', async () => {
    const { runtime, clock } = testRuntime();
    const policies = {
      bulkhead: { name: 'database', adaptive: { ...quick, backoffRatio: 0.5 }, maxWait: '1m' },
    } as const;
    const doomed = protect(flaky.hanging(), { ...policies, timeout: 200 }, { runtime, id: 'Service.doomed' });
    const patient = protect(flaky.hanging(), policies, { runtime, id: 'Service.patient' });
    const bulkhead = runtime.bulkheads.get('database');
    watch(bulkhead.execute(() => clock.sleep(1)));
    await clock.advance(1);
    for (let i = 0; i < 10; i++) watch(i === 0 ? doomed() : bulkhead.execute(flaky.hanging()));
    const seen = Array.from({ length: 10 }, () => watch(patient()));
    await clock.advance(0);
    expect([bulkhead.running, bulkhead.queued]).toEqual([10, 10]);
    await clock.advance(200);
    expect([bulkhead.limit, bulkhead.queued, bulkhead.stats.shed]).toEqual([5, 5, 5]);
    expect(seen.map(({ state }) => state)).toEqual([...Array(5).fill('pending'), ...Array(5).fill('rejected')]);
  });
});
