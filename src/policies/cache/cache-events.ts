import type { Key } from '../../core/index.js';

/** What every fact about a cache tells. */
interface CacheFact {
  /** The protected method; the cache's name where no method had a part in it. */
  readonly site: string;
  /** The name of the cache. */
  readonly cache: string;
  /** It may contain arguments of the call: keep it out of logs. */
  readonly key: Key;
}

declare module '../../core/events.js' {
  interface Events {
    /** A fresh value was given, or an `error` that is kept; `age` in milliseconds. */
    'cache.hit': CacheFact & { readonly age: number; readonly error?: unknown };
    /** There was no value to give: it is loaded. */
    'cache.missed': CacheFact;
    /** A stale value was given; `error` where loading had failed. */
    'cache.servedStale': CacheFact & { readonly age: number; readonly error?: unknown };
    'cache.stored': CacheFact;
    /** An entry gave way to another. */
    'cache.evicted': CacheFact;
    /**
     * The store failed or took too long at what the operation says (a read counts as a miss), or a value could not be kept; `key` where it was about
     * one. Refusals of the store's circuit are told by that.
     */
    'cache.storeFailed': Omit<CacheFact, 'key'> & {
      readonly key?: Key;
      readonly operation: 'get' | 'set' | 'delete' | 'deleteByTag' | 'clear';
      readonly store: string;
      readonly error: unknown;
    };
    /** A method changes a cache that there is not, or not yet; told once for the method and the name. */
    'cache.unknown': Pick<CacheFact, 'site' | 'cache'>;
    /** A stale value could not be refreshed behind its callers. */
    'cache.refreshFailed': CacheFact & { readonly error: unknown };
  }
}
