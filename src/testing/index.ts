export { seededRandom } from '../core/index.js';
export { type CacheStoreClaims, cacheStoreSuite, type TestRunner } from './cache-store-suite.js';
export type { StoreOnTrial } from './cache-store-trial.js';
export { type ChaosStore, chaosStore } from './chaos-store.js';
export type { ChaosCounts } from './chaos-store-counts.js';
export type { ChaosStoreOptions, StoreChaos, StoreLie, StoreOperation } from './chaos-store-options.js';
export { ManualClock, settle } from './manual-clock.js';
export { type RecordedEvent, RecordedEvents } from './recorded-events.js';
export { sequence, type TestRuntime, testRuntime } from './test-runtime.js';
