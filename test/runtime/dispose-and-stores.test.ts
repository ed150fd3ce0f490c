import { describe, expect, it } from 'vitest';
import type { CacheEntry, CacheStore } from '../../src/policies/cache/index.js';
import { protectForTest, settle, watch } from '../../src/testing/index.js';

/** A store whose writes are done when the test says so. */
class HeldStore implements CacheStore {
  readonly kept = new Map<string, CacheEntry>();
  readonly #held: (() => void)[] = [];

  get(key: string): CacheEntry | undefined {
    return this.kept.get(key);
  }

  async set(key: string, entry: CacheEntry): Promise<void> {
    await new Promise<void>((resolve) => this.#held.push(resolve));
    this.kept.set(key, entry);
  }

  async delete(key: string): Promise<boolean> {
    return this.kept.delete(key);
  }

  async deleteByTag(): Promise<void> {}

  async clear(): Promise<void> {}

  release(): void {
    for (const done of this.#held.splice(0)) done();
  }
}

function world() {
  const store = new HeldStore();
  const key = (id: string) => id;
  const cached = { ttl: '1h', key, store, storeTimeout: '1h', storeRetry: false } as const;
  return { store, ...protectForTest(async (id: string) => `value of ${id}`, { cached }) };
}

describe('disposing a runtime whose caches have stores', () => {
  it('waits until what was loaded is written, also where that has not begun', async () => {
    const { call, runtime, store } = world();
    await call('a');
    const disposed = watch(runtime.dispose());
    await settle();
    expect(disposed.state).toBe('pending');
    store.release();
    await settle();
    expect([disposed.state, store.kept.size]).toEqual(['resolved', 1]);
  });

  it('waits no longer than it was told', async () => {
    const { call, runtime, clock } = world();
    await call('a');
    const disposed = watch(runtime.dispose({ drain: 500 }));
    await clock.advance(499);
    expect(disposed.state).toBe('pending');
    await clock.advance(1);
    expect(disposed.state).toBe('resolved');
  });

  it('does not wait where it is not to', async () => {
    const { call, runtime } = world();
    await call('a');
    const disposed = watch(runtime.dispose({ drain: 0 }));
    await settle();
    expect(disposed.state).toBe('resolved');
  });

  it('waits for code that waits for a value by hand', async () => {
    const { runtime, clock } = world();
    const cache = runtime.caches.register('rates', { ttl: '1h' });
    const value = watch(cache.wrap('EUR', () => clock.sleep(100).then(() => 1)));
    const disposed = watch(runtime.dispose());
    await clock.advance(99);
    expect(disposed.state).toBe('pending');
    await clock.advance(1);
    expect([disposed.state, value.value]).toEqual(['resolved', 1]);
  });

  it('does not wait for the memory', async () => {
    const { call, runtime } = protectForTest(async () => 1, { cached: '1h' });
    await call();
    const disposed = watch(runtime.dispose({ drain: '1h' }));
    await settle();
    expect(disposed.state).toBe('resolved');
  });
});
