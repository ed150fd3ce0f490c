import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RuntimeDisposedError } from '../../../src/core/index.js';
import { Boom, settle, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { heldUpstream } from './stored.js';

const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeEach(() => {
  unhandled.length = 0;
  process.on('unhandledRejection', note);
});

afterEach(() => {
  process.off('unhandledRejection', note);
});

/** Disposes of a runtime, and sees what is left of it after a while. */
async function disposed({ runtime, clock }: Pick<ReturnType<typeof heldUpstream>, 'runtime' | 'clock'>, drain: number) {
  const done = watch(runtime.dispose({ drain }));
  await clock.advance(drain + 1000);
  await settle();
  expect([done.state, clock.pending, unhandled]).toEqual(['resolved', 0, []]);
}

describe.each([0, 500])('disposal with a drain of %d ms', (drain) => {
  it('while calls wait for the store: they are answered, and no alarm is left', async () => {
    const store = new HeldStore();
    store.holds.add('get');
    const world = heldUpstream({ ttl: '1h' }, store);
    const controller = new AbortController();
    const calls = [watch(world.call('a')), watch(world.call('a', controller.signal))];
    const wrapped = watch(world.cache().wrap('b', async () => 1, { signal: controller.signal }));
    await settle();
    const done = watch(world.runtime.dispose({ drain }));
    await world.clock.advance(50);
    world.runs[0]?.land('value');
    await settle();
    expect(done.state).toBe('resolved');
    await disposed(world, drain);
    for (const { state } of [...calls, wrapped]) expect(state).not.toBe('pending');
    expect(world.runs.length).toBeLessThanOrEqual(1);
    expect(store.waiting.every(({ signal }) => signal.aborted)).toBe(true);
    for (const waiting of store.waiting) waiting.fail(new Boom('late'));
    await settle();
    expect(unhandled).toEqual([]);
  });

  it('while reads are repeated', async () => {
    const store = new HeldStore();
    store.fails(new Boom('no'), 'get');
    const world = heldUpstream({ ttl: '1h', storeTimeout: '10s', storeRetry: { maxAttempts: 100, delay: 100 } }, store);
    const seen = watch(world.call('a'));
    await world.clock.advance(50);
    const reads = store.count('get');
    const done = watch(world.runtime.dispose({ drain }));
    await settle();
    world.runs[0]?.land('value');
    await settle();
    expect(done.state).toBe('resolved');
    await disposed(world, drain);
    expect([seen.state === 'pending', store.count('get')]).toEqual([false, reads]);
  });

  it('while writes hang, are repeated, and wait for each other', async () => {
    const store = new HeldStore();
    const world = heldUpstream({ ttl: '1h', tags: ['t'] }, store);
    await world.keep('kept', 1);
    store.instead = (operation, key) => {
      if (operation === 'get') return undefined;
      return key.endsWith('hangs')
        ? () => new Promise(() => {})
        : () => {
            throw new Boom('no');
          };
    };
    const outcomes = [
      world.cache().set('hangs', 1),
      world.cache().set('fails', 1),
      world.cache().delete('fails'),
      world.cache().set('fails', 2),
      world.cache().invalidate('t'),
      world.cache().clear(),
    ].map((outcome) => watch(outcome as Promise<unknown>));
    await settle();
    await disposed(world, drain);
    for (const { state } of outcomes) expect(state).not.toBe('pending');
  });

  it('while values are loaded and refreshed', async () => {
    const store = new HeldStore();
    const world = heldUpstream({ ttl: 10, staleFor: '1h', beta: 1, tags: ['t'] }, store);
    await world.keep('stale', 'old');
    await world.clock.advance(10);
    expect(await world.call('stale')).toBe('old');
    const loading = watch(world.call('new'));
    await settle();
    await disposed(world, drain);
    for (const run of world.runs) run.fail(new Boom('late'));
    await settle();
    expect(unhandled).toEqual([]);
    expect(loading.state).not.toBe('pending');
  });

  it('while the store’s circuit is open', async () => {
    const store = new HeldStore();
    store.fails(new Boom('no'), 'get', 'set');
    const world = heldUpstream({ ttl: '1h' }, store);
    for (let time = 0; time < 5; time++) await world.keep(`${time}`, time);
    await disposed(world, drain);
  });
});

describe('after disposal', () => {
  it('what is written by hand is tried once, and rejects with what went wrong', async () => {
    const store = new HeldStore();
    const world = heldUpstream({ ttl: '1h' }, store);
    await world.runtime.dispose();
    const boom = new Boom('no');
    store.fails(boom, 'set');
    await expect(world.cache().set('a', 1)).rejects.toBe(boom);
    expect([store.count('set'), world.clock.pending]).toEqual([1, 0]);
  });

  it('calls and wrap() are refused, without a look at the store', async () => {
    const store = new HeldStore();
    const world = heldUpstream({ ttl: '1h' }, store);
    await world.keep('a', 1);
    await world.runtime.dispose();
    const asked = store.asked.length;
    await expect(world.call('a')).rejects.toBeInstanceOf(RuntimeDisposedError);
    await expect(world.cache().wrap('a', () => 1)).rejects.toBeInstanceOf(RuntimeDisposedError);
    expect(store.asked).toHaveLength(asked);
  });
});
