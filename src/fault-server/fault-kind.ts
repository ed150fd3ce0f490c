import { count, type Duration, duration, maybe, type OptionSet, optional, rate } from '../core/index.js';
import type { Exchange } from './exchange.js';
import { type Latency, type LatencyRange, latency } from './latency.js';
import { route } from './route.js';

/** When a fault shows, whatever its kind; with neither `count` nor `duration` until the server is healed. */
export interface FaultTiming {
  /** The next requests to fail; with `duration`, a request fails as long as either holds. */
  readonly count?: number;
  /** How long requests fail. */
  readonly duration?: Duration;
  /** The share of the requests that fail, drawn from the server's seed. @default 1 */
  readonly rate?: number;
  /** Only paths at or below this one. @default '/' */
  readonly route?: string;
  /** How long a request waits before the fault shows. @default 0 */
  readonly latency?: Latency;
}

/** The checks and defaults of `FaultTiming`, for the options of each kind. */
export const faultTiming = {
  count: maybe(count({ min: 1, max: 1_000_000_000 })),
  duration: maybe(duration({ min: 1 })),
  rate: optional(rate(), 1),
  route: optional(route(), '/'),
  latency: optional(latency(), 0),
};

/** The timing of a fault in milliseconds, complete. */
export interface FaultSettings {
  readonly count: number | undefined;
  readonly duration: number | undefined;
  readonly rate: number;
  readonly route: string;
  readonly latency: LatencyRange;
}

/** A fault that has been checked and can strike. */
export interface ArmedFault {
  readonly kind: string;
  readonly settings: FaultSettings;
  /** The fault as it was asked for. */
  readonly given: object;
  /** The request gets no other answer; otherwise it goes on. */
  readonly final: boolean;
  strike(exchange: Exchange): void | Promise<void>;
}

/** One way in which a request can fail. */
export interface FaultKind {
  /** Checks what was asked for; the error names the field, the rule and the value. */
  arm(given: object): ArmedFault;
}

/** What makes a kind of fault: its options, and what it does to a request. */
export interface FaultDefinition<Given extends object, Complete extends FaultSettings> {
  readonly kind: string;
  readonly final: boolean;
  readonly options: OptionSet<Given, Complete>;
  strike(exchange: Exchange, settings: Complete): void | Promise<void>;
}

/** Joins the options of a kind of fault with what it does. */
export function faultKind<Given extends object, Complete extends FaultSettings>(
  definition: FaultDefinition<Given, Complete>,
): FaultKind {
  const { kind, final, options } = definition;
  return {
    arm(asked) {
      const given = options.check(asked);
      const settings = options.complete(given, '');
      return { kind, final, settings, given, strike: (exchange) => definition.strike(exchange, settings) };
    },
  };
}
