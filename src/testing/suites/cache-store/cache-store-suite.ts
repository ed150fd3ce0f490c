import { callback, flag, maybe, oneOf, optional, options } from '../../../core/index.js';
import type { Awaitable } from '../../../policies/cache/index.js';
import { answered } from '../answered.js';
import { type DemandGroups, declareDemands } from '../demands.js';
import { checkSuite } from '../suite-input.js';
import type { TestRunner } from '../test-runner.js';
import type { StoreClaim } from './cache-store-demand.js';
import { keyDemands } from './cache-store-keys.js';
import { lifeDemands } from './cache-store-life.js';
import { orderDemands } from './cache-store-order.js';
import { sharingDemands } from './cache-store-sharing.js';
import { sweepDemands } from './cache-store-sweeps.js';
import { timeDemands } from './cache-store-times.js';
import { type StoreOnTrial, Trial } from './cache-store-trial.js';
import { valueDemands } from './cache-store-values.js';

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

const groups: DemandGroups<Trial, StoreClaim> = {
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
  runner: TestRunner,
  make: () => Awaitable<StoreOnTrial>,
  given: CacheStoreClaims = {},
): void {
  checkSuite('cacheStoreSuite()', runner, make);
  const claims = claimOptions.complete(claimOptions.check(given), '');
  const claimed: Readonly<Record<StoreClaim, boolean>> = { ...claims, anything: claims.values === 'any' };
  const source = { now: claims.now ?? Date.now, onlyBytes: claims.values === 'bytes' };
  declareDemands(runner, groups, claimed, {
    set: async () => new Trial(await answered('make()', make()), source),
    clear: (trial) => trial.dispose(),
  });
}
