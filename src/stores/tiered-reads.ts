import type { Awaitable, CacheEntry, CacheStore, StoreCall } from '../policies/cache/index.js';
import { checkedEntry } from './checked-entry.js';
import { isAnswer, isOfUse } from './entry-age.js';
import type { FastTier } from './fast-tier.js';
import { longestWait } from './in-time.js';
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
  /** For which keys the slow store has been asked, and by whom, and does not answer. */
  readonly #late = new Map<string, Passage>();

  constructor(fast: FastTier, slow: CacheStore, traffic: Traffic, underWay: UnderWay, settings: TieredSettings) {
    this.#fast = fast;
    this.#slow = slow;
    this.#traffic = traffic;
    this.#underWay = underWay;
    this.#settings = settings;
  }

  /** Nobody looks at the signal, which is costly to make, as long as the fast store answers at once. */
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
    call.signal.throwIfAborted();
    const passage = this.#traffic.read(key);
    const end = () => this.#open.get(key) === read && this.#open.delete(key);
    const abandon = () => {
      passage.disturbed = true;
      this.#traffic.leave(passage);
      end();
    };
    const callOff = (reason: unknown) => read.callOff(reason);
    const read = new SharedRead((joint) => this.#find(passage, kept, joint, callOff), abandon);
    this.#open.set(key, read);
    const answer = read.join(call);
    answer.then(end, end);
    return answer;
  }

  async #find(
    passage: Passage,
    early: Awaitable<PlacedEntry | undefined>,
    call: StoreCall,
    callOff: (reason: unknown) => void,
  ): Promise<Found> {
    const { key } = passage;
    const kept = await early;
    const answer = this.#answer(key, kept);
    const usable =
      kept !== undefined && !this.#isSwept(key, kept) && this.#isOfUse(kept.entry) ? kept.entry : undefined;
    if (usable === undefined) return this.#ask(passage, undefined, call);
    if (answer === undefined && !this.#late.has(key)) return this.#soon(passage, usable, call, callOff);
    this.#traffic.leave(passage);
    return usable;
  }

  /** Asks the slow store, and lets the fast one know: what that has may be newer by its time alone, where the clocks of hosts differ. */
  async #ask(passage: Passage, kept: Found, call: StoreCall): Promise<Found> {
    try {
      const found = checkedEntry(await this.#slow.get(passage.key, call), 'slow');
      this.#underWay.add(this.fill(passage, found && this.#isOfUse(found) ? found : undefined));
      return found;
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
  #soon(passage: Passage, kept: CacheEntry, call: StoreCall, callOff: (reason: unknown) => void): Promise<Found> {
    const { clock, slowTimeout } = this.#settings;
    const found = this.#ask(passage, kept, call);
    return new Promise((resolve, reject) => {
      let stop = clock.later(slowTimeout, () => {
        if (call.signal.aborted) return reject(call.signal.reason);
        stop = this.#goOnWithout(passage, kept, callOff);
        resolve(kept);
      });
      found.finally(() => stop()).then(resolve, reject);
    });
  }

  /** It does not answer: as if it had failed, though what it says for another while counts. Returns what ends that while. */
  #goOnWithout(passage: Passage, kept: CacheEntry, callOff: (reason: unknown) => void): () => void {
    const { clock, slowTimeout, tell } = this.#settings;
    const { key, disturbed } = passage;
    const error = new Error(`the slow store did not answer within ${slowTimeout} ms`);
    tell({ store: 'slow', operation: 'get', error });
    if (!disturbed) this.#underWay.add(this.fill(this.#traffic.read(key), kept));
    this.#late.set(key, passage);
    const end = () => this.#late.get(key) === passage && this.#late.delete(key);
    const takeBack = clock.later(longestWait, () => {
      end();
      callOff(error);
    });
    return () => {
      takeBack();
      end();
    };
  }

  /** What the fast store may answer without the slow one. */
  #answer(key: string, kept: PlacedEntry | undefined): Found {
    if (kept === undefined || this.#isSwept(key, kept)) return undefined;
    const { fastFor, clock } = this.#settings;
    return isAnswer(kept, fastFor, clock.wallNow()) ? kept.entry : undefined;
  }

  #isSwept(key: string, { entry }: PlacedEntry): boolean {
    return this.#traffic.isSwept(key, entry.tags);
  }

  #isOfUse(entry: CacheEntry): boolean {
    return isOfUse(entry, this.#settings.clock.wallNow());
  }
}
