import { describe, expect, it } from 'vitest';
import type { CacheEntry } from '../../../src/policies/cache/index.js';
import type { ManualClock } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';
import { stored } from './stored.js';

/** Writes one entry after the other, as a disk does. */
class SlowStore extends HeldStore {
  clock: ManualClock | undefined;
  #last: Promise<unknown> = Promise.resolve();

  override set(key: string, entry: CacheEntry): Promise<void> {
    const written = this.#last.then(() => this.clock?.sleep(2)).then(() => void this.entries.set(key, entry));
    this.#last = written;
    return written;
  }
}

// A thousand loads at once used to lose all their writes and to open the circuit of the store: each write waited for those before it, and its
// time had begun with the first of them. A store that writes many at once is slower than storeTimeout, and is well.
describe('a store that takes its time with many writes', () => {
  it('gets what a thousand loads at once bring, and is not taken for one that fails', async () => {
    const store = new SlowStore();
    const { call, clock, runtime, events } = stored({ ttl: '1h' }, store);
    store.clock = clock;
    await Promise.all(Array.from({ length: 1000 }, (_, id) => call(`${id}`)));
    await clock.advance(5000);
    expect([store.entries.size, events.of('cache.storeFailed')]).toEqual([1000, []]);
    expect(runtime.circuits.find('cache:Service.method')?.state).toBe('closed');
  });
});
