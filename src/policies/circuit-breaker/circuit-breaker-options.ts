import {
  callback,
  type Duration,
  duration,
  type ErrorRules,
  flag,
  matchers,
  maybe,
  optional,
  options,
  type SharingOptions,
  sharingOptions,
} from '../../core/index.js';
import { type CircuitOptions, ownEntries } from './circuit-options.js';
import { circuitRules } from './circuit-rules.js';

/** How one use of a circuit judges its calls. */
export interface CircuitUseOptions extends ErrorRules {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** A call that takes longer is slow. */
  readonly slowCall?: Duration;
  /** A result that this accepts is a failure. */
  readonly whenResult?: (result: never) => boolean;
  /** Refusals by our own policies further in, such as a full bulkhead, are judged as failures are. @default false */
  readonly countRejections?: boolean;
  /** While the circuit is not closed, a call waits this long for the trial, within its deadline, instead of being refused. @default 0 */
  readonly maxWait?: Duration;
}

/** When a circuit opens, for how long, and how it closes again. */
export interface CircuitBreakerOptions extends CircuitOptions, CircuitUseOptions, SharingOptions {}

/** The options of one use: those of its circuit, and how it judges. */
export const circuitBreakerOptions = options<CircuitBreakerOptions>()(
  '@CircuitBreaker',
  {
    ...sharingOptions,
    ...ownEntries,
    enabled: optional(flag(), true),
    on: matchers(),
    except: matchers(),
    ignore: matchers(),
    slowCall: maybe(duration()),
    whenResult: maybe(callback<(result: never) => boolean>()),
    countRejections: optional(flag(), false),
    maxWait: optional(duration(), 0),
  },
  ...circuitRules,
  ({ slowRate, slowCall }) =>
    slowRate !== undefined && slowCall === undefined
      ? { option: 'slowRate', rule: 'needs slowCall: the time above which a call is slow' }
      : undefined,
  ({ maxOpenKeys, key, scope }) =>
    maxOpenKeys !== undefined && key === undefined && scope !== 'instance'
      ? { option: 'maxOpenKeys', rule: "needs key, or scope 'instance': nothing splits this circuit" }
      : undefined,
);

/** The settings of one use. */
export type CircuitBreakerSettings = ReturnType<typeof circuitBreakerOptions.complete>;

/** The options that belong to the circuit, of those that a use was given. */
export function ownOptions(given: CircuitBreakerOptions): CircuitOptions {
  return Object.fromEntries(Object.entries(given).filter(([option]) => Object.hasOwn(ownEntries, option)));
}
