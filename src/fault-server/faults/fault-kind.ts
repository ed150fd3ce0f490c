import { count, type Duration, duration, maybe, type OptionSet, optional, rate, that } from '../../core/index.js';
import type { ConnectionMeans } from '../connections/connection-means.js';
import type { Exchange } from '../exchange/exchange.js';
import { type Latency, latency } from '../latency/latency.js';
import { route } from './route.js';

/** When a fault shows, whatever its kind, and on which requests, or connections where it strikes these; with neither `count` nor `duration` until the server is healed. */
export interface FaultTiming {
  /** The next requests to fail; with `duration`, a request fails as long as either holds. */
  readonly count?: number;
  /** How long requests fail, at most a day. */
  readonly duration?: Duration;
  /** The share of the requests that fail, drawn from the server's seed. @default 1 */
  readonly rate?: number;
  /** Only paths at or below this one; not for faults that strike connections, before a path is asked for. @default '/' */
  readonly route?: string;
  /** Only requests of this method, such as 'POST'; not for faults that strike connections. @default any */
  readonly method?: string;
  /** How long a request waits before the fault shows. @default 0 */
  readonly latency?: Latency;
}

/** A fault that nobody can end, as it strikes all who try, ends by itself some day. */
const longestDuration = 86_400_000;

/** The checks and defaults of `FaultTiming`, for the options of each kind. */
export const faultTiming = {
  count: maybe(count({ min: 1, max: 1_000_000_000 })),
  duration: maybe(duration({ min: 1, max: longestDuration })),
  rate: optional(rate(), 1),
  route: optional(route(), '/'),
  method: maybe(that<string>(isMethod, "must be a method in capitals, such as 'POST'")),
  latency: optional(latency(), 0),
};

/** The timing of a fault, complete: milliseconds, where nothing is drawn. */
export interface FaultSettings {
  readonly count: number | undefined;
  readonly duration: number | undefined;
  readonly rate: number;
  readonly route: string;
  readonly method?: string | undefined;
  readonly latency: Latency;
}

/** A fault that has been checked and can strike: a request, or a connection before anything was asked. */
export type ArmedFault = RequestFault | ConnectionFault;

interface Armed {
  readonly kind: string;
  readonly settings: FaultSettings;
  /** The fault as it was asked for. */
  readonly given: object;
}

/** Strikes requests. */
export interface RequestFault extends Armed {
  readonly strikes: 'request';
  /** No other fault strikes the same request. */
  readonly final: boolean;
  strike(exchange: Exchange): void | Promise<void>;
}

/** Strikes connections. */
export interface ConnectionFault extends Armed {
  readonly strikes: 'connection';
  readonly means: ConnectionMeans;
}

/** One way in which a request can fail. */
export interface FaultKind {
  /** Checks what was asked for; the error names the field, the rule and the value. */
  arm(given: object): ArmedFault;
}

/** What makes a kind of fault that strikes requests: its options, and what it does to one. */
export interface FaultDefinition<Given extends object, Complete extends FaultSettings> {
  readonly kind: string;
  readonly final: boolean;
  readonly options: OptionSet<Given, Complete>;
  /** What it does to a connection instead, where the options ask for that. */
  readonly means?: (settings: Complete) => ConnectionMeans | undefined;
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
      const means = definition.means?.(settings);
      if (means) return { kind, settings, given, strikes: 'connection', means };
      const strike = (exchange: Exchange) => definition.strike(exchange, settings);
      return { kind, settings, given, strikes: 'request', final, strike };
    },
  };
}

function isMethod(value: unknown): boolean {
  return typeof value === 'string' && /^[A-Z][A-Z-]{0,19}$/.test(value);
}
