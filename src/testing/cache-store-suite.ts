import { callback, flag, maybe, oneOf, optional, options } from '../core/index.js';
import type { Awaitable } from '../policies/cache/index.js';
import type { Demand, StoreClaim } from './cache-store-demand.js';
import { keyDemands } from './cache-store-keys.js';
import { lifeDemands } from './cache-store-life.js';
import { orderDemands } from './cache-store-order.js';
import { sharingDemands } from './cache-store-sharing.js';
import { sweepDemands } from './cache-store-sweeps.js';
import { timeDemands } from './cache-store-times.js';
import { type StoreOnTrial, Trial } from './cache-store-trial.js';
import { valueDemands } from './cache-store-values.js';

/** What a test runner gives: those of vitest, jest and node:test fit. */
export interface TestRunner {
  readonly describe: (name: string, body: () => void) => unknown;
  readonly it: (name: string, body: () => Promise<void>) => unknown;
}

/** What a store promises beyond what every store must; say false to what it does not. */
export interface CacheStoreClaims {
  /** Entries outlive the store that they were given to; `make` gives `reopen`. @default true */
  readonly survives?: boolean;
  /** Several handles, as of several processes, see the same entries; `make` gives `another`. @default true */
  readonly shared?: boolean;
  /** It keeps copies: what callers do to a value afterwards changes nothing. @default true */
  readonly copies?: boolean;
  /** It has a `close`. @default true */
  readonly closes?: boolean;
  /** Which values it takes: whatever can be cloned, or, as where a serializer of the cache is needed, bytes alone. @default 'any' */
  readonly values?: 'any' | 'bytes';
  /** By which wall clock the store decides that entries are over. @default Date.now */
  readonly now?: () => number;
}

const claimOptions = options<CacheStoreClaims>()('cacheStoreSuite()', {
  survives: optional(flag(), true),
  shared: optional(flag(), true),
  copies: optional(flag(), true),
  closes: optional(flag(), true),
  values: optional(oneOf('any', 'bytes'), 'any'),
  now: maybe(callback<() => number>()),
});

const groups: Readonly<Record<string, readonly Demand[]>> = {
  'what it was given': valueDemands,
  times: timeDemands,
  keys: keyDemands,
  'deleteByTag and clear': sweepDemands,
  'many at once': orderDemands,
  'its life': lifeDemands,
  'several handles': sharingDemands,
};

/**
 * Tests all that a `CacheStore` promises, each promise in a test of its own with a fresh store.
 *
 * ```ts
 * import { describe, it } from 'vitest';
 *
 * describe('the file store', () => {
 *   cacheStoreSuite({ describe, it }, async () => {
 *     const folder = await mkdtemp(join(tmpdir(), 'store-'));
 *     const open = () => new FileStore(folder);
 *     return { store: open(), reopen: open, dispose: () => rm(folder, { recursive: true }) };
 *   }, { shared: false });
 * });
 * ```
 */
export function cacheStoreSuite(
  { describe, it }: TestRunner,
  make: () => Awaitable<StoreOnTrial>,
  given: CacheStoreClaims = {},
): void {
  const claims = claimOptions.complete(claimOptions.check(given), '');
  const claimed: Readonly<Record<StoreClaim, boolean>> = { ...claims, anything: claims.values === 'any' };
  const source = { now: claims.now ?? Date.now, onlyBytes: claims.values === 'bytes' };
  for (const [group, demands] of Object.entries(groups)) {
    const fitting = demands.filter(({ of }) => of === undefined || claimed[of]);
    if (fitting.length === 0) continue;
    describe(group, () => {
      for (const { title, check } of fitting) {
        it(title, () => withStore(make, (set) => check(new Trial(set, source))));
      }
    });
  }
}

/** A test that failed is told as it failed, however clearing up after it went. */
async function withStore(make: () => Awaitable<StoreOnTrial>, check: (set: StoreOnTrial) => Promise<void>) {
  const set = await make();
  const [tested] = await Promise.allSettled([check(set)]);
  const [disposed] = await Promise.allSettled([(async () => set.dispose?.())()]);
  if (tested.status === 'rejected') throw tested.reason;
  if (disposed.status === 'rejected') throw disposed.reason;
}
