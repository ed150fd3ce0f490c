import type { Awaitable, CacheEntry, CacheStore, StoreCall, StoreSweep } from '../../../src/policies/cache/index.js';
import { matchesTag } from '../../../src/policies/cache/index.js';

export type Operation = 'get' | 'set' | 'delete' | 'deleteByTag' | 'clear';

/** An operation that waits for the test. */
export interface Waiting {
  readonly operation: Operation;
  readonly key: string;
  readonly signal: AbortSignal;
  /** Does it now, and answers. */
  readonly go: () => void;
  /** Answers with this instead, and does nothing. */
  readonly answer: (value: unknown) => void;
  readonly fail: (error: unknown) => void;
}

/** A store in the test's hands: it works, unless the test says otherwise, and notes what it is asked. */
export class HeldStore implements CacheStore {
  readonly label = 'held';
  readonly volatile: boolean;
  readonly entries = new Map<string, CacheEntry>();
  /** What it was asked, `'get Service.method//sa'`. */
  readonly asked: string[] = [];
  /** Operations that wait until the test lets them go. */
  readonly waiting: Waiting[] = [];
  /** Which operations wait. */
  readonly holds = new Set<Operation>();
  /** What becomes of an operation instead of being done; it is done where this gives `undefined`. */
  instead: (operation: Operation, key: string, call: StoreCall) => (() => unknown) | undefined = () => undefined;
  readonly #sync: boolean;

  constructor({ sync = false, volatile = false } = {}) {
    this.#sync = sync;
    this.volatile = volatile;
  }

  get(key: string, call: StoreCall): Awaitable<CacheEntry | undefined> {
    return this.#do('get', key, call, () => this.entries.get(key));
  }

  set(key: string, entry: CacheEntry, call: StoreCall): Awaitable<void> {
    return this.#do('set', key, call, () => void this.entries.set(key, copyOf(entry)));
  }

  delete(key: string, call: StoreCall): Awaitable<boolean> {
    return this.#do('delete', key, call, () => this.entries.delete(key));
  }

  deleteByTag(pattern: string, sweep: StoreSweep): Awaitable<void> {
    return this.#do('deleteByTag', pattern, sweep, () => {
      for (const [key, { tags }] of this.entries)
        if (key.startsWith(sweep.prefix) && tags.some((tag) => matchesTag(pattern, tag))) this.entries.delete(key);
    });
  }

  clear(sweep: StoreSweep): Awaitable<void> {
    return this.#do('clear', sweep.prefix, sweep, () => {
      for (const key of this.entries.keys()) if (key.startsWith(sweep.prefix)) this.entries.delete(key);
    });
  }

  /** How often it was asked for something. */
  count(operation: Operation): number {
    return this.asked.filter((asked) => asked.startsWith(`${operation} `)).length;
  }

  /** Fails these operations with an error until it is told to work again. */
  fails(error: unknown, ...operations: readonly Operation[]): void {
    this.instead = (operation) =>
      operations.includes(operation)
        ? () => {
            throw error;
          }
        : undefined;
  }

  works(): void {
    this.instead = () => undefined;
  }

  #do<T>(operation: Operation, key: string, call: StoreCall, run: () => T): Awaitable<T> {
    this.asked.push(`${operation} ${key}`);
    const act = (this.instead(operation, key, call) ?? run) as () => Awaitable<T>;
    if (this.holds.has(operation)) return this.#held(operation, key, call, act);
    return this.#sync ? act() : Promise.resolve().then(act);
  }

  #held<T>(operation: Operation, key: string, call: StoreCall, act: () => Awaitable<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const go = () => {
        try {
          resolve(act());
        } catch (error) {
          reject(error);
        }
      };
      const answer = (value: unknown) => resolve(value as T);
      this.waiting.push({ operation, key, signal: call.signal, go, answer, fail: reject });
    });
  }
}

/** What a process keeps of an entry that it gave away. */
function copyOf({ value, createdAt, freshUntil, staleUntil, errorUntil, tags, version, loadTime }: CacheEntry) {
  const entry = { value, createdAt, freshUntil, staleUntil, errorUntil, tags: [...tags], version };
  return loadTime === undefined ? entry : { ...entry, loadTime };
}

/** An entry as a test puts it into a store. */
export function entryOf(value: unknown, now: number, more: Partial<CacheEntry> = {}): CacheEntry {
  const until = now + 1000;
  return {
    value,
    createdAt: now,
    freshUntil: until,
    staleUntil: until,
    errorUntil: until,
    tags: [],
    version: '',
    ...more,
  };
}
