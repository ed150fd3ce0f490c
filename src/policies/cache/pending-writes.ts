import type { CacheEntry } from './cache-entry.js';
import type { Awaitable } from './cache-store.js';
import { matchesAny } from './tag-pattern.js';

/** How many writes may be under way or wait at a time. */
const most = 10_000;

/** What a key is going to hold: an entry, and the form in which it is written; or nothing. */
export type PendingEntry = Pick<Readonly<Pending>, 'entry' | 'stored'>;

interface Pending {
  /** What is to be kept; undefined when it is to be dropped, or when what was to be kept is not wanted any more. */
  entry: CacheEntry | undefined;
  /** The form in which it is written. */
  readonly stored: Awaitable<CacheEntry> | undefined;
  /** The last of the writes of the key that were begun. */
  tail: Promise<unknown>;
}

/** Writes that a store has not confirmed: those of one key happen one after the other, and what they write is seen already. */
export class PendingWrites {
  readonly #pending = new Map<string, Pending>();

  /** The keys that are going to hold something. */
  keys(): string[] {
    return [...this.#pending].filter(([, { entry }]) => entry !== undefined).map(([key]) => key);
  }

  get isFull(): boolean {
    return this.#pending.size >= most;
  }

  /** Resolves once nothing is under way. */
  async settled(): Promise<void> {
    while (this.#pending.size > 0) await Promise.all([...this.#pending.values()].map(({ tail }) => tail));
  }

  /** What a key is going to hold; undefined where no write is under way. */
  of(key: string): PendingEntry | undefined {
    return this.#pending.size === 0 ? undefined : this.#pending.get(key);
  }

  /** Writes after all writes of the key; `write` is handed what tells whether that is still wanted. */
  after<T>(key: string, { entry, stored }: PendingEntry, write: (isWanted: () => boolean) => Promise<T>): Promise<T> {
    const before = this.#pending.get(key);
    const own: Pending = { entry, stored, tail: Promise.resolve() };
    const run = () => write(() => this.#pending.get(key) === own && own.entry === entry);
    this.#pending.set(key, own);
    const outcome = before === undefined ? run() : before.tail.then(run);
    own.tail = outcome.then(over, over).then(() => {
      if (this.#pending.get(key) === own) this.#pending.delete(key);
    });
    return outcome;
  }

  /** What is to be written with a tag that fits is not wanted any more; resolves once no such write is under way. */
  async dropTagged(pattern: string): Promise<void> {
    await this.#drop((entry) => matchesAny(pattern, entry.tags));
  }

  /** Nothing that is to be written is wanted any more; resolves once no write is under way. */
  async dropAll(): Promise<void> {
    await this.#drop(() => true);
  }

  async #drop(concerns: (entry: CacheEntry) => boolean): Promise<void> {
    const dropped = [...this.#pending.values()].filter(({ entry }) => entry !== undefined && concerns(entry));
    for (const pending of dropped) pending.entry = undefined;
    await Promise.all(dropped.map(({ tail }) => tail));
  }
}

function over(): void {} // whoever asked for the write hears of it
