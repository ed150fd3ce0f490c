import {
  type CacheEntry,
  type CacheStore,
  memoryStore,
  type TieredOptions,
  type TierTrouble,
  tiered,
} from 'holdfast/stores';
import { ManualClock } from 'holdfast/testing';
import { HeldStore } from './held-store.js';

/** Two stores joined, on a clock that stands still; what is done to the slow one waits for the test where it `holds`. */
export function tiers<Fast extends CacheStore>({
  fast = memoryStore() as CacheStore as Fast,
  ...options
}: TieredOptions & { readonly fast?: Fast } = {}) {
  const clock = new ManualClock();
  const slow = new HeldStore();
  slow.holds = false;
  const troubles: TierTrouble[] = [];
  const store = tiered(fast, slow, { clock, onError: (trouble) => troubles.push(trouble), ...options });
  return {
    clock,
    fast,
    slow,
    store,
    troubles,
    /** An entry made now: fresh for 10 s, stale for 10 s more, and for 10 s more in case of an error. */
    entry: (value: unknown, fields: Partial<CacheEntry> = {}): CacheEntry => entryAt(clock.wallNow(), value, fields),
    get: (key = 'key') => store.get(key, call()),
    set: (entry: CacheEntry, key = 'key') => store.set(key, entry, call()),
    delete: (key = 'key') => store.delete(key, call()),
    deleteByTag: (pattern = 'tag', prefix = '') => store.deleteByTag(pattern, { prefix, ...call() }),
    clear: (prefix = '') => store.clear({ prefix, ...call() }),
  };
}

/** An entry with times from a moment on. */
export function entryAt(createdAt: number, value: unknown, fields: Partial<CacheEntry> = {}): CacheEntry {
  const [freshUntil, staleUntil, errorUntil] = [createdAt + 10_000, createdAt + 20_000, createdAt + 30_000];
  return { value, createdAt, freshUntil, staleUntil, errorUntil, tags: ['tag'], version: '1', ...fields };
}

/** What an operation is told for which somebody waits. */
export function call(): { readonly signal: AbortSignal } {
  return { signal: new AbortController().signal };
}
