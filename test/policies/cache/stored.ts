import type { CachedOptions, CacheStore } from '../../../src/policies/cache/index.js';
import { protectForTest, settle, watch } from '../../../src/testing/index.js';
import { HeldStore } from './held-store.js';

/** One run of the method, which ends when the test says so. */
export interface Run {
  readonly land: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** The form of a key of the protected function in a store that lasts. */
export const form = (key: string): string => `Service.method/c:Service.method/s${key}`;

/** A method behind a cache with a store, each run of it in the test's hands. */
export function heldUpstream(options: CachedOptions, store: CacheStore = new HeldStore()) {
  const runs: Run[] = [];
  const world = protectForTest(
    (_key: string, _signal?: AbortSignal) => new Promise<unknown>((land, fail) => runs.push({ land, fail })),
    { cached: { key: (key: string) => key, store, ...options } },
  );
  const cache = () => world.runtime.caches.find('Service.method')!;
  /** Lets a value be loaded and kept. */
  const keep = async (key: string, value: unknown) => {
    const first = watch(world.call(key));
    await settle();
    runs.at(-1)?.land(value);
    await settle();
    if (first.state !== 'resolved') throw new Error(`keep() was not answered: ${first.state}`);
  };
  return { ...world, runs, cache, keep };
}

/** A method behind a cache with a store in the test's hands; it gives 1, 2, 3 … unless it is down. */
export function stored(options: CachedOptions, store = new HeldStore()) {
  const upstream = { runs: 0, down: undefined as unknown };
  const world = protectForTest(
    async (_key: string, _signal?: AbortSignal) => {
      upstream.runs++;
      if (upstream.down !== undefined) throw upstream.down;
      return upstream.runs;
    },
    { cached: { key: (key: string) => key, store, ...options } },
  );
  const cache = () => world.runtime.caches.find('Service.method')!;
  return { ...world, upstream, store, cache };
}
