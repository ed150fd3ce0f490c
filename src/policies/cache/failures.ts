import { LRUCache } from 'lru-cache';
import {
  type Call,
  type ErrorClass,
  type ErrorMatcher,
  isClass,
  isPermanent,
  isRejected,
  type Key,
  type Match,
  matchAny,
  ResilienceError,
  RuntimeDisposedError,
  TimeoutError,
} from '../../core/index.js';
import type { CacheSettings } from './cache-options.js';
import { type NegativeOptions, negativeOptions } from './cache-rules.js';

interface Failure {
  readonly error: unknown;
  readonly at: number;
  readonly until: number;
}

/** The errors that are kept for a while as if they were answers; in memory alone, as the same objects. */
export class Failures {
  readonly #kept: LRUCache<Key, Failure>;
  readonly #ttl: number;
  readonly #on: Match;
  readonly #onOurs: Match;
  readonly #except: Match;

  constructor(given: NegativeOptions, max: number) {
    const { ttl, on, except } = negativeOptions.complete(given, '');
    this.#ttl = ttl;
    this.#on = on === undefined ? isPermanent : matchAny(on);
    this.#onOurs = matchOurs(on);
    this.#except = except === undefined ? none : matchAny(except);
    this.#kept = new LRUCache({ max });
  }

  /** The failure of a key, while it is kept. */
  of(key: Key, now: number): Failure | undefined {
    const failure = this.#kept.get(key);
    if (failure === undefined || now < failure.until) return failure;
    this.#kept.delete(key);
    return undefined;
  }

  /** Tells whether an error is one of those. */
  accepts(error: unknown, call: Call): boolean {
    const on = isOurs(error) ? this.#onOurs : this.#on;
    return on(error, call) && !this.#except(error, call);
  }

  keep(key: Key, error: unknown, now: number): void {
    this.#kept.set(key, { error, at: now, until: now + this.#ttl });
  }

  forget(key: Key): boolean {
    return this.#kept.delete(key);
  }

  clear(): void {
    this.#kept.clear();
  }
}

/** Refusals, timeouts and disposal are no answers of the callee. */
function isOurs(error: unknown): boolean {
  return isRejected(error) || error instanceof TimeoutError || error instanceof RuntimeDisposedError;
}

/** They are kept only for those who name them: a class of ours, a code, or a predicate. */
function matchOurs(on: ErrorMatcher | readonly ErrorMatcher[] | undefined): Match {
  const matchers: readonly ErrorMatcher[] = on === undefined ? [] : [on].flat();
  const naming = matchers.filter((matcher) => !isClass(matcher) || isOfOurs(matcher));
  return naming.length === 0 ? none : matchAny(naming);
}

function isOfOurs(matcher: ErrorClass): boolean {
  return matcher === ResilienceError || matcher.prototype instanceof ResilienceError;
}

function none(): boolean {
  return false;
}

/** What keeps the errors that some options ask for; undefined where they ask for none. */
export function failuresFor({ negativeTtl, max }: Pick<CacheSettings, 'negativeTtl' | 'max'>): Failures | undefined {
  if (negativeTtl === undefined) return undefined;
  return new Failures(typeof negativeTtl === 'object' ? negativeTtl : { ttl: negativeTtl }, max);
}
