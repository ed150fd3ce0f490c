import { markPermanent } from '../core/index.js';
import {
  type Awaitable,
  type CacheEntry,
  type CacheStore,
  lastUntil,
  type StoreCall,
} from '../policies/cache/index.js';
import type { FastTier } from './fast-tier.js';
import { isPromise } from './is-promise.js';
import type { PlacedEntry } from './placed-entry.js';
import { SharedRead } from './shared-read.js';
import type { TieredSettings } from './tiered-options.js';
import type { Passage, Traffic } from './traffic.js';
import type { UnderWay } from './under-way.js';

type Found = CacheEntry | undefined;

/** Reads from the fast store, or else from the slow one: once for a key, whoever asks meanwhile. */
export class TieredReads {
  readonly #fast: FastTier;
  readonly #slow: CacheStore;
  readonly #traffic: Traffic;
  readonly #underWay: UnderWay;
  readonly #settings: TieredSettings;
  readonly #open = new Map<string, SharedRead<Found>>();

  constructor(fast: FastTier, slow: CacheStore, traffic: Traffic, underWay: UnderWay, settings: TieredSettings) {
    this.#fast = fast;
    this.#slow = slow;
    this.#traffic = traffic;
    this.#underWay = underWay;
    this.#settings = settings;
  }

  get(key: string, call: StoreCall): Awaitable<Found> {
    const open = this.#open.get(key);
    if (open !== undefined) return open.join(call);
    const mayLook = this.#fast.mayBeAsked() && !this.#traffic.isContested(key);
    const kept = mayLook ? this.#fast.look(key, call) : undefined;
    return (isPromise(kept) ? undefined : this.#answer(key, kept)) ?? this.#begin(key, kept, call);
  }

  /** What the fast store has at hand that may be believed. */
  peek(key: string): Found {
    if (!this.#fast.mayBeAsked() || this.#traffic.isContested(key)) return undefined;
    const kept = this.#fast.peek(key);
    return kept === undefined || this.#isSwept(key, kept) ? undefined : kept.entry;
  }

  /** Lets nobody else wait for the read of a key that is under way: its answer may be from before a change. */
  forget(key: string): void {
    this.#open.delete(key);
  }

  forgetUnder(prefix: string): void {
    for (const key of this.#open.keys()) if (key.startsWith(prefix)) this.#open.delete(key);
  }

  /** Gives the fast store what the slow one has: a value, or none. Where that may be outdated, it has nothing afterwards. */
  async fill(passage: Passage, entry: Found): Promise<void> {
    const { key } = passage;
    passage.filling = true;
    if (!passage.disturbed) await (entry === undefined ? this.#fast.drop(key) : this.#fast.put(key, entry));
    else if (!passage.writes) return this.#traffic.leave(passage);
    if (passage.disturbed) await this.#fast.drop(key);
    this.#traffic.leave(passage);
  }

  #begin(key: string, kept: Awaitable<PlacedEntry | undefined>, call: StoreCall): Promise<Found> {
    const passage = this.#traffic.read(key);
    const end = () => this.#open.get(key) === read && this.#open.delete(key);
    const abandon = () => {
      passage.disturbed = true;
      this.#traffic.leave(passage);
      end();
    };
    const read = new SharedRead((joint) => this.#find(passage, kept, joint), abandon);
    this.#open.set(key, read);
    const answer = read.join(call);
    answer.then(end, end);
    return answer;
  }

  async #find(passage: Passage, early: Awaitable<PlacedEntry | undefined>, call: StoreCall): Promise<Found> {
    const kept = await early;
    const answer = this.#answer(passage.key, kept);
    if (answer !== undefined) {
      this.#traffic.leave(passage);
      return answer;
    }
    const usable = kept !== undefined && !this.#isSwept(passage.key, kept) ? kept.entry : undefined;
    const found = this.#ask(passage, usable, call);
    return usable !== undefined && this.#isOfUse(usable) ? this.#soon(found, usable) : found;
  }

  /** Asks the slow store, compares, and lets the fast one know. */
  async #ask(passage: Passage, kept: Found, call: StoreCall): Promise<Found> {
    try {
      const found = checked(await this.#slow.get(passage.key, call));
      const newest = found && kept && kept.createdAt > found.createdAt ? kept : found;
      this.#underWay.add(this.fill(passage, newest && this.#isOfUse(newest) ? newest : undefined));
      return newest;
    } catch (error) {
      return this.#without(passage, kept, error, call);
    }
  }

  /** What the fast store has stands in for the slow one, and answers for another while if it is fresh. */
  #without(passage: Passage, kept: Found, error: unknown, { signal }: StoreCall): Found {
    if (kept === undefined || !this.#isOfUse(kept)) {
      this.#traffic.leave(passage);
      throw error;
    }
    if (!signal.aborted) this.#settings.tell({ store: 'slow', operation: 'get', error });
    this.#underWay.add(this.fill(passage, kept));
    return kept;
  }

  /** Waits for the slow store no longer than one should who has something in the hand. */
  #soon(found: Promise<Found>, kept: CacheEntry): Promise<Found> {
    const { clock, slowTimeout, tell } = this.#settings;
    return new Promise((resolve, reject) => {
      const stop = clock.later(slowTimeout, () => {
        const error = new Error(`the slow store did not answer within ${slowTimeout} ms`);
        tell({ store: 'slow', operation: 'get', error });
        resolve(kept);
      });
      found.finally(stop).then(resolve, reject);
    });
  }

  /** What the fast store may answer without the slow one. */
  #answer(key: string, kept: PlacedEntry | undefined): Found {
    if (kept === undefined || this.#isSwept(key, kept)) return undefined;
    const { fastFor, clock } = this.#settings;
    const { entry, placedAt } = kept;
    const now = clock.wallNow();
    const isFresh = entry.createdAt <= now && now < entry.freshUntil;
    const isRecent = fastFor === Number.POSITIVE_INFINITY || (placedAt <= now && now < placedAt + fastFor);
    return isFresh && isRecent ? entry : undefined;
  }

  #isSwept(key: string, { entry }: PlacedEntry): boolean {
    return this.#traffic.isSwept(key, entry.tags);
  }

  #isOfUse(entry: CacheEntry): boolean {
    return this.#settings.clock.wallNow() < lastUntil(entry);
  }
}

/** A store that shows something else than entries is in trouble: it is not passed on. */
function checked(found: Found | null): Found {
  if (found === undefined || found === null) return undefined;
  const { createdAt, freshUntil, staleUntil, errorUntil, tags, version } = found;
  const times = [createdAt, freshUntil, staleUntil, errorUntil];
  const isSound = times.every((time) => typeof time === 'number' && !Number.isNaN(time)) && Array.isArray(tags);
  if (isSound && typeof version === 'string') return found;
  throw markPermanent(new TypeError('the slow store gave something that is no entry'));
}
