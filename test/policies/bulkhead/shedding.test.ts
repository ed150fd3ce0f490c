import { describe, expect, it } from 'vitest';
import { isRejected, type Priority } from '../../../src/core/index.js';
import { BulkheadFullError, type BulkheadOptions } from '../../../src/policies/bulkhead/index.js';
import { protect } from '../../../src/runtime/index.js';
import { flaky, watch } from '../../../src/testing/index.js';
import { crowd } from './crowd.js';

const levels: Readonly<Record<string, Priority>> = { c: 'critical', h: 'high', n: 'normal', l: 'low' };

/** One slot that is taken, and those who wait; the first letter of a name is its priority. */
async function waiting(options: BulkheadOptions, ...names: readonly string[]) {
  const priority = (name: string) => levels[name.charAt(0)];
  const world = crowd({ bulkhead: { maxConcurrent: 1, priority, ...options } }, 'first', ...names);
  await world.settle();
  const inState = (state: string) => names.filter((name) => world.seen[name]?.state === state);
  return { ...world, shed: () => inState('rejected'), kept: () => inState('pending') };
}

describe('a full queue', () => {
  it.each([
    ['the newest of those that matter least', ['l1', 'n1', 'l2', 'h1'], 'n2', ['l2']],
    ['whoever matters less, if nobody matters least', ['n1', 'h1', 'n2'], 'h2', ['n2']],
    ['one that waits for its first turn', ['l1'], 'c1', ['l1']],
    ['nobody for one that matters as much', ['n1', 'n2'], 'n3', []],
    ['nobody for one that matters less', ['h1', 'n1'], 'l1', []],
  ])('gives the place of %s to a newcomer', async (_whom, names, newcomer, expected) => {
    const { come, settle, shed, bulkhead } = await waiting({ maxQueue: names.length }, ...names);
    const seen = come(newcomer);
    await settle();
    expect(shed()).toEqual(expected);
    expect(seen.state).toBe(expected.length > 0 ? 'pending' : 'rejected');
    expect([bulkhead.queued, bulkhead.stats.shed]).toEqual([names.length, expected.length]);
  });

  it('tells, counts and words that a call lost its place', async () => {
    const { come, settle, seen, events, gate, runtime, clock, bulkhead } = await waiting(
      { maxQueue: 2, maxWait: '1s' },
      'n1',
      'l1',
    );
    come('h1');
    await settle();
    expect(seen.l1?.error).toBeInstanceOf(BulkheadFullError);
    expect(isRejected(seen.l1?.error)).toBe(true);
    expect(seen.l1?.error).toMatchObject({
      message: 'Service.method was not called: it lost its place in the queue of its bulkhead (1 running, 2 waiting)',
      reason: 'shed',
      code: 'HOLDFAST_BULKHEAD_FULL',
      retryAfter: undefined,
    });
    const fact = { site: 'Service.method', bulkhead: 'Service.method' };
    expect(events.of('bulkhead.refused')).toEqual([{ ...fact, reason: 'shed' }]);
    expect([...runtime.methods()][0]?.policies[0]?.stats).toMatchObject({ accepted: 1, rejected: 0, shed: 1 });
    expect(clock.pending).toBe(2);
    await clock.advance(1000);
    expect([gate.started, clock.pending]).toEqual([['first'], 0]);
    expect(bulkhead.stats).toMatchObject({ queued: 0, timedOut: 2, shed: 1 });
  });

  it('counts for each key, and for all of them together', async () => {
    const key = (name: string) => name.at(-1);
    const { come, settle, runtime } = await waiting({ maxQueue: 1, key }, 'l1', 'n1', 'l2', 'n2');
    for (const name of ['h1', 'c2']) come(name);
    await settle();
    expect(runtime.bulkheads.stats()['Service.method']).toMatchObject({ accepted: 3, queued: 2, shed: 2, rejected: 0 });
  });

  it('makes no room for a use that never waits', async () => {
    const { runtime, settle, shed, bulkhead } = await waiting({ maxQueue: 1 }, 'l1');
    const policies = { bulkhead: { name: 'Service.method', maxWait: 0, priority: 'critical' } } as const;
    const hasty = watch(protect(flaky.hanging(), policies, { runtime, id: 'Service.hasty' })());
    await settle();
    expect([hasty.error, shed(), bulkhead.queued]).toEqual([expect.any(BulkheadFullError), [], 1]);
  });

  it('makes no room for what takes more slots than there are', async () => {
    const { runtime, settle, shed } = await waiting({ maxQueue: 1 }, 'l1');
    const policies = { bulkhead: { name: 'Service.method', priority: 'critical', weight: () => 2 } } as const;
    const heavy = watch(protect(flaky.hanging(), policies, { runtime, id: 'Service.heavy' })());
    await settle();
    expect([heavy.error, shed()]).toEqual([expect.objectContaining({ reason: 'weight' }), []]);
  });

  it('gives a place once: whoever has it is not refused for those of the same priority', async () => {
    const { come, settle, kept } = await waiting({ maxQueue: 2 }, 'n1', 'n2');
    for (const late of ['n3', 'n4', 'x']) come(late);
    await settle();
    expect(kept()).toEqual(['n1', 'n2']);
  });
});

