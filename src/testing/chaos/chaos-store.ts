import { type Clock, type Random, seededRandom } from '../../core/index.js';
import type { Awaitable, CacheEntry, CacheStore, StoreCall, StoreSweep } from '../../policies/cache/index.js';
import { type ChaosCounts, noCounts } from './chaos-store-counts.js';
import { isLater, Lies } from './chaos-store-lies.js';
import {
  type ChaosStoreOptions,
  mustBeStore,
  readChaos,
  readChaosStoreOptions,
  type StoreChaos,
  type StoreLie,
  type StoreOperation,
  type StrikeSettings,
} from './chaos-store-options.js';

/**
 * Wraps a store that misbehaves on command: to see what a cache, or a service, makes of it.
 *
 * ```ts
 * const store = chaosStore(memoryStore(), { clock });
 * store.chaos = { fault: new Error('down'), times: 3 };                        // the next three operations fail
 * store.chaos = [{ latency: '1s', rate: 0.1 }, { operations: ['get'], lie: 'outdated' }];
 * store.chaos = [];                                                            // it is well again
 * ```
 */
export function chaosStore(inner: CacheStore, options: ChaosStoreOptions = {}): ChaosStore {
  return new ChaosStore(inner, options);
}

/** A store around another one, which misbehaves on command. */
export class ChaosStore implements CacheStore {
  /** How often it was asked for what, and what it did to that. */
  readonly counts: ChaosCounts = noCounts();
  readonly #inner: CacheStore;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #lies: Lies;
  #given: StoreChaos | readonly StoreChaos[] = [];
  #strikes: Strike[] = [];

  constructor(inner: CacheStore, options: ChaosStoreOptions) {
    mustBeStore(inner);
    const { chaos, seed, clock } = readChaosStoreOptions(options);
    this.#inner = inner;
    this.#clock = clock;
    this.#random = seededRandom(seed);
    this.#lies = new Lies(this.#random);
    this.chaos = chaos;
  }

  /** How it misbehaves from now on: in one way, in several at once, or, given an empty list, not at all. */
  get chaos(): StoreChaos | readonly StoreChaos[] {
    return this.#given;
  }

  set chaos(given: StoreChaos | readonly StoreChaos[]) {
    this.#strikes = readChaos(given).map((settings) => ({ settings, left: settings.times }));
    this.#given = given;
  }

  get label(): string {
    return this.#inner.label ?? 'store';
  }

  get volatile(): boolean {
    return this.#inner.volatile === true;
  }

  get size(): number | undefined {
    return this.#inner.size;
  }

  get bytes(): number | undefined {
    return this.#inner.bytes;
  }

  get(key: string, call: StoreCall): Awaitable<CacheEntry | undefined> {
    const about: Asked<CacheEntry | undefined>['about'] = (lie, truth) => this.#lies.about(key, lie, truth);
    return this.#act({ operation: 'get', key, idle: undefined, about }, () => this.#inner.get(key, call));
  }

  /** What its store has at hand; nothing strikes that. */
  peek(key: string): CacheEntry | undefined {
    return this.#inner.peek?.(key);
  }

  set(key: string, entry: CacheEntry, call: StoreCall): Awaitable<void> {
    this.#lies.remember(key, entry);
    return this.#act({ operation: 'set', key, idle: undefined }, () => this.#inner.set(key, entry, call));
  }

  delete(key: string, call: StoreCall): Awaitable<boolean> {
    return this.#act({ operation: 'delete', key, idle: true }, () => this.#inner.delete(key, call));
  }

  deleteByTag(pattern: string, sweep: StoreSweep): Awaitable<void> {
    return this.#act({ operation: 'deleteByTag', idle: undefined }, () => this.#inner.deleteByTag(pattern, sweep));
  }

  clear(sweep: StoreSweep): Awaitable<void> {
    return this.#act({ operation: 'clear', idle: undefined }, () => this.#inner.clear(sweep));
  }

  close(): Awaitable<void> {
    return this.#act({ operation: 'close', idle: undefined }, () => this.#inner.close?.());
  }

  /** What strikes is decided now, in the order in which it is listed, and happens in that order. */
  #act<T>(asked: Asked<T>, honest: () => Awaitable<T>): Awaitable<T> {
    this.counts[asked.operation]++;
    const struck = this.#strikes.filter((strike) => this.#strikesNow(strike, asked.operation));
    const misbehave = (next: () => Awaitable<T>, { settings }: Strike) => {
      return () => this.#misbehave(settings, asked, next);
    };
    return struck.reduceRight(misbehave, honest)();
  }

  #strikesNow(strike: Strike, operation: StoreOperation): boolean {
    const { operations, lie, rate } = strike.settings;
    if (strike.left === 0 || !operations.includes(operation)) return false;
    if (lie !== undefined && lie !== 'idle' && operation !== 'get') return false;
    if (rate < 1 && this.#random.next() >= rate) return false;
    strike.left--;
    return true;
  }

  #misbehave<T>(settings: StrikeSettings, asked: Asked<T>, next: () => Awaitable<T>): Awaitable<T> {
    if (settings.latency === 0) return this.#answer(settings, asked, next);
    this.counts.delayed++;
    return this.#clock.sleep(settings.latency).then(() => this.#answer(settings, asked, next));
  }

  #answer<T>(settings: StrikeSettings, asked: Asked<T>, next: () => Awaitable<T>): Awaitable<T> {
    if (settings.hang) return this.#hang();
    if (settings.fault !== undefined) return this.#fail(settings.fault, settings.fails, asked, next);
    return settings.lie === undefined ? next() : this.#lie(settings.lie, asked, next);
  }

  #hang(): Promise<never> {
    this.counts.hung++;
    return new Promise<never>(() => undefined);
  }

  #fail<T>(fault: StoreFault, fails: FaultMoment, { operation, key }: Asked<T>, next: () => Awaitable<T>) {
    this.counts.failed++;
    const error = typeof fault === 'function' ? fault(operation, key) : fault;
    if (fails === 'sync') throw error;
    if (fails === 'before') return Promise.reject(error);
    return (async () => {
      await next();
      throw error;
    })();
  }

  #lie<T>(lie: StoreLie, { idle, about }: Asked<T>, next: () => Awaitable<T>): Awaitable<T> {
    this.counts.lied++;
    if (lie === 'idle') return idle;
    const truth = next();
    const tell = (answer: T) => (about ? about(lie, answer) : answer);
    return isLater(truth) ? truth.then(tell) : tell(truth);
  }
}

/** One operation: what it is, what an idle store answers, and what a lying one does. */
interface Asked<T> {
  readonly operation: StoreOperation;
  readonly key?: string;
  readonly idle: T;
  readonly about?: (lie: Exclude<StoreLie, 'idle'>, truth: T) => T;
}

interface Strike {
  readonly settings: StrikeSettings;
  left: number;
}

type StoreFault = NonNullable<StoreChaos['fault']>;
type FaultMoment = NonNullable<StoreChaos['fails']>;
