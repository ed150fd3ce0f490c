export { Alarm } from './alarm.js';
export { type Answer, hearAnswers, tellAnswer } from './answer.js';
export type { AnyClass } from './any-class.js';
export { Call } from './call.js';
export { argsFor } from './call-args.js';
export { callByHand } from './call-by-hand.js';
export { type CallLife, copyOf, letEnd, markCopy } from './call-life.js';
export { isNoted, note, racedMark, retriedMark, rootOf, signalMark } from './call-marks.js';
export type { CallOrigin, CallReport, CurrentCall, TimeLimit } from './call-view.js';
export { type CalleeJudge, type CalleeRules, calleeJudge } from './callee-judge.js';
export { signalOf, watchSignal } from './caller-signal.js';
export { callBehind } from './carried-call.js';
export {
  callback,
  count,
  duration,
  faultless,
  flag,
  name,
  namePattern,
  nameRule,
  oneOf,
  quantity,
  rate,
  read,
  that,
} from './checks.js';
export { isBuiltIn } from './class-label.js';
export { Clock, type Waiting } from './clock.js';
export { currentCall, enterCall, keepContext, runAnywhere, runOutside, surroundingCall } from './current-call.js';
export { discard } from './discard.js';
export { type Duration, type DurationText, durationRule, milliseconds, parseDuration } from './duration.js';
export {
  type ErrorFacts,
  isRejected,
  isResilienceError,
  nameError,
  type RefusalFacts,
  RejectedError,
  ResilienceError,
  type ResilienceErrorCode,
  RuntimeDisposedError,
  TimeoutError,
  type TimeoutScope,
} from './errors.js';
export { type AnyListener, type Channel, EventBus, type EventListener, type EventName, type Events } from './events.js';
export { type Executable, type Execute, executor } from './execution.js';
export {
  isUsedUp,
  noteFailure,
  noteUsedUp,
  type ResilienceInfo,
  resilienceInfo,
  timesUsedUp,
} from './failure-info.js';
export { FlightAbandoned } from './flight-abandoned.js';
export { Flights } from './flights.js';
export { headerField } from './header-fields.js';
export { parseHttpDate } from './http-date.js';
export {
  type Instances,
  instancesFor,
  type NumberSource,
  Numbers,
  type Scope,
  type Sharing,
  type SharingOptions,
  sharingOptions,
} from './instances.js';
export { InvalidOptionsError, type OptionFault, show } from './invalid-options.js';
export {
  type ErrorClass,
  type ErrorMatcher,
  type ErrorRules,
  isClass,
  type Judge,
  judgeBy,
  type Match,
  matchAny,
  matchers,
  type Verdict,
} from './judgement.js';
export {
  checkKey,
  type GivenKey,
  type Key,
  type KeyFunction,
  keyOf,
  keyReader,
  splitBy,
  splitKey,
  wholeKey,
} from './key.js';
export { Keyed, type KeyedBounds } from './keyed.js';
export { type Ending, type EndListener, Lifetime, type Overrun, Watcher } from './lifetime.js';
export type { Line } from './line.js';
export { detachedCall, linkedCall } from './linked-call.js';
export { isPermanent, isTransient, isUnrepeatable, markPermanent, markTransient, markUnrepeatable } from './marks.js';
/** What options are made of: checks, defaults, units; for policies of your own. */
export * as option from './option.js';
export { type FieldFault, faultOf, withFields } from './option-fields.js';
export { listOf } from './option-list.js';
export {
  anything,
  maybe,
  type Option,
  type OptionSet,
  optional,
  options,
  type Rule,
  required,
  type Settings,
} from './options.js';
export type { Outcome } from './outcome.js';
export { isObject, isPlain, isPlainObject } from './plain.js';
export {
  type Bounds,
  hasInstances,
  type Next,
  type Outcomes,
  type Policy,
  type PolicyKind,
  policyKind,
  type Site,
  type Spec,
} from './policy.js';
export { type Priority, priorities, prioritize, priorityOf } from './priority.js';
export { endable, untilEnded } from './race.js';
export { type Random, seededRandom, systemRandom } from './random.js';
export { type Making, type Membership, Registry } from './registry.js';
export { rejectSoon } from './reject-soon.js';
export { parseRetryAfter, retryAfterOf } from './retry-after.js';
export {
  type AttemptResult,
  type BudgetChoice,
  type BudgetOptions,
  budgetChoice,
  budgetFor,
  type ExtraKind,
  RetryBudget,
  RetryBudgetRegistry,
  type RetryBudgetStats,
} from './retry-budget/index.js';
export type { Registries, Resolve, Services } from './services.js';
export type { SharedCall, SharedState } from './shared-state.js';
export type { BusListener, SharedBus } from './shared-state-bus.js';
export { sharedChecks } from './shared-state-checks.js';
export type {
  CircuitCounts,
  CircuitKeeping,
  CircuitMoveTo,
  MoveAnswer,
  SharedCircuit,
  SharedCircuitState,
  SharedCircuits,
} from './shared-state-circuits.js';
export type {
  LeaseAnswer,
  LeaseGranted,
  LeaseRefused,
  LeaseTerms,
  SharedLeases,
} from './shared-state-leases.js';
export type {
  PermitAnswer,
  PermitsGranted,
  PermitsRefused,
  SharedLimit,
  SharedPermits,
} from './shared-state-permits.js';
export { type Summing, SummingRegistry } from './summing-registry.js';
export { SystemClock, systemClock } from './system-clock.js';
export { bucketCount, TimeBuckets } from './time-buckets.js';
export { isTimeout } from './timeouts.js';
