import type { Dispatcher } from 'undici';
import {
  Clock,
  count,
  type Duration,
  duration,
  InvalidOptionsError,
  maybe,
  optional,
  options,
  systemClock,
  that,
} from '../../core/index.js';

/** How an undici adapter connects: by a dispatcher of yours, or by connections of its own. */
export interface UndiciAdapterOptions {
  /** Sends all requests: an Agent, a Pool, a MockAgent; yours to close, and the place for TLS options. @default connections of the adapter's own */
  readonly dispatcher?: Dispatcher;
  /** Connections to one origin at the same time. @default no limit */
  readonly connections?: number;
  /** Requests that one connection may carry without waiting for their answers. @default 1 */
  readonly pipelining?: number;
  /** How long a connection without requests is kept, where its server does not say so. @default '4s' */
  readonly keepAliveTimeout?: Duration;
  /** The time by which requests run out of it. @default the clock of the system */
  readonly clock?: Clock;
}

const adapterOptions = options<UndiciAdapterOptions>()('undiciAdapter()', {
  dispatcher: maybe(that<Dispatcher>(isDispatcher, 'must be a dispatcher of undici')),
  connections: maybe(count({ min: 1 })),
  pipelining: optional(count({ min: 1 }), 1),
  keepAliveTimeout: optional(duration({ min: 1 }), '4s'),
  clock: optional(
    that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
    systemClock,
  ),
});

/** Checks and completes the options of an adapter. */
export function adapterSettings(given: UndiciAdapterOptions) {
  const checked = adapterOptions.check(given);
  const own = (['connections', 'pipelining', 'keepAliveTimeout'] as const).find(
    (option) => checked[option] !== undefined,
  );
  if (checked.dispatcher !== undefined && own !== undefined) {
    const rule = 'is for connections of its own, not for those of a dispatcher';
    throw new InvalidOptionsError({ decorator: 'undiciAdapter()', option: own, rule }, adapterSettings);
  }
  return adapterOptions.complete(checked, '');
}

/** The options of an adapter, complete. */
export type AdapterSettings = ReturnType<typeof adapterSettings>;

function isDispatcher(value: unknown): boolean {
  return typeof (value as { readonly dispatch?: unknown } | null)?.dispatch === 'function';
}
