import { markPermanent, type Random, seededRandom } from '../../../src/core/index.js';
import type { Cache, CachedOptions } from '../../../src/policies/cache/index.js';
import { type Protected, protect, type Runtime } from '../../../src/runtime/index.js';
import { type ManualClock, testRuntime } from '../../../src/testing/index.js';
import { heapReached } from './heap.js';
import type { Soaked } from './soaked.js';

/** How long values last, in milliseconds. */
const terms = { ttl: 100, staleFor: 150, staleIfError: 300, jitter: 0.2, negativeTtl: 50, refreshTimeout: 30 };

const oldest = terms.ttl + terms.staleIfError;

const shortLoad = 3;

/** Longer than a refresh may take. */
const longestLoad = 40;

/** Calls that are under way together. */
const atOnce = 1000;

/** How many of the latest keys are asked for again. */
const recent = 8_000;

const tenths = 10;

/** That of the load itself, and that of the refresh that it may be. */
const alarmsPerLoad = 2;

const busy = new Error('busy');

const notFound = markPermanent(new Error('not found'));

interface Value {
  readonly key: number;
  readonly loadedAt: number;
}

type Find = Protected<(key: number) => Promise<Value>>;

/** Lets keys run through one cache, far more than it keeps, while loads fail, dawdle and are overtaken by invalidations. */
export class Soak {
  readonly #keys: number;
  readonly #clock: ManualClock;
  readonly #runtime: Runtime;
  readonly #random: Random = seededRandom(7);
  readonly #find: Find;
  readonly #seen = {
    calls: 0,
    failures: 0,
    wrong: 0,
    tooOld: 0,
    peakSize: 0,
    peakBytes: 0,
    peakAlarms: 0,
    strayAlarms: 0,
  };
  /** Which keys have been loaded before: some can be loaded only once. */
  readonly #loadedOnce: Uint8Array;
  #asked = 0;
  #loading = 0;

  constructor(keys: number, bounds: CachedOptions) {
    const { clock, runtime } = testRuntime({ record: false });
    this.#keys = keys;
    this.#loadedOnce = new Uint8Array(keys);
    this.#clock = clock;
    this.#runtime = runtime;
    const tags = (_value: Value, key: number) => [`user:${key}`, `group:${key % 1000}`];
    const cached = { ...terms, ...bounds, tags, name: 'soak', key: (key: number) => key };
    this.#find = protect((key: number) => this.#load(key), { cached }, { runtime });
  }

  /** Asks for all keys, tenth by tenth, and tells what came of it. */
  async run(): Promise<Soaked> {
    const full: number[] = [];
    await this.#ask(this.#keys / tenths);
    const emptyAtFirst = await this.#emptied();
    for (let tenth = 2; tenth <= tenths; tenth++) {
      await this.#ask((this.#keys / tenths) * tenth);
      full.push(await heapReached());
    }
    const emptyAtLast = await this.#emptied();
    const { stats } = this.#cache;
    const { pending } = this.#clock;
    await this.#runtime.dispose({ drain: 0 });
    return { ...this.#seen, stats, full, emptyAtFirst, emptyAtLast, pending, keys: this.#keys };
  }

  get #cache(): Cache {
    return this.#runtime.caches.get('soak');
  }

  async #ask(until: number): Promise<void> {
    while (this.#asked < until) await this.#round();
  }

  async #round(): Promise<void> {
    const answers = Array.from({ length: atOnce }, () => this.#answered(this.#nextKey()));
    const invalidated = this.#invalidate();
    this.#look();
    await this.#clock.advance(shortLoad);
    this.#look();
    await this.#clock.advance(longestLoad); // all loads of the round are over then
    await Promise.all([...answers, invalidated]);
    this.#look();
  }

  /** Mostly a new key, sometimes one of the latest, sometimes one of the few that everybody wants. */
  #nextKey(): number {
    const chance = this.#random.next();
    if (chance < 0.8 && this.#asked < this.#keys) return this.#asked++;
    if (chance < 0.95) return Math.max(0, this.#asked - 1 - Math.floor(recent * this.#random.next()));
    return Math.floor(50 * this.#random.next());
  }

  async #answered(key: number): Promise<void> {
    this.#seen.calls++;
    try {
      const value = await this.#find(key);
      if (value.key !== key) this.#seen.wrong++;
      if (this.#clock.now() - value.loadedAt > oldest + longestLoad) this.#seen.tooOld++;
    } catch {
      this.#seen.failures++;
    }
  }

  async #load(key: number): Promise<Value> {
    this.#loading++;
    try {
      return await this.#loaded(key);
    } finally {
      this.#loading--;
    }
  }

  /** Most loads take no time; some fail, for now or for good, and some take longer than a refresh may. */
  async #loaded(key: number): Promise<Value> {
    const chance = this.#random.next();
    if (chance < 0.05) await this.#clock.sleep(chance < 0.01 ? longestLoad : shortLoad);
    if (chance > 0.9 || (key % 2 === 0 && this.#loadedOnce[key] === 1)) throw busy;
    if (chance > 0.85) throw notFound;
    this.#loadedOnce[key] = 1;
    return { key, loadedAt: this.#clock.now() };
  }

  async #invalidate(): Promise<void> {
    const chance = this.#random.next();
    const key = this.#nextKey();
    if (chance < 0.3) await this.#cache.delete(key);
    else if (chance < 0.6) await this.#cache.invalidate([`user:${key}`, `group:${key % 1000}`]);
    else if (chance < 0.62) await this.#cache.invalidate(`group:${key % 10}*`);
  }

  #look(): void {
    const { size = 0, bytes = 0 } = this.#cache.stats;
    this.#seen.peakSize = Math.max(this.#seen.peakSize, size);
    this.#seen.peakBytes = Math.max(this.#seen.peakBytes, bytes);
    const { pending } = this.#clock;
    this.#seen.peakAlarms = Math.max(this.#seen.peakAlarms, pending);
    this.#seen.strayAlarms = Math.max(this.#seen.strayAlarms, pending - alarmsPerLoad * this.#loading);
  }

  /** Empties the cache once nothing is under way, and tells what is left on the heap. */
  async #emptied(): Promise<number> {
    await this.#clock.advance(10 * longestLoad);
    await this.#cache.clear();
    return heapReached();
  }
}
