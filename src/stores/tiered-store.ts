import type { Clock } from '../core/index.js';
import {
  type Awaitable,
  type CacheEntry,
  type CacheStore,
  matchesTag,
  type StoreCall,
  type StoreSweep,
} from '../policies/cache/index.js';
import { FastTier } from './fast-tier.js';
import { inTime } from './in-time.js';
import type { TieredSettings } from './tiered-options.js';
import { TieredReads } from './tiered-reads.js';
import { type Passage, type Sweep, Traffic } from './traffic.js';
import { UnderWay } from './under-way.js';

/** Answers from a fast store what that may answer, and keeps everything in a slow one. */
export class TieredStore implements CacheStore {
  readonly #stores: readonly [fast: CacheStore, slow: CacheStore];
  readonly #slow: CacheStore;
  readonly #fast: FastTier;
  readonly #traffic = new Traffic();
  readonly #underWay = new UnderWay();
  readonly #reads: TieredReads;
  readonly #clock: Clock;
  #closing: Promise<void> | undefined;

  constructor(fast: CacheStore, slow: CacheStore, settings: TieredSettings) {
    this.#stores = [fast, slow];
    this.#slow = slow;
    this.#clock = settings.clock;
    this.#fast = new FastTier(fast, settings);
    this.#reads = new TieredReads(this.#fast, slow, this.#traffic, this.#underWay, settings);
  }

  get label(): string {
    return this.#stores.map(({ label = 'store' }) => label).join('+');
  }

  get volatile(): boolean {
    return this.#stores.every(({ volatile }) => volatile === true);
  }

  /** Of the slow store, which has every entry. */
  get size(): number | undefined {
    return this.#slow.size;
  }

  /** Of the slow store, which has every entry. */
  get bytes(): number | undefined {
    return this.#slow.bytes;
  }

  get(key: string, call: StoreCall): Awaitable<CacheEntry | undefined> {
    this.#checkOpen();
    return this.#reads.get(key, call);
  }

  /** What the fast store has, whatever its age. */
  peek(key: string): CacheEntry | undefined {
    return this.#closing === undefined ? this.#reads.peek(key) : undefined;
  }

  set(key: string, entry: CacheEntry, call: StoreCall): Promise<void> {
    return this.#change(key, call, async (passage) => {
      await inTime(this.#slow.set(key, entry, call), call.signal, this.#clock);
      await this.#reads.fill(passage, entry);
    });
  }

  delete(key: string, call: StoreCall): Promise<boolean> {
    return this.#change(key, call, async () => {
      const dropped = await inTime(this.#slow.delete(key, call), call.signal, this.#clock);
      return (await this.#fast.drop(key)) || dropped;
    });
  }

  deleteByTag(pattern: string, call: StoreSweep): Promise<void> {
    const fits = (tags: readonly string[]) => tags.some((tag) => matchesTag(pattern, tag));
    const fast = () => this.#fast.dropTagged(pattern, call);
    return this.#sweep({ prefix: call.prefix, fits }, call, () => this.#slow.deleteByTag(pattern, call), fast);
  }

  clear(call: StoreSweep): Promise<void> {
    const fast = () => this.#fast.dropAll(call);
    return this.#sweep({ prefix: call.prefix, fits: () => true }, call, () => this.#slow.clear(call), fast);
  }

  /** Closes both stores, once what is under way has settled. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  /** Nothing is half-done for one who has left before it began. */
  #admit({ signal }: StoreCall): void {
    this.#checkOpen();
    signal.throwIfAborted();
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw new Error(`the store ${this.label} is closed`);
  }

  /** Whatever the slow store does or says, the fast one does not keep what was there before. */
  async #change<T>(key: string, call: StoreCall, act: (passage: Passage) => Promise<T>): Promise<T> {
    this.#admit(call);
    return this.#underWay.add(this.#changing(key, act));
  }

  async #changing<T>(key: string, act: (passage: Passage) => Promise<T>): Promise<T> {
    const passage = this.#traffic.write(key);
    this.#reads.forget(key);
    try {
      return await act(passage);
    } catch (error) {
      await this.#fast.drop(key);
      throw error;
    } finally {
      this.#reads.forget(key);
      this.#traffic.leave(passage);
    }
  }

  async #sweep(
    sweep: Sweep,
    call: StoreCall,
    slow: () => Awaitable<void>,
    fast: () => Awaitable<unknown>,
  ): Promise<void> {
    this.#admit(call);
    const inTimeSlow = () => inTime(slow(), call.signal, this.#clock);
    await this.#underWay.add(this.#sweeping(sweep, inTimeSlow, fast));
  }

  async #sweeping(sweep: Sweep, slow: () => Awaitable<void>, fast: () => Awaitable<unknown>): Promise<void> {
    this.#traffic.sweep(sweep);
    this.#reads.forgetUnder(sweep.prefix);
    try {
      await slow();
    } finally {
      await fast();
      this.#reads.forgetUnder(sweep.prefix);
      this.#traffic.endSweep(sweep);
    }
  }

  async #end(): Promise<void> {
    await this.#underWay.settle();
    this.#traffic.close();
    const ends = await Promise.allSettled(this.#stores.map(async (store) => store.close?.()));
    const faults = ends.flatMap((end) => (end.status === 'rejected' ? [end.reason] : []));
    if (faults.length > 1) throw new AggregateError(faults, `neither store of ${this.label} could be closed`);
    if (faults.length > 0) throw faults[0];
  }
}
