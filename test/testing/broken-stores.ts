import { setImmediate as turn } from 'node:timers/promises';
import { type CacheEntry, matchesTag, type StoreCall, type StoreSweep } from '../../src/policies/cache/index.js';
import { type Disk, DiskStore } from './disk-store.js';

export type StoreClass = new (disk: Disk) => DiskStore;

/** Gives something else than was set. */
export function gives(alter: (entry: CacheEntry) => CacheEntry | undefined): StoreClass {
  return class extends DiskStore {
    override read(key: string): CacheEntry | undefined {
      const entry = super.read(key);
      return entry && alter(entry);
    }
  };
}

/** Keeps something else than it is given, or nothing. */
export function keeps(
  alter: (entry: CacheEntry, before: CacheEntry | undefined) => CacheEntry | undefined,
): StoreClass {
  return class extends DiskStore {
    override async set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
      const kept = alter(structuredClone({ ...entry }), this.read(key));
      if (kept) await super.set(key, kept, call);
    }
  };
}

/** Takes some keys for others. */
export function folds(fold: (key: string) => string): StoreClass {
  return class extends DiskStore {
    override get(key: string, call: StoreCall): Promise<CacheEntry | undefined> {
      return super.get(fold(key), call);
    }

    override set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
      return super.set(fold(key), entry, call);
    }

    override delete(key: string, call: StoreCall): Promise<boolean> {
      return super.delete(fold(key), call);
    }
  };
}

/** Understands patterns in another way. */
export function matches(fits: (pattern: string, tags: readonly string[]) => boolean): StoreClass {
  return class extends DiskStore {
    override deleteByTag(pattern: string, { prefix }: StoreSweep): Promise<void> {
      return this.inTurn(() => {
        for (const key of this.keysUnder(prefix)) {
          if (fits(pattern, this.read(key)?.tags ?? [])) this.disk.delete(key);
        }
      });
    }
  };
}

/** Takes other keys for those with a prefix. */
export function finds(isUnder: (prefix: string, key: string) => boolean): StoreClass {
  return class extends DiskStore {
    override keysUnder(prefix: string): string[] {
      return [...this.disk.keys()].filter((key) => isUnder(prefix, key));
    }
  };
}

/** Remembers by tag which keys once bore it, and forgets that only where `forgets` says so. */
export function indexes(forgets: (why: 'set' | 'delete' | 'sweep') => boolean): StoreClass {
  return class extends DiskStore {
    readonly #keys = new Map<string, Set<string>>();

    override set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
      if (forgets('set')) this.#forget(key);
      for (const tag of entry.tags) this.#keys.set(tag, (this.#keys.get(tag) ?? new Set()).add(key));
      return super.set(key, entry, call);
    }

    override delete(key: string, call: StoreCall): Promise<boolean> {
      if (forgets('delete')) this.#forget(key);
      return super.delete(key, call);
    }

    override clear(sweep: StoreSweep): Promise<void> {
      if (forgets('sweep')) this.#keys.clear();
      return super.clear(sweep);
    }

    override deleteByTag(pattern: string, { prefix }: StoreSweep): Promise<void> {
      return this.inTurn(() => {
        const fitting = [...this.#keys].filter(([tag]) => matchesTag(pattern, tag)).flatMap(([, keys]) => [...keys]);
        for (const key of fitting) if (key.startsWith(prefix)) this.disk.delete(key);
      });
    }

    #forget(key: string): void {
      for (const keys of this.#keys.values()) keys.delete(key);
    }
  };
}

/** Remembers what it gave, and gives it again. */
export class Remembering extends DiskStore {
  readonly #given = new Map<string, Promise<CacheEntry | undefined>>();

  override get(key: string, call: StoreCall): Promise<CacheEntry | undefined> {
    const given = this.#given.get(key) ?? super.get(key, call);
    this.#given.set(key, given);
    return given;
  }
}

/** Keeps for itself what it was given, beside what all see. */
export class Private extends DiskStore {
  readonly #own = new Map<string, CacheEntry>();

  override async get(key: string, call: StoreCall): Promise<CacheEntry | undefined> {
    return this.#own.get(key) ?? super.get(key, call);
  }

  override set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
    this.#own.set(key, structuredClone({ ...entry }));
    return super.set(key, entry, call);
  }

  override delete(key: string, call: StoreCall): Promise<boolean> {
    this.#own.delete(key);
    return super.delete(key, call);
  }
}

/** Lets the entries themselves out, and in. */
export class ByReference extends DiskStore {
  readonly #entries = new Map<string, CacheEntry>();

  override get(key: string): Promise<CacheEntry | undefined> {
    return this.inTurn(() => this.#entries.get(key));
  }

  override set(key: string, entry: CacheEntry): Promise<void> {
    return this.inTurn(() => void this.#entries.set(key, entry));
  }
}

/** Answers operations in any order but the one in which they came. */
export class Unordered extends DiskStore {
  #waits = 40;

  override inTurn<T>(act: () => T): Promise<T> {
    const turns = this.#waits--;
    return (async () => {
      for (let left = turns; left > 0; left--) await turn();
      return act();
    })();
  }
}

/** Writes an entry in two steps, with a turn between them. */
export class InPieces extends DiskStore {
  override async set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
    const before = this.read(key);
    if (before) await super.set(key, { ...entry, version: before.version }, call);
    await super.set(key, entry, call);
  }
}

/** Says that it has done what it does later. */
export function postpones(...operations: readonly ('set' | 'delete' | 'clear')[]): StoreClass {
  return class extends DiskStore {
    override async set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
      if (operations.includes('set')) void afterwards(() => super.set(key, entry, call));
      else await super.set(key, entry, call);
    }

    override async delete(key: string, call: StoreCall): Promise<boolean> {
      if (!operations.includes('delete')) return super.delete(key, call);
      void afterwards(() => super.delete(key, call));
      return this.disk.has(key);
    }

    override async clear(sweep: StoreSweep): Promise<void> {
      if (operations.includes('clear')) void afterwards(() => super.clear(sweep));
      else await super.clear(sweep);
    }
  };
}

/** Does something when nobody expects it any more; what becomes of it is nobody's business either. */
async function afterwards(act: () => Promise<unknown>): Promise<void> {
  for (let left = 5; left > 0; left--) await turn();
  await act().catch(() => undefined);
}

/** What happens where a signal has aborted when an operation begins. */
export function onAbort(halfDone: (store: DiskStore, operation: string, key: string) => unknown): StoreClass {
  return class extends DiskStore {
    override async get(key: string, call: StoreCall): Promise<CacheEntry | undefined> {
      if (call.signal.aborted) return halfDone(this, 'get', key) as CacheEntry | undefined;
      return super.get(key, call);
    }

    override async set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
      if (call.signal.aborted) halfDone(this, 'set', key);
      else await super.set(key, entry, call);
    }

    override async delete(key: string, call: StoreCall): Promise<boolean> {
      if (call.signal.aborted) return halfDone(this, 'delete', key) as boolean;
      return super.delete(key, call);
    }
  };
}
