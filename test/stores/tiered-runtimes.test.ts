import { type CacheStore, memoryStore, tiered } from 'holdfast/stores';
import { ManualClock } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { protect, Runtime } from '../../src/runtime/index.js';
import { DiskStore } from '../testing/disk-store.js';

const fastFor = 5000;

/** What all runtimes of a test load from, and when that was. */
class Callee {
  readonly loads: { readonly number: number; readonly at: number }[] = [];
  isDown = false;

  load(at: number) {
    if (this.isDown) throw new Error('down');
    const value = { number: this.loads.length, at };
    this.loads.push(value);
    return value;
  }
}

/** A runtime with a cached method. */
function runtimeOn(store: CacheStore, clock: ManualClock, callee: Callee) {
  const runtime = new Runtime({ clock });
  const cached = { ttl: '1m', staleIfError: '10m', key: (id: string) => id, store, tags: ['t'] } as const;
  const load = async (_id: string) => callee.load(clock.now());
  const call = protect(load, { cached }, { id: 'Service.method', runtime });
  return {
    clock,
    runtime,
    call: async () => (await call('a')).number,
    cache: () => runtime.caches.find('Service.method')!,
  };
}

const tiersOn = (disk: DiskStore, clock: ManualClock) =>
  tiered(memoryStore(), disk, { clock, fastFor, onError: () => {} }); // trouble is none of these tests

describe('two runtimes on one tiered store', () => {
  function world() {
    const clock = new ManualClock();
    const callee = new Callee();
    const store = tiersOn(new DiskStore(), clock);
    return { clock, callee, store, one: runtimeOn(store, clock, callee), other: runtimeOn(store, clock, callee) };
  }

  it('share what they load, and see at once what the other drops or sets', async () => {
    const { one, other, clock } = world();
    expect([await one.call(), await clock.advance(1), await other.call()]).toEqual([0, undefined, 0]);
    await other.cache().delete('a');
    await clock.advance(2);
    expect([await one.call(), await clock.advance(1), await other.call()]).toEqual([1, undefined, 1]);
    await one.cache().invalidate('t');
    await clock.advance(2);
    expect([await other.call(), await clock.advance(1), await one.call()]).toEqual([2, undefined, 2]);
    await other.cache().clear();
    expect(await one.call()).toBe(3);
    await clock.advance(1);
    await other.cache().set('a', { number: 'by hand' });
    expect(await one.call()).toBe('by hand');
  });

  it('may end one after the other: the store is closed after both, and what the first had written is there', async () => {
    const { one, other, clock, store } = world();
    await one.call();
    await one.runtime.dispose();
    expect(await other.call()).toBe(0);
    await other.runtime.dispose();
    await store.close?.();
    expect(() => store.get('a', { signal: new AbortController().signal })).toThrow('is closed');
    expect(clock.pending).toBe(0);
  });

  it('answer all calls, and lose no rejection, where the store is closed under them', async () => {
    const { one, other, clock, store } = world();
    await one.call();
    await clock.advance(fastFor);
    const calls = [one.call(), other.call()];
    const closing = store.close?.();
    calls.push(one.call(), other.call());
    const outcomes = Promise.all(calls);
    await clock.advance(2000);
    await closing;
    expect((await outcomes).every((number) => typeof number === 'number')).toBe(true);
    expect(typeof (await one.call())).toBe('number');
    await clock.advance(60_000);
    expect(clock.pending).toBe(0);
  });
});

describe('tiered stores of two processes on one slow store', () => {
  function world() {
    const clock = new ManualClock();
    const callee = new Callee();
    const disk = new DiskStore();
    const [one, other] = [tiersOn(disk, clock), tiersOn(disk, clock)].map((store) => runtimeOn(store, clock, callee));
    return { clock, callee, one: one as NonNullable<typeof one>, other: other as NonNullable<typeof other> };
  }

  it('see what the other has dropped or set after fastFor, and not before they must', async () => {
    const { one, other, clock } = world();
    await one.call();
    await clock.advance(1);
    expect(await other.call()).toBe(0);
    await one.cache().delete('a');
    await clock.advance(fastFor - 1);
    expect(await other.call()).toBe(0);
    await clock.advance(1);
    expect(await other.call()).toBe(1);
    await clock.advance(1);
    await one.cache().set('a', { number: 'by hand' });
    await clock.advance(fastFor);
    expect(await other.call()).toBe('by hand');
  });

  it.each([-3_600_000, -3000, 3000, 50_000, 3_600_000])(
    'give nothing that is too old, nor what was dropped, when the wall clock jumps by %d ms',
    async (jump) => {
      const { one, other, clock, callee } = world();
      await one.call();
      await clock.advance(1);
      await other.call();
      clock.adjustWall(jump);
      await clock.advance(1);
      const seen = await other.call();
      await one.cache().delete('a');
      expect(await one.call()).toBeGreaterThan(seen as number);
      await clock.advance(2 * fastFor);
      expect(await other.call()).toBe(await one.call());
      callee.isDown = true;
      clock.adjustWall(-jump);
      await clock.advance(660_000 + Math.abs(jump));
      await expect(one.call()).rejects.toThrow('down');
      await expect(other.call()).rejects.toThrow('down');
      expect(clock.pending).toBe(0);
    },
  );
});
