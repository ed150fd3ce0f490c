import { type Call, InvalidOptionsError, parseDuration, type Random } from '../../core/index.js';
import { type CacheEntry, KeptValue, type Lasting, ShorterValue } from './cache-entry.js';
import type { Lasts } from './cache-options.js';
import type { Serializer } from './serializer.js';

/** The options that say how long values last. */
export interface LastingRules {
  readonly ttl: number | Exclude<Lasts, number | string>;
  readonly staleFor: number | Exclude<Lasts, number | string>;
  readonly staleIfError: number | Exclude<Lasts, number | string>;
  readonly jitter: number;
  readonly beta: number;
  readonly version: string | number;
  readonly serializer: Serializer | undefined;
}

/** What is known of a value that is to be kept. */
export interface Loaded {
  readonly value: unknown;
  readonly tags: readonly string[];
  /** How long loading took, where that matters. */
  readonly loadTime: number | undefined;
}

/** Terms that one value may be given besides those of its cache. */
export type OwnTerms = Partial<Pick<LastingRules, 'ttl' | 'staleFor' | 'staleIfError'>>;

/** Makes entries: how long each value is fresh, and of use after that. */
export class Terms {
  readonly #version: string;
  readonly #rules: LastingRules;
  readonly #random: Random;
  readonly #site: string;
  /** All values last alike, and what is kept of one is small. */
  readonly #alike: Lasting | undefined;

  constructor(site: string, rules: LastingRules, random: Random, small: boolean) {
    const { ttl, staleFor, staleIfError, beta } = rules;
    const numeric = typeof ttl === 'number' && typeof staleFor === 'number' && typeof staleIfError === 'number';
    this.#site = site;
    this.#rules = rules;
    this.#random = random;
    this.#version = versionOf(rules);
    this.#alike = small && numeric && beta === 0 ? { ttl, staleFor, staleIfError } : undefined;
  }

  /** The entry for a value that came in now, for a call or by hand; undefined where its `ttl` is 0: it is not kept. */
  entry({ value, tags, loadTime }: Loaded, now: number, call?: Call, own?: OwnTerms): CacheEntry | undefined {
    if (this.#alike !== undefined && own === undefined && tags.length === 0)
      return this.#small(value, now, this.#alike);
    const rules = own === undefined ? this.#rules : { ...this.#rules, ...own };
    const ttl = this.#lasts('ttl', rules.ttl, value, call);
    if (ttl === 0) return undefined;
    const fresh = this.#jittered(ttl);
    const staleFor = this.#lasts('staleFor', rules.staleFor, value, call);
    const staleIfError = this.#lasts('staleIfError', rules.staleIfError, value, call);
    return {
      value,
      createdAt: now,
      freshUntil: now + fresh,
      staleUntil: now + fresh + staleFor,
      errorUntil: now + fresh + staleIfError,
      tags,
      version: this.#version,
      ...(loadTime !== undefined && { loadTime }),
    };
  }

  #small(value: unknown, now: number, alike: Lasting): CacheEntry {
    const { jitter } = this.#rules;
    if (jitter === 0 || alike.ttl === Number.POSITIVE_INFINITY) return new KeptValue(value, now, alike);
    return new ShorterValue(value, now, alike, Math.floor(alike.ttl - this.#jittered(alike.ttl)));
  }

  #lasts(option: string, given: Lasts, value: unknown, call: Call | undefined): number {
    if (typeof given === 'number') return given;
    const result: unknown =
      typeof given === 'function' ? given.call(call?.target, value, ...(call?.args ?? [])) : given;
    const duration = parseDuration(result);
    if (duration !== undefined) return duration;
    const rule = 'must return a duration';
    throw new InvalidOptionsError({
      decorator: '@Cached',
      option,
      rule,
      value: result,
      site: call?.site ?? this.#site,
    });
  }

  #jittered(ttl: number): number {
    const { jitter } = this.#rules;
    return jitter === 0 ? ttl : ttl * (1 - jitter * this.#random.next());
  }
}

/** The version of the entries of a cache: bytes of another serializer are of another version. */
export function versionOf({ version, serializer }: Pick<LastingRules, 'version' | 'serializer'>): string {
  return serializer === undefined ? String(version) : `${version};${serializer.label}`;
}
