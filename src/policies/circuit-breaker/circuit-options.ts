import {
  callback,
  count,
  type Duration,
  type DurationText,
  duration,
  maybe,
  oneOf,
  optional,
  options,
  rate,
  read,
  that,
} from '../../core/index.js';
import { type CircuitState, circuitStates } from './circuit.js';
import { CircuitControl } from './circuit-control.js';
import type { CircuitMove } from './circuit-log.js';
import { circuitRules } from './circuit-rules.js';
import { type OpenFor, openForRule, parseOpenFor, usualOpenTime } from './open-time.js';
import type { Probe } from './probing.js';
import { parseWindow, windowRule } from './window-size.js';

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
  /** A health check that runs while it is open: one that succeeds begins the trial at once, before `openFor` is over. */
  readonly probe?: Probe;
  /** How often `probe` runs, the first time so long after the opening; a run that takes longer is given up. @default '5s' */
  readonly probeEvery?: Duration;
  /** Where a key splits it: no circuit opens while this share of the live ones is open already; one may always be. @default no limit */
  readonly maxOpenKeys?: number;
  /** The size of the trial in half-open: calls in flight and settled together. @default 1 */
  readonly halfOpenCalls?: number;
  /** So many successes end the trial well. @default `halfOpenCalls`; with `failureRate` the fewest that keep the trial below it */
  readonly successThreshold?: number;
  /** A call of the trial that has not settled for so long counts as failed. @default `openFor`; '30s' where that is Infinity and `probe` is given */
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

/** The checks and defaults of the options that belong to the circuit itself. */
export const ownEntries = {
  failureThreshold: maybe(count({ min: 1 })),
  failureRate: maybe(rate()),
  window: maybe(read(parseWindow, windowRule)),
  minimumCalls: maybe(count({ min: 1 })),
  slowRate: maybe(rate()),
  openFor: optional(read(parseOpenFor, openForRule), usualOpenTime),
  probe: maybe(callback<Probe>()),
  probeEvery: maybe(duration({ min: 1 })),
  maxOpenKeys: maybe(rate()),
  halfOpenCalls: optional(count({ min: 1, max: 10_000 }), 1),
  successThreshold: maybe(count({ min: 1 })),
  halfOpenFor: maybe(duration({ min: 1 })),
  rateOver: optional(oneOf('settled', 'started'), 'settled'),
  maxQueue: optional(count(), 1000),
  initialState: optional(oneOf(...circuitStates), 'closed'),
  control: maybe(that<CircuitControl>((value) => value instanceof CircuitControl, 'must be a CircuitControl')),
  onStateChange: maybe(callback<NonNullable<CircuitOptions['onStateChange']>>()),
} as const;

/** The options of a circuit itself, as a registry takes them. */
export const circuitOptions = options<CircuitOptions>()('@CircuitBreaker', ownEntries, ...circuitRules);

/** The settings of a circuit itself. */
export type CircuitSettings = ReturnType<typeof circuitOptions.complete>;
