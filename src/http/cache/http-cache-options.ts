import {
  callback,
  count,
  type Duration,
  duration,
  flag,
  maybe,
  optional,
  options,
  quantity,
  that,
} from '../../core/index.js';
import type { CacheStore } from '../../policies/cache/index.js';
import { wrongOption } from '../wrong-option.js';
import type { CacheRequest } from './cache-request.js';

/** What tells who asks, besides the credentials of a request. */
export type RequestIdentity = (request: Pick<CacheRequest, 'method' | 'target' | 'headers'>) => string;

/** How a client keeps answers: by the rules of RFC 9111, as the servers say in theirs. */
export interface HttpCacheOptions {
  /** Where answers are kept; yours to close. @default the memory of the client */
  readonly store?: CacheStore;
  /** The most entries in memory, an answer with a body takes two; the least recently used one gives way. Not with a `store`. @default 1000 */
  readonly max?: number;
  /** The most bytes that they take. Not with a `store`. @default 67108864 (64 MiB) */
  readonly maxBytes?: number;
  /** The most bytes of one body; larger ones are handed on and not kept. @default 1048576 (1 MiB) */
  readonly maxEntryBytes?: number;
  /**
   * Answers are kept as caches do that are shared by users: `s-maxage` counts, what is `private` or was asked for with `Authorization` is not kept
   * unless the server allows it. Callers with different credentials are told apart in any case. @default false
   */
  readonly shared?: boolean;
  /** The share of the time since `Last-Modified` for which an answer without a lifetime is fresh, from 0 to 1. @default 0.1 */
  readonly heuristic?: number;
  /** How long answers are fresh that say `immutable` and no lifetime. @default '1d' */
  readonly immutableFor?: Duration;
  /**
   * How long after its lifetime an answer is given at once while it is renewed behind the caller, where the server says nothing of
   * `stale-while-revalidate`; rounded up to seconds. @default 0
   */
  readonly staleFor?: Duration;
  /** How long after its lifetime an answer is given when there is no new one, where the server says nothing of `stale-if-error`; rounded up to seconds. @default 0 */
  readonly staleIfError?: Duration;
  /** How long after its lifetime an answer is kept for asking whether it still holds, and for 'force-cache' and 'only-if-cached'. @default '1d' */
  readonly keepFor?: Duration;
  /** How long a request waits for the store. @default '50ms' */
  readonly storeTimeout?: Duration;
  /** What tells callers apart besides the credentials in their requests, such as a tenant: what one is given, another never sees. @default nothing */
  readonly identity?: RequestIdentity;
}

const storeRule = 'must be a CacheStore, with get, set, delete, deleteByTag and clear';

const cacheOptions = options<HttpCacheOptions>()(
  'RestClient cache',
  {
    store: maybe(that<CacheStore>(isStore, storeRule)),
    max: maybe(count({ min: 1, max: 10_000_000 })),
    maxBytes: maybe(count({ min: 1 })),
    maxEntryBytes: optional(count({ min: 1 }), 1024 * 1024),
    shared: optional(flag(), false),
    heuristic: optional(quantity({ min: 0, max: 1 }), 0.1),
    immutableFor: optional(duration(), '1d'),
    staleFor: optional(duration(), 0),
    staleIfError: optional(duration(), 0),
    keepFor: optional(duration(), '1d'),
    storeTimeout: optional(duration({ min: 1 }), '50ms'),
    identity: maybe(callback<RequestIdentity>()),
  },
  ({ store, max }) => withoutStore('max', max, store),
  ({ store, maxBytes }) => withoutStore('maxBytes', maxBytes, store),
  ({ maxEntryBytes, maxBytes = maxEntryBytes }) =>
    maxEntryBytes > maxBytes
      ? { option: 'maxEntryBytes', rule: `must not exceed maxBytes (${maxBytes})`, value: maxEntryBytes }
      : undefined,
);

/** The options of a cache, complete. */
export type HttpCacheSettings = ReturnType<typeof cacheOptions.complete>;

/** Checks and completes what a client was told of its cache; undefined where it has none. */
export function checkCacheOptions(given: unknown, client: string): HttpCacheSettings | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true) return cacheOptions.complete({}, client);
  if (typeof given !== 'object' || given === null || Array.isArray(given)) {
    throw wrongOption(client, 'cache', 'must be true, false or an object of options', given);
  }
  return cacheOptions.complete(cacheOptions.check(given, client), client);
}

function withoutStore(option: string, value: number | undefined, store: CacheStore | undefined) {
  const rule = 'bounds the memory of the client, and says nothing where a store is given';
  return store !== undefined && value !== undefined ? { option, rule, value } : undefined;
}

function isStore(value: unknown): boolean {
  const held = Object(value) as Readonly<Record<string, unknown>>;
  return ['get', 'set', 'delete', 'deleteByTag', 'clear'].every((method) => typeof held[method] === 'function');
}
