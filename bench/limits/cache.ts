import { LRUCache } from 'lru-cache';
import type { Call } from '../harness/question.js';

const hour = 3_600_000;

/** A thousand promises with a time to live, the oldest evicted first. */
export function freshForAnHour(fn: Call): Call {
  const entries = new Map<string, { readonly value: Promise<number>; readonly until: number }>();

  const load = (id: string): Promise<number> => {
    const value = fn();
    entries.delete(id);
    entries.set(id, { value, until: performance.now() + hour });
    value.catch(() => entries.delete(id));
    for (const oldest of entries.keys()) {
      if (entries.size > 1000) entries.delete(oldest);
      else break;
    }
    return value;
  };

  const find = (id: string): Promise<number> => {
    const entry = entries.get(id);
    return entry && performance.now() < entry.until ? entry.value : load(id);
  };
  return () => find('a');
}

/** The same, fresh for ten milliseconds; what is older is given all the same, while one call renews it. */
export function staleWhileRenewed(fn: Call): Call {
  const entries = new Map<string, { value: Promise<number>; until: number; refreshing: boolean }>();

  const load = (id: string): Promise<number> => {
    const value = fn();
    entries.set(id, { value, until: performance.now() + 10, refreshing: false });
    value.catch(() => entries.delete(id));
    return value;
  };

  const refresh = (id: string, stale: { refreshing: boolean }): void => {
    stale.refreshing = true;
    const value = fn();
    value.then(
      () => entries.set(id, { value, until: performance.now() + 10, refreshing: false }),
      () => {
        stale.refreshing = false;
      },
    );
  };

  const find = (id: string): Promise<number> => {
    const entry = entries.get(id);
    if (!entry) return load(id);
    if (performance.now() >= entry.until && !entry.refreshing) refresh(id, entry);
    return entry.value;
  };
  return () => find('a');
}

/** A thousand promises by any ids, in an LRU, because evicting the oldest entry of a large Map costs more than all the rest. */
export function promisesInAnLru(fn: Call, nextId: () => string): Call {
  const entries = new LRUCache<string, Promise<number>>({ max: 1000, ttl: hour });

  const load = (id: string): Promise<number> => {
    const value = fn();
    entries.set(id, value);
    value.then(undefined, () => entries.delete(id));
    return value;
  };
  return () => {
    const id = nextId();
    return entries.get(id) ?? load(id);
  };
}
