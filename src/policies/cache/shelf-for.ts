import type { Key } from '../../core/index.js';
import type { CacheCircuit } from './cache-circuits.js';
import type { CacheSettings } from './cache-options.js';
import type { CacheTally } from './cache-tally.js';
import type { CacheServices } from './cache-use.js';
import { MemoryShelf } from './memory-shelf.js';
import { MemoryStore } from './memory-store.js';
import { escaped, keyBehind, type Owners, plainForm } from './owners.js';
import type { Shelf } from './shelf.js';
import type { StoreBasis } from './store-basis.js';
import { StoreGuard } from './store-guard.js';
import { storeRetryOptions } from './store-rules.js';
import { StoreShelf } from './store-shelf.js';
import { StoredValues } from './stored-values.js';
import { versionOf } from './terms.js';

/** Makes the shelf that some options ask for: memory as it is, memory that keeps bytes, or a store. */
export function shelfFor(
  cache: string,
  settings: CacheSettings,
  services: CacheServices,
  tally: CacheTally,
  owners: Owners,
  evicted: (key: Key) => void,
): Shelf {
  const { store, serializer, max, maxBytes } = settings;
  const { clock } = services;
  if (store === undefined && serializer === undefined) return new MemoryShelf(settings, clock, tally, evicted);
  const keys = store === undefined || store.volatile ? passingKeys(cache) : lastingKeys(cache, owners);
  const own = new MemoryStore({ max, maxBytes }, (key) => evicted(keyBehind(keys.prefix, String(key))));
  const now = store === undefined ? () => clock.coarse() : () => clock.wallNow();
  const basisFor = (asked: CacheSettings): StoreBasis => ({
    ...keys,
    tally,
    now,
    store: store ?? own,
    guard: guardFor(cache, asked, services),
    values: new StoredValues(versionOf(asked), asked.serializer),
    changed: (wanted) => {
      if (wanted.store !== store || (store === undefined && wanted.serializer === undefined)) return undefined;
      own.resize(wanted);
      return basisFor(wanted);
    },
  });
  return new StoreShelf(basisFor(settings));
}

interface KeyForm {
  readonly prefix: string;
  readonly keyFor: (key: Key) => string;
}

/** Two caches never meet in one store, whatever they are called. */
function lastingKeys(cache: string, owners: Owners): KeyForm {
  const prefix = `${escaped(cache)}/`;
  return { prefix, keyFor: (key) => prefix + owners.lasting(key) };
}

let serial = 0;

/** Instances are told apart by numbers of this process, and caches of one name in two runtimes share nothing. */
function passingKeys(cache: string): KeyForm {
  const prefix = `${escaped(cache)}/${++serial}/`;
  return { prefix, keyFor: (key) => prefix + plainForm(key) };
}

function guardFor(cache: string, settings: CacheSettings, { clock, closing, circuits }: CacheServices): StoreGuard {
  const retry = storeRetryOptions.complete(settings.storeRetry || { maxAttempts: 1 }, cache);
  const circuit = settings.store === undefined ? none : circuits.claim(`cache:${cache}`, {}, cache);
  return new StoreGuard(
    `the store of cache '${cache}'`,
    circuit,
    { timeout: settings.storeTimeout, ...retry },
    clock,
    closing,
  );
}

/** Memory needs no circuit. */
const none: CacheCircuit = {
  state: 'closed',
  execute: async (run) => run(),
};
