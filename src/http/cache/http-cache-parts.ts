import type { Clock, EventBus } from '../../core/index.js';
import { MemoryStore } from '../../policies/cache/index.js';
import { CacheKeys } from './cache-keys.js';
import type { HttpCacheSettings } from './http-cache-options.js';
import { HttpCacheTally } from './http-cache-tally.js';
import { Keeping } from './keeping.js';
import { Loads } from './loads.js';
import { Origin } from './origin.js';
import { PatientStore } from './patient-store.js';
import { Refreshes } from './refreshes.js';
import { Rules } from './rules.js';
import { Shelf } from './shelf.js';

/** What a cache is given by its client. */
export interface HttpCacheWorld {
  readonly client: string;
  readonly clock: Clock;
  readonly events: () => EventBus;
  /** The names of the header fields and parameters that the client's credentials are in. */
  readonly secretNames: readonly string[];
  /** Tells further names of secrets, whenever it is asked. */
  readonly hides?: (name: string) => boolean;
}

/** What a cache consists of. */
export type HttpCacheParts = ReturnType<typeof partsOf>;

const memoryEntries = 1000;
const memoryBytes = 64 * 1024 * 1024;

/** Makes the parts of a cache and joins them. */
export function partsOf(settings: HttpCacheSettings, { client, clock, events, secretNames, hides }: HttpCacheWorld) {
  const { max = memoryEntries, maxBytes = memoryBytes, maxEntryBytes, identity, storeTimeout } = settings;
  const place = settings.store ?? new MemoryStore({ max, maxBytes });
  const tally = new HttpCacheTally(client, events);
  const keys = new CacheKeys({ client, secretNames, hides, identity });
  const rules = new Rules(settings, clock);
  const store = new PatientStore(place, storeTimeout, { client, clock, tally });
  const shelf = new Shelf(store, keys, clock);
  const loads = new Loads();
  const keeping = new Keeping({ shelf, rules, keys, tally, maxEntryBytes });
  const origin = new Origin({ keeping, rules, loads, tally, clock });
  return { tally, keys, rules, store, shelf, loads, origin, refreshes: new Refreshes(clock) };
}
