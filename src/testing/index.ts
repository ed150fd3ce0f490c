export type {
  BusListener,
  CircuitCounts,
  CircuitKeeping,
  CircuitMoveTo,
  LeaseAnswer,
  LeaseGranted,
  LeaseRefused,
  LeaseTerms,
  MoveAnswer,
  PermitAnswer,
  PermitsGranted,
  PermitsRefused,
  SharedBus,
  SharedCall,
  SharedCircuit,
  SharedCircuitState,
  SharedCircuits,
  SharedLeases,
  SharedLimit,
  SharedPermits,
  SharedState,
} from '../core/index.js';
export { seededRandom } from '../core/index.js';
export { type ChaosClock, type ChaosClockCounts, chaosClock } from './chaos/chaos-clock.js';
export type { ChaosClockOptions, ClockChaos } from './chaos/chaos-clock-options.js';
export { type ChaosStore, chaosStore } from './chaos/chaos-store.js';
export type { ChaosCounts } from './chaos/chaos-store-counts.js';
export type { ChaosStoreOptions, StoreChaos, StoreLie, StoreOperation } from './chaos/chaos-store-options.js';
export type { Finding } from './events/event-finding.js';
export { type HoldfastMatchers, matchers } from './events/event-matchers.js';
export type {
  AsymmetricMatcher,
  EventPattern,
  EventStep,
  EventTest,
  Matching,
  Subset,
} from './events/event-pattern.js';
export type { EventRecord, RecordedEvent } from './events/event-record.js';
export { type EmittedTimes, RecordedEvents, type RecordingOptions } from './events/recorded-events.js';
export { Boom } from './flaky/boom.js';
export { flaky } from './flaky/flaky.js';
export type { Flaky, FlakyCall, FlakyOutcome } from './flaky/flaky-function.js';
export type {
  FlakyError,
  FlakyFailureOptions,
  FlakyOptions,
  FlakyRateOptions,
} from './flaky/flaky-options.js';
export { type Watched, watch } from './flaky/watch.js';
export type { Leak, LeakKind } from './leaks/leak.js';
export type { LeakOptions } from './leaks/leak-options.js';
export { type LeakWatch, watchLeaks, withoutLeaks } from './leaks/leak-watch.js';
export { ManualClock, settle } from './manual-clock.js';
export type { ManualClockOptions, RunLimit } from './manual-clock-options.js';
export {
  type MemoryHandle,
  type MemoryState,
  type MemoryStateOptions,
  memoryState,
} from './memory-state/memory-state.js';
export { assertPipeline } from './pipelines/pipeline-assertion.js';
export { type DescribedPolicy, type PipelineDescription, pipelineOf } from './pipelines/pipeline-description.js';
export type { ExpectedPipelines, ExpectedPolicy } from './pipelines/pipeline-finding.js';
export { type ProtectedForTest, type ProtectForTestOptions, protectForTest } from './protect-for-test.js';
export { type CacheStoreClaims, cacheStoreSuite } from './suites/cache-store/cache-store-suite.js';
export type { StoreOnTrial } from './suites/cache-store/cache-store-trial.js';
export { type LoggerClaims, loggerSuite } from './suites/logger/logger-suite.js';
export type { LoggedLine, LoggerOnTrial } from './suites/logger/logger-trial.js';
export { type PolicyClaims, policySuite } from './suites/policy/policy-suite.js';
export type { PolicyDecorator } from './suites/policy/policy-trial.js';
export { type SharedStateClaims, sharedStateSuite } from './suites/shared-state/shared-state-suite.js';
export type { SharedStateOnTrial } from './suites/shared-state/shared-state-trial.js';
export type { TestRunner } from './suites/test-runner.js';
export {
  sequence,
  type TestRuntime,
  type TestRuntimeOptions,
  testRuntime,
  type UnrecordedRuntime,
} from './test-runtime.js';
