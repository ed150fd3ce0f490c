import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import type { Awaitable, CacheEntry, CacheStore, StoreCall } from '../../../policies/cache/index.js';
import { answered } from '../answered.js';
import { mustHave } from '../suite-input.js';

/** A fresh, empty store for one test, and what belongs to it. */
export interface StoreOnTrial {
  readonly store: CacheStore;
  /** Opens what was kept once more, after `store` was closed. */
  reopen?(): Awaitable<CacheStore>;
  /** Opens what is kept a second time, beside `store`, as another process does. */
  another?(): Awaitable<CacheStore>;
  /** Clears up after the test: closes what is still open, deletes files. */
  dispose?(): Awaitable<void>;
}

/** What the entries of a trial are made of. */
export interface EntrySource {
  readonly now: () => number;
  readonly onlyBytes: boolean;
}

/** One store, with words for what is done to it and what is expected of it. */
export class Trial {
  readonly store: CacheStore;
  readonly #set: StoreOnTrial;
  readonly #source: EntrySource;

  constructor(set: StoreOnTrial, source: EntrySource, store: CacheStore = Object(set).store) {
    mustHave('The store that make() gives', store, ['get', 'set', 'delete', 'deleteByTag', 'clear']);
    this.#set = set;
    this.#source = source;
    this.store = store;
  }

  now(): number {
    return this.#source.now();
  }

  /** An entry that lasts for some minutes, unless the fields say something else. */
  entry(value: unknown, fields: Partial<CacheEntry> = {}): CacheEntry {
    const createdAt = this.now();
    const [freshUntil, staleUntil, errorUntil] = [1, 2, 3].map((minutes) => createdAt + minutes * 60_000 + 0.25);
    const times = { createdAt, freshUntil, staleUntil, errorUntil } as Pick<
      CacheEntry,
      'createdAt' | 'freshUntil' | 'staleUntil' | 'errorUntil'
    >;
    return { ...times, value: this.#asKept(value), tags: [], version: '1', ...fields };
  }

  async get(key: string, call = idle()): Promise<CacheEntry | undefined> {
    return (await answered(`get(${short(key)})`, this.store.get(key, call))) ?? undefined;
  }

  async set(key: string, entry: CacheEntry, call = idle()): Promise<void> {
    await answered(`set(${short(key)})`, this.store.set(key, entry, call));
  }

  async delete(key: string, call = idle()): Promise<boolean> {
    return answered(`delete(${short(key)})`, this.store.delete(key, call));
  }

  async deleteByTag(pattern: string, prefix = '', call = idle()): Promise<void> {
    await answered(`deleteByTag(${short(pattern)})`, this.store.deleteByTag(pattern, { prefix, ...call }));
  }

  async clear(prefix = '', call = idle()): Promise<void> {
    await answered('clear()', this.store.clear({ prefix, ...call }));
  }

  /** Expects that it can be closed, as is claimed. */
  mustClose(): void {
    const why = 'the store has no close(); claim { closes: false } if it holds nothing that has to be let go of';
    assert.equal(typeof this.store.close, 'function', why);
  }

  async close(): Promise<void> {
    await answered('close()', this.store.close?.());
  }

  /** Clears up after the test. */
  async dispose(): Promise<void> {
    await answered('dispose()', this.#set.dispose?.());
  }

  /** The same kept things, opened again. */
  async reopened(): Promise<Trial> {
    assert.ok(this.#set.reopen, 'make() must give reopen(); claim { survives: false } if nothing outlives the store');
    return new Trial(this.#set, this.#source, await answered('reopen()', this.#set.reopen()));
  }

  /** The same kept things, opened a second time. */
  async another(): Promise<Trial> {
    assert.ok(this.#set.another, 'make() must give another(); claim { shared: false } if there is one handle only');
    return new Trial(this.#set, this.#source, await answered('another()', this.#set.another()));
  }

  /** Expects the entry for the key, every field of it. */
  async has(key: string, entry: CacheEntry): Promise<void> {
    const found = await this.get(key);
    assert.ok(found !== undefined, `there is no entry for ${short(key)}`);
    assertSame(found, entry, `for ${short(key)}`);
  }

  /** Expects no entry for the keys. */
  async lacks(...keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      assert.equal(await this.get(key), undefined, `there is still an entry for ${short(key)}`);
    }
  }

  /** Those of the keys that have an entry. */
  async among(keys: readonly string[]): Promise<string[]> {
    const found: string[] = [];
    for (const key of keys) if ((await this.get(key)) !== undefined) found.push(key);
    return found;
  }

  #asKept(value: unknown): unknown {
    return this.#source.onlyBytes && !ArrayBuffer.isView(value) ? new TextEncoder().encode(inspect(value)) : value;
  }
}

/** What an operation is told for which somebody waits. */
function idle(): StoreCall {
  return { signal: new AbortController().signal };
}

/** Compares all fields; copies of both, since a store may give values of another realm, and views of larger buffers. */
export function assertSame(found: CacheEntry, entry: CacheEntry, where: string): void {
  const [actual, expected] = [fieldsOf(found), fieldsOf(entry)].map((fields) => structuredClone(fields));
  assert.deepStrictEqual(actual, expected, `another entry ${where}: ${short(actual)} instead of ${short(expected)}`);
}

/** Tells whether an entry is one of several, whole. */
export function isOneOf(found: CacheEntry, entries: readonly CacheEntry[]): boolean {
  return entries.some((entry) => {
    try {
      assertSame(found, entry, '');
      return true;
    } catch {
      return false;
    }
  });
}

function fieldsOf(entry: CacheEntry): Readonly<Record<string, unknown>> {
  const { value, createdAt, freshUntil, staleUntil, errorUntil, tags, version, loadTime } = entry;
  return { value, createdAt, freshUntil, staleUntil, errorUntil, tags: [...tags], version, loadTime };
}

function short(value: unknown): string {
  const text = inspect(value, {
    depth: 4,
    breakLength: Number.POSITIVE_INFINITY,
    maxStringLength: 60,
    maxArrayLength: 20,
  });
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}
