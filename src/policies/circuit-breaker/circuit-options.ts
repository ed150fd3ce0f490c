import {
  callback,
  count,
  type Duration,
  type DurationText,
  duration,
  type ErrorRules,
  flag,
  matchers,
  maybe,
  oneOf,
  optional,
  options,
  parseDuration,
  type Rule,
  rate,
  read,
  type SharingOptions,
  sharingOptions,
  that,
} from '../../core/index.js';
import { type CircuitState, circuitStates } from './circuit.js';
import { CircuitControl } from './circuit-control.js';
import type { CircuitMove } from './circuit-log.js';
import { type OpenFor, openForRule, parseOpenFor, usualOpenTime } from './open-time.js';

/** How a circuit itself behaves, whoever uses it. */
export interface CircuitOptions {
  /**
   * So many failures open it: in a row, or within the `window` when one is given.
   * @default 5 where no `failureRate` is given (at most the size of a given window), else none
   */
  readonly failureThreshold?: number;
  /** This share of failures, above 0 and at most 1, opens it; judged after successes too. */
  readonly failureRate?: number;
  /** The results that are looked at: the last so many, up to 10 000, or those of the last so much time, such as `'60s'` (in ten equal parts). @default 100 */
  readonly window?: number | DurationText;
  /** Rates say nothing below this many calls. @default 10, or the window where that is smaller */
  readonly minimumCalls?: number;
  /** This share of slow calls opens it; give `slowCall` as well. */
  readonly slowRate?: number;
  /** How long it stays open before a trial: a duration, `{ initial, multiplier, max }` for openings in a row, or a function. @default '30s' */
  readonly openFor?: OpenFor;
  /** The size of the trial in half-open: calls in flight and settled together. @default 1 */
  readonly halfOpenCalls?: number;
  /** So many successes end the trial well. @default `halfOpenCalls`; with `failureRate` the fewest that keep the trial below it */
  readonly successThreshold?: number;
  /** A call of the trial that has not settled for so long counts as failed. @default `openFor` */
  readonly halfOpenFor?: Duration;
  /** What failures are compared with: calls that settled, or also those in flight, so that fast failures do not overtake slow successes. @default 'settled' */
  readonly rateOver?: 'settled' | 'started';
  /** The most calls that wait at a time, where uses say `maxWait`. @default 1000 */
  readonly maxQueue?: number;
  /** The state it begins with. @default 'closed' */
  readonly initialState?: CircuitState;
  /** Steers this circuit together with others. */
  readonly control?: CircuitControl;
  /** Told of every move. */
  readonly onStateChange?: (move: CircuitMove) => void;
}

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

/** The results that are looked at: so many calls, or so many milliseconds. */
export type WindowSize = { readonly calls: number } | { readonly time: number };

const ownEntries = {
  failureThreshold: maybe(count({ min: 1 })),
  failureRate: maybe(rate()),
  window: maybe(
    read(
      parseWindow,
      "must be a count of calls from 1 to 10000, or a duration with a unit of at least 10 ms, such as '60s'",
    ),
  ),
  minimumCalls: maybe(count({ min: 1 })),
  slowRate: maybe(rate()),
  openFor: optional(read(parseOpenFor, openForRule), usualOpenTime),
  halfOpenCalls: optional(count({ min: 1, max: 10_000 }), 1),
  successThreshold: maybe(count({ min: 1 })),
  halfOpenFor: maybe(duration({ min: 1 })),
  rateOver: optional(oneOf('settled', 'started'), 'settled'),
  maxQueue: optional(count(), 1000),
  initialState: optional(oneOf(...circuitStates), 'closed'),
  control: maybe(that<CircuitControl>((value) => value instanceof CircuitControl, 'must be a CircuitControl')),
  onStateChange: maybe(callback<NonNullable<CircuitOptions['onStateChange']>>()),
} as const;

/** What the rules between options look at. */
interface Ruled {
  readonly failureThreshold: number | undefined;
  readonly window: WindowSize | undefined;
  readonly minimumCalls: number | undefined;
  readonly halfOpenCalls: number;
  readonly successThreshold: number | undefined;
}

const rules: readonly Rule<Ruled>[] = [
  withinWindow('failureThreshold'),
  withinWindow('minimumCalls'),
  ({ successThreshold, halfOpenCalls }) =>
    successThreshold !== undefined && successThreshold > halfOpenCalls
      ? {
          option: 'successThreshold',
          rule: `must not be above halfOpenCalls (${halfOpenCalls})`,
          value: successThreshold,
        }
      : undefined,
];

/** The options of a circuit itself, as a registry takes them. */
export const circuitOptions = options<CircuitOptions>()('@CircuitBreaker', ownEntries, ...rules);

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
  ...rules,
  ({ slowRate, slowCall }) =>
    slowRate !== undefined && slowCall === undefined
      ? { option: 'slowRate', rule: 'needs slowCall: the time above which a call is slow' }
      : undefined,
);

/** The settings of a circuit itself. */
export type CircuitSettings = ReturnType<typeof circuitOptions.complete>;

/** The settings of one use. */
export type CircuitBreakerSettings = ReturnType<typeof circuitBreakerOptions.complete>;

/** The options that belong to the circuit, of those that a use was given. */
export function ownOptions(given: CircuitBreakerOptions): CircuitOptions {
  return Object.fromEntries(Object.entries(given).filter(([option]) => Object.hasOwn(ownEntries, option)));
}

function withinWindow(option: 'failureThreshold' | 'minimumCalls'): Rule<Ruled> {
  return ({ window, [option]: value }) => {
    if (value === undefined || window === undefined || !('calls' in window) || value <= window.calls) return undefined;
    return { option, rule: `must not be above the window (${window.calls} calls)`, value };
  };
}

function parseWindow(window: number | DurationText): WindowSize | undefined {
  if (typeof window === 'number')
    return Number.isInteger(window) && window >= 1 && window <= 10_000 ? { calls: window } : undefined;
  const time = parseDuration(window);
  return time !== undefined && time >= 10 ? { time } : undefined;
}