describe('a queue that has less room than before', () => {
  it('lets those go first that matter least, the newest of them first', async () => {
    const { bulkhead, settle, kept } = await waiting({ maxQueue: 6 }, 'l1', 'h1', 'n1', 'l2', 'c1', 'n2');
    const left: string[][] = [];
    for (const maxQueue of [5, 4, 3, 2, 1, 0]) {
      bulkhead.change({ maxQueue });
      expect(bulkhead.queued).toBe(maxQueue);
      await settle();
      left.push(kept());
    }
    expect(left).toEqual([
      ['l1', 'h1', 'n1', 'c1', 'n2'],
      ['h1', 'n1', 'c1', 'n2'],
      ['h1', 'n1', 'c1'],
      ['h1', 'c1'],
      ['c1'],
      [],
    ]);
  });

  it('keeps all for whom there is room', async () => {
    const { bulkhead, settle, shed } = await waiting({ maxQueue: 6 }, 'l1', 'n1');
    bulkhead.change({ maxQueue: 2 });
    await settle();
    expect(shed()).toEqual([]);
  });

  it.each([
    ['with the slots, where nobody says how many may wait', {}, ['n1', 'n2']],
    ['not with the slots, where that is given', { maxQueue: 4 }, ['n1', 'n2', 'n3', 'l1']],
  ])('shrinks %s', async (_how, sizes, left) => {
    const { bulkhead, come, settle, kept, gate, clock } = await waiting(
      { maxConcurrent: 4, maxWait: '1m', ...sizes, weight: (name) => (name === 'first' ? 4 : 1) },
      'n1',
      'n2',
      'n3',
      'l1',
    );
    bulkhead.change({ maxConcurrent: 2 });
    expect(bulkhead.running).toBe(4);
    await settle();
    expect(kept()).toEqual(left);
    gate.end('first');
    await settle();
    expect([gate.started, come('n9').state]).toEqual([['first', 'n1', 'n2'], 'pending']);
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });

  it('gives free slots to those behind, when the one in front has to go', async () => {
    const weight = (name: string) => Number(name.slice(1));
    const policies = { bulkhead: { maxConcurrent: 4, maxQueue: 9, order: 'lifo', weight } } as const;
    const { gate, bulkhead, settle, states } = crowd(policies, 'a3', 'b1', 'c1', 'd4');
    await settle();
    gate.end('b1');
    await settle();
    expect([gate.started, bulkhead.running]).toEqual([['a3', 'b1'], 3]);
    bulkhead.change({ maxQueue: 1 });
    await settle();
    expect([gate.started, bulkhead.running]).toEqual([['a3', 'b1', 'c1'], 4]);
    expect(states()).toEqual(['pending', 'resolved', 'pending', 'rejected']);
  });
});
