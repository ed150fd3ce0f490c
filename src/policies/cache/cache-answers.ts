import { type Call, type Key, type Next, RuntimeDisposedError, untilEnded } from '../../core/index.js';
import type { CacheEntry } from './cache-entry.js';
import { CacheMissError } from './cache-miss-error.js';
import type { CacheMode } from './cache-mode.js';
import type { CacheUse } from './cache-use.js';
import { isEarly } from './early-refresh.js';
import type { Keeper } from './keeper.js';
import type { Loads } from './loads.js';
import { isPromise } from './store-guard.js';

/** Answers calls from what is kept, and lets the rest be loaded. */
export class CacheAnswers {
  readonly #keeper: Keeper;
  readonly #loads: Loads;

  constructor(keeper: Keeper, loads: Loads) {
    this.#keeper = keeper;
    this.#loads = loads;
  }

  /** Answers a call: with what is there, or by loading it. */
  answer(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    const { failures, shelf } = this.#keeper;
    if (failures !== undefined) {
      const failure = failures.of(key, this.#keeper.services.clock.coarse());
      if (failure !== undefined) return this.#failedAgain(call, key, failure);
    }
    const found = shelf.get(key, call.site);
    return isPromise(found)
      ? this.#later(call, found, this.#answerWith, key, use)
      : this.#answerWith(found, call, key, use);
  }

  /** Answers a call that says how it wants to be answered. */
  answerAs(mode: CacheMode, call: Call, key: Key, use: CacheUse): Promise<unknown> {
    if (mode === 'bypass') return this.pass(call, use.load);
    if (mode === 'refresh') return this.#anew(call, key, use);
    const found = this.#keeper.shelf.get(key, call.site);
    return isPromise(found) ? this.#later(call, found, this.#onlyWith, key, use) : this.#onlyWith(found, call, key);
  }

  /** Lets a call go past the cache. */
  pass(call: Call, next: Next): Promise<unknown> {
    this.#keeper.tally.counts.bypassed++;
    return next(call);
  }

  #answerWith(entry: CacheEntry | undefined, call: Call, key: Key, use: CacheUse): Promise<unknown> {
    if (entry === undefined) return this.#miss(call, key, use);
    const now = this.#keeper.shelf.now();
    if (now < entry.freshUntil) return this.#hit(call, key, entry, now, use);
    if (now < entry.staleUntil) return this.#stale(call, key, entry, now, use);
    return now < entry.errorUntil ? this.#loadOrStale(call, key, entry, use) : this.#miss(call, key, use);
  }

  #onlyWith(entry: CacheEntry | undefined, call: Call, key: Key): Promise<unknown> {
    const now = this.#keeper.shelf.now();
    const { tally } = this.#keeper;
    if (entry !== undefined && now < Math.max(entry.freshUntil, entry.staleUntil)) {
      if (now < entry.freshUntil) tally.hit(call, key, now - entry.createdAt);
      else tally.servedStale(call, key, now - entry.createdAt);
      return this.#given(entry);
    }
    tally.missed(call, key);
    return Promise.reject(new CacheMissError(call.site));
  }

  /** Goes on once the store has answered; a caller who leaves before that is not kept waiting. */
  #later(
    call: Call,
    found: Promise<CacheEntry | undefined>,
    answer: (entry: CacheEntry | undefined, call: Call, key: Key, use: CacheUse) => Promise<unknown>,
    key: Key,
    use: CacheUse,
  ): Promise<unknown> {
    const outcome = found.then((entry) => {
      if (call.ending !== undefined) throw call.ending.reason;
      return answer.call(this, entry, call, key, use);
    });
    return call.interruptible ? untilEnded(call, outcome) : outcome;
  }

  #hit(call: Call, key: Key, entry: CacheEntry, now: number, use: CacheUse): Promise<unknown> {
    this.#keeper.tally.hit(call, key, now - entry.createdAt);
    const { settings, services } = this.#keeper;
    if (settings.beta > 0 && isEarly(entry, now, settings.beta, services.random))
      this.#loads.refresh(call, key, entry, use);
    return this.#given(entry);
  }

  #stale(call: Call, key: Key, entry: CacheEntry, now: number, use: CacheUse): Promise<unknown> {
    this.#keeper.tally.servedStale(call, key, now - entry.createdAt);
    this.#loads.refresh(call, key, entry, use);
    return this.#given(entry);
  }

  #miss(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    this.#keeper.tally.missed(call, key);
    return this.#loads.load(call, key, use);
  }

  /** Loads whatever is kept or under way. */
  #anew(call: Call, key: Key, use: CacheUse): Promise<unknown> {
    this.#keeper.tally.missed(call, key);
    const outcome = this.#loads.start(call, key, use);
    const { copies } = this.#keeper;
    return copies === undefined ? outcome : outcome.then(copies.loaded);
  }

  #loadOrStale(call: Call, key: Key, entry: CacheEntry, use: CacheUse): Promise<unknown> {
    return this.#loads.load(call, key, use).then(
      (value) => {
        this.#keeper.tally.missed(call, key);
        return value;
      },
      (error) => this.#staleIfError(call, key, entry, error),
    );
  }

  /** What is kept by now, instead of an error: it may have been dropped meanwhile, or have become too old. */
  #staleIfError(call: Call, key: Key, before: CacheEntry, error: unknown): unknown {
    const { shelf, tally } = this.#keeper;
    const ended = call.ending !== undefined || error instanceof RuntimeDisposedError;
    const entry = ended ? undefined : shelf.again(key, before);
    const now = shelf.now();
    if (entry !== undefined && now < entry.errorUntil) {
      tally.servedStaleIfError(call, key, now - entry.createdAt, error);
      return this.#given(entry);
    }
    tally.missed(call, key);
    throw error;
  }

  #failedAgain(call: Call, key: Key, { error, at }: { readonly error: unknown; readonly at: number }): Promise<never> {
    this.#keeper.tally.failedAgain(call, key, this.#keeper.services.clock.coarse() - at, error);
    return Promise.reject(error);
  }

  #given({ value }: CacheEntry): Promise<unknown> {
    const { copies } = this.#keeper;
    return copies === undefined ? Promise.resolve(value) : copyFor(value, copies.given);
  }
}

function copyFor(value: unknown, copy: (value: unknown) => unknown): Promise<unknown> {
  try {
    return Promise.resolve(copy(value));
  } catch (error) {
    return Promise.reject(error);
  }
}
