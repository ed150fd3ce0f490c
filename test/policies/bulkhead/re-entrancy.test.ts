import { describe, expect, it } from 'vitest';
import { type Priority, RuntimeDisposedError } from '../../../src/core/index.js';
import type { BulkheadSizes } from '../../../src/policies/bulkhead/index.js';
import { watch } from '../../../src/testing/index.js';
import { adapting } from './adapting-world.js';
import { crowd } from './crowd.js';

const left = new Error('the caller left');

/** A bulkhead of one slot that is taken, with a method around it whose calls are named after their priority. */
function busy(sizes: BulkheadSizes) {
  const priority = (name: string) => name.split(' ')[0] as Priority;
  const world = crowd({ bulkhead: { maxConcurrent: 1, ...sizes, priority } }, 'normal first');
  /** Does something the first time that a call loses its place. */
  const onShed = (act: () => void) => {
    const stop = world.runtime.events.on('bulkhead.refused', ({ reason }) => {
      if (reason !== 'shed') return;
      stop();
      act();
    });
  };
  return { ...world, onShed };
}

describe('a bulkhead that is called back from within', () => {
  it('keeps to its places when a listener calls as soon as somebody lost one', async () => {
    const { come, bulkhead, onShed, settle } = busy({ maxQueue: 1 });
    const low = come('low');
    onShed(() => come('low again'));
    const high = come('high');
    await settle();
    expect([bulkhead.queued, low.state, high.state]).toEqual([1, 'rejected', 'pending']);
  });

  it('lets a call run at once for which a listener made a slot while another lost its place to it', async () => {
    const { come, gate, bulkhead, onShed, settle } = busy({ maxQueue: 1 });
    come('low');
    onShed(() => bulkhead.change({ maxConcurrent: 2 }));
    come('high');
    await settle();
    expect([bulkhead.queued, bulkhead.running, gate.started]).toEqual([0, 2, ['normal first', 'high']]);
  });

  it('keeps no place for a call that a listener aborts while another loses its place to it', async () => {
    const { come, bulkhead, onShed, settle } = busy({ maxQueue: 1 });
    const caller = new AbortController();
    come('low');
    onShed(() => caller.abort(left));
    const high = come('high', caller.signal);
    expect(bulkhead.queued).toBe(0);
    await settle();
    expect(high.error).toBe(left);
  });

  it('keeps no place for a call that ends while it says how much it weighs', async () => {
    const caller = new AbortController();
    const weight = (name: string) => {
      if (name === 'b') caller.abort(left);
      return 1;
    };
    const { come, bulkhead, gate, settle } = crowd({ bulkhead: { maxConcurrent: 1, maxQueue: 1, weight } }, 'a');
    const b = come('b', caller.signal);
    expect(bulkhead.queued).toBe(0);
    gate.end('a');
    await settle();
    expect([b.error, gate.started]).toEqual([left, ['a']]);
  });

  it('lets each of those go once that lose their places together, whoever leaves meanwhile', async () => {
    const { come, bulkhead, onShed, settle } = busy({ maxQueue: 3 });
    const callers = ['low 1', 'low 2', 'high'].map((name) => {
      const caller = new AbortController();
      return { caller, seen: come(name, caller.signal) };
    });
    onShed(() => callers[0]?.caller.abort(left));
    bulkhead.change({ maxQueue: 1 });
    await settle();
    expect(callers.map(({ seen }) => seen.state)).toEqual(['rejected', 'rejected', 'pending']);
    expect([bulkhead.queued, bulkhead.stats.shed]).toEqual([1, 2]);
  });

  it('has the size that a listener gave it last, though calls were still losing their places to another', async () => {
    const { come, bulkhead, events, onShed, settle } = busy({ maxQueue: 3 });
    for (const name of ['normal 1', 'normal 2', 'normal 3']) come(name);
    bulkhead.change({ maxConcurrent: 3 });
    for (const name of ['normal 4', 'normal 5']) come(name);
    onShed(() => bulkhead.change({ maxConcurrent: 7 }));
    bulkhead.change({ maxConcurrent: 2, maxQueue: 1 });
    await settle();
    expect(bulkhead.limit).toBe(7);
    const resized = events.of('bulkhead.resized').map(({ from, to }) => [from, to]);
    expect(resized).toEqual([
      [1, 3],
      [3, 2],
      [2, 7],
    ]);
  });

  it('keeps the fixed size that a listener gave it while an adaptive limit was falling', async () => {
    const { bulkhead, runtime, crowd, gate, clock } = await adapting({ maxQueue: 20 }, { priority: 'low' });
    await crowd(20);
    runtime.events.on('bulkhead.refused', () => bulkhead.change({ adaptive: false, maxConcurrent: 50 }));
    expect([bulkhead.running, bulkhead.queued]).toEqual([10, 10]);
    await clock.advance(100);
    gate.fail('other 0', Object.assign(new Error('overloaded'), { status: 503 }));
    await clock.advance(0);
    expect([bulkhead.limit, bulkhead.adaptation, bulkhead.queued]).toEqual([50, undefined, 0]);
  });

  it('is disposed with all who wait, whatever they do about it', async () => {
    const { come, runtime, bulkhead, settle } = busy({ maxQueue: 4 });
    const seen = ['low', 'normal', 'high'].map((name) => come(name));
    const again = watch(bulkhead.execute(() => 1).catch(() => bulkhead.execute(() => 2)));
    void runtime.dispose({ drain: 0 });
    expect(bulkhead.queued).toBe(0);
    await settle();
    for (const { error } of [...seen, again]) expect(error).toBeInstanceOf(RuntimeDisposedError);
  });
});
