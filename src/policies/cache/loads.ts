import { type Call, Flights, isPermanent, type Key, type Next, RuntimeDisposedError } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import type { CacheUse } from './cache-use.js';
import { behind, type Keeper } from './keeper.js';
import { LoadCircuits } from './load-circuits.js';
import { Refreshes } from './refreshes.js';
import { concerns, TagInvalidations } from './tag-invalidations.js';

/** A load under way whose value will bear tags. */
interface TaggedLoad {
  /** The last invalidation of tags before it began. */
  readonly began: number;
  /** Once they are known. */
  tags: readonly string[];
  /** Tags of it were invalidated before it came in. */
  overtaken: boolean;
}

const untagged: readonly string[] = [];

/** Loads values, one load at a time for a key, in front of callers or behind them, and hands them to the keeper unless they were overtaken. */
export class Loads {
  readonly flights = new Flights();
  readonly #keeper: Keeper;
  readonly #refreshes: Refreshes;
  readonly #invalidated = new TagInvalidations();
  readonly #tagged = new Map<Key, TaggedLoad>();
  #circuits: LoadCircuits | undefined;

  constructor(keeper: Keeper) {
    const { services, settings, rests } = keeper;
    this.#keeper = keeper;
    this.#refreshes = new Refreshes(this.flights, rests, services.clock, settings);
    this.#circuits = LoadCircuits.for(keeper);
  }

  /** Waits for the load of a key that is under way, or starts one. */
  load(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    const joined = this.flights.join(key, call);
    const outcome = joined === undefined ? this.start(call, key, use) : this.#joined(joined, call, key, use);
    const { copies } = this.#keeper;
    return copies === undefined ? outcome : outcome.then(copies.loaded);
  }

  /** Refreshes a value behind its callers, if there is room for that and the key is not at rest. */
  refresh(call: Call, key: Key, entry: CacheEntry, use: CacheUse): void {
    if (!this.#refreshes.admits(key)) return;
    this.#keeper.tally.counts.refreshes++;
    const load = this.#loader(key, use);
    let overtaken = false;
    const refresh: Next = (flight) =>
      load(flight).catch((error) => {
        overtaken = !this.flights.isRunBy(key, flight);
        throw error;
      });
    this.#refreshes.start(key, call, refresh, (error) => this.#refreshFailed(call.site, key, entry, error, overtaken));
  }

  /** Starts a load; one that is under way goes on for those who wait for it, and is not kept. */
  start(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    this.#keeper.tally.counts.loads++;
    return this.flights.start(key, call, this.#loader(key, use));
  }

  /** What is being loaded with a tag that fits is not kept, and not given to those who ask from now on. */
  invalidate(pattern: string): void {
    this.#invalidated.note(pattern);
  }

  /** Takes other options. */
  change(): void {
    this.#refreshes.change(this.#keeper.settings);
    this.#circuits = LoadCircuits.for(this.#keeper);
  }

  /** Those who came after an invalidation want what was loaded after it. */
  #joined(joined: Promise<unknown>, call: Call, key: Key, use: CacheUse): Promise<unknown> {
    this.#keeper.tally.coalesced(call);
    const load = this.#tagged.get(key);
    const invalidated = load === undefined ? untagged : this.#invalidated.since(load.began);
    if (load === undefined || invalidated.length === 0) return joined;
    return joined.then(
      (value) => (concerns(invalidated, load.tags) ? this.load(call, key, use) : value),
      (error) => {
        if (isPermanent(error) || this.#keeper.failures?.accepts(error, call)) return this.load(call, key, use);
        throw error;
      },
    );
  }

  #loader(key: Key, use: CacheUse): Next {
    const load = this.#circuits === undefined ? use.load : this.#circuits.around(key, use.load);
    const { settings, services } = this.#keeper;
    return (flight) => {
      const began = settings.beta > 0 ? services.clock.now() : undefined;
      const tagged = use.tags === undefined ? undefined : this.#expectTags(key);
      return load(flight).then(
        (value) => this.#loaded(key, flight, value, use, began, tagged),
        (error) => this.#failed(key, flight, error, tagged),
      );
    };
  }

  #expectTags(key: Key): TaggedLoad {
    const tagged = { began: this.#invalidated.begin(), tags: untagged, overtaken: false };
    this.#tagged.set(key, tagged);
    return tagged;
  }

  /** A load has come in. Unless it was overtaken, it says what is kept from now on: its value, or nothing. */
  #loaded(
    key: Key,
    flight: Call,
    value: unknown,
    use: CacheUse,
    began: number | undefined,
    tagged: TaggedLoad | undefined,
  ): unknown {
    const tags = tagged === undefined ? untagged : this.#tagsOf(key, flight, value, use, tagged);
    const kept = use.keeps === undefined || use.keeps(value, flight);
    const isWanted = this.flights.isRunBy(key, flight);
    if (isWanted && tagged !== undefined) this.flights.forget(key); // whoever comes from now on may want what is newer than this
    if (tagged?.overtaken || !isWanted) return value;
    const loadTime = began === undefined ? undefined : this.#keeper.services.clock.now() - began;
    behind(
      kept
        ? this.#keeper.keep(key, { value, tags, loadTime }, flight.site, flight)
        : this.#keeper.drop(key, flight.site),
    );
    return value;
  }

  /** The tags of a value that has come in, which say whether it was overtaken. */
  #tagsOf(key: Key, flight: Call, value: unknown, use: CacheUse, tagged: TaggedLoad): readonly string[] {
    try {
      tagged.tags = use.tags?.(value, flight) ?? untagged;
      tagged.overtaken = concerns(this.#invalidated.since(tagged.began), tagged.tags);
      return tagged.tags;
    } finally {
      this.#landed(key, tagged);
    }
  }

  /** A load has failed: what is kept may still be given, unless the callee has answered that asking again is no use. */
  #failed(key: Key, flight: Call, error: unknown, tagged: TaggedLoad | undefined): never {
    const overtaken = tagged !== undefined && this.#invalidated.since(tagged.began).length > 0; // its tags: nobody knows
    if (tagged !== undefined) this.#landed(key, tagged);
    if (!this.flights.isRunBy(key, flight)) throw error;
    const { failures, services } = this.#keeper;
    const isKept = failures?.accepts(error, flight) ?? false;
    if (isKept || isPermanent(error)) behind(this.#keeper.drop(key, flight.site));
    if (isKept && !overtaken) failures?.keep(key, error, services.clock.coarse());
    throw error;
  }

  #landed(key: Key, tagged: TaggedLoad): void {
    if (this.#tagged.get(key) === tagged) this.#tagged.delete(key);
    this.#invalidated.end();
  }

  /** The key rests, unless the failure says nothing about what is kept by now. */
  #refreshFailed(site: string, key: Key, entry: CacheEntry, error: unknown, overtaken: boolean): void {
    if (error instanceof RuntimeDisposedError) return; // nobody will ask again
    const { shelf, tally } = this.#keeper;
    if (!overtaken && shelf.again(key, entry) === entry)
      this.#refreshes.rest(key, error, entry.freshUntil - entry.createdAt);
    tally.refreshFailed(site, key, error);
  }
}
