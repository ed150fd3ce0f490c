import {
  type Call,
  type Clock,
  Flights,
  isPermanent,
  type Key,
  type Next,
  RuntimeDisposedError,
} from '../../core/index.js';
import { type CacheEntry, KeptValue } from './cache-entry.js';
import type { CacheSettings } from './cache-options.js';
import { CacheTally } from './cache-tally.js';
import type { CacheServices, CacheUse } from './cache-use.js';
import { MemoryStore } from './memory-store.js';
import { Owners } from './owners.js';
import { Refreshes } from './refreshes.js';

/** Answers calls from what is kept, and loads what is not: one load at a time for a key, whoever waits for it. */
export class CacheAnswers {
  readonly tally: CacheTally;
  readonly flights = new Flights();
  readonly store: MemoryStore;
  readonly owners = new Owners();
  readonly #clock: Clock;
  readonly #refreshes: Refreshes;
  /** The options in force. */
  settings: CacheSettings;
  #storing: string;

  constructor(cache: string, settings: CacheSettings, services: CacheServices) {
    this.#clock = services.clock;
    this.settings = settings;
    this.#storing = cache;
    this.tally = new CacheTally(cache, services.events);
    this.store = new MemoryStore(settings.max, (key) => this.#evicted(key));
    this.#refreshes = new Refreshes(this.flights, services.clock, settings);
  }

  /** Answers a call: with what is there, or by loading it. */
  answer(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    const entry = this.store.get(key);
    if (entry === undefined) return this.#miss(call, key, use);
    const now = this.#clock.coarse();
    if (now < entry.freshUntil) return this.#hit(call, key, entry, now);
    if (now < entry.staleUntil) return this.#stale(call, key, entry, now, use);
    return now < entry.errorUntil ? this.#loadOrStale(call, key, use) : this.#miss(call, key, use);
  }

  /** Lets a call without a key pass. */
  pass(call: Call, next: Next): Promise<unknown> {
    this.tally.counts.bypassed++;
    return next(call);
  }

  /** Keeps a value that nobody loaded; a load of the same key that is under way is not stored any more. */
  keep(key: Key, value: unknown, site: string): void {
    this.flights.forget(key);
    this.#put(key, value, site);
  }

  /** Drops a value; a load of the same key that is under way is not stored any more. */
  invalidate(key: Key): boolean {
    this.flights.forget(key);
    return this.#drop(key);
  }

  /** Drops everything. */
  clear(): void {
    this.flights.clear();
    this.#refreshes.rests.clear();
    this.store.clear();
  }

  /** Changes the options; what is kept already lasts as long as it was meant to. */
  change(settings: CacheSettings): void {
    this.settings = settings;
    this.store.resize(settings.max);
    this.#refreshes.change(settings);
  }

  #hit(call: Call, key: Key, entry: CacheEntry, now: number): Promise<unknown> {
    this.tally.hit(call, key, now - entry.createdAt);
    return Promise.resolve(entry.value);
  }

  #stale(call: Call, key: Key, entry: CacheEntry, now: number, use: CacheUse): Promise<unknown> {
    this.tally.servedStale(call, key, now - entry.createdAt);
    if (this.#refreshes.admits(key, now)) {
      this.tally.counts.refreshes++;
      this.#refreshes.start(key, call, this.#loader(key, use), (error) =>
        this.#refreshFailed(call.site, key, entry, error),
      );
    }
    return Promise.resolve(entry.value);
  }

  #miss(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    this.tally.missed(call, key);
    return this.#load(call, key, use);
  }

  #loadOrStale(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    return this.#load(call, key, use).then(
      (value) => {
        this.tally.missed(call, key);
        return value;
      },
      (error) => this.#staleIfError(call, key, error),
    );
  }

  /** What is kept by now, instead of an error: it may have been dropped meanwhile, or have become too old. */
  #staleIfError(call: Call, key: Key, error: unknown): unknown {
    const ended = call.ending !== undefined || error instanceof RuntimeDisposedError;
    const entry = ended ? undefined : this.store.get(key);
    const now = this.#clock.coarse();
    if (entry !== undefined && now < entry.errorUntil) {
      this.tally.servedStaleIfError(call, key, now - entry.createdAt, error);
      return entry.value;
    }
    this.tally.missed(call, key);
    throw error;
  }

  #load(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    const joined = this.flights.join(key, call);
    if (joined !== undefined) {
      this.tally.coalesced(call);
      return joined;
    }
    this.tally.counts.loads++;
    return this.flights.start(key, call, this.#loader(key, use));
  }

  #loader(key: Key, use: CacheUse): Next {
    return (flight) =>
      use.load(flight).then(
        (value) => this.#loaded(key, flight, value, use),
        (error) => this.#failed(key, flight, error),
      );
  }

  /** A load has come in. Unless it was overtaken, it says what is kept from now on: its value, or nothing. */
  #loaded(key: Key, flight: Call, value: unknown, { keeps }: CacheUse): unknown {
    const kept = keeps === undefined || keeps(value, flight);
    if (!this.flights.isRunBy(key, flight)) return value;
    if (kept) this.#put(key, value, flight.site);
    else this.#drop(key);
    return value;
  }

  /** A load has failed: what is kept may still be given, unless the callee has answered that asking again is no use. */
  #failed(key: Key, flight: Call, error: unknown): never {
    if (isPermanent(error) && this.flights.isRunBy(key, flight)) this.#drop(key);
    throw error;
  }

  #refreshFailed(site: string, key: Key, entry: CacheEntry, error: unknown): void {
    if (error instanceof RuntimeDisposedError) return; // nobody will ask again
    if (this.store.get(key) === entry) this.#refreshes.rest(key, error);
    this.tally.refreshFailed(site, key, error);
  }

  #put(key: Key, value: unknown, site: string): void {
    this.#storing = site;
    this.#refreshes.rests.forget(key);
    this.store.set(key, new KeptValue(value, Math.floor(this.#clock.coarse()), this.settings)); // a small integer: 16 bytes less each
    this.tally.stored(site, key);
  }

  #drop(key: Key): boolean {
    this.#refreshes.rests.forget(key);
    return this.store.delete(key);
  }

  #evicted(key: Key): void {
    this.#refreshes.rests.forget(key);
    this.tally.evicted(this.#storing, key);
  }
}
