import {
  Clock,
  callback,
  type Duration,
  duration,
  EventBus,
  InvalidOptionsError,
  maybe,
  optional,
  options,
  systemClock,
  that,
} from '../core/index.js';
import type { CacheStore } from '../policies/cache/index.js';

/** What an operation of a store is called. */
export type StoreOperation = 'get' | 'set' | 'delete' | 'deleteByTag' | 'clear';

/** What went wrong behind an operation that did not fail for it. */
export interface TierTrouble {
  readonly store: 'fast' | 'slow';
  readonly operation: StoreOperation;
  readonly error: unknown;
}

/** How two stores work together. */
export interface TieredOptions {
  /**
   * How long the fast store answers for an entry before the slow one is asked again: by then at the latest, what other processes have dropped
   * or replaced there is seen here. Infinity where no other process writes to the slow store.
   * @default '5s'
   */
  readonly fastFor?: Duration;
  /**
   * How long a read waits for the slow store where the fast one has something usable, and for the fast one itself; Infinity for as long as it takes.
   * @default '25ms'
   */
  readonly slowTimeout?: Duration;
  /** Is told of trouble that made no operation fail. @default a warning of the process, once for each store and operation */
  readonly onError?: (trouble: TierTrouble) => void;
  /** @default the clock of the system */
  readonly clock?: Clock;
}

const decorator = 'tiered()';

const tieredOptions = options<TieredOptions>()(decorator, {
  fastFor: optional(duration(), '5s'),
  slowTimeout: optional(duration(), '25ms'),
  onError: maybe(callback<NonNullable<TieredOptions['onError']>>()),
  clock: optional(
    that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
    systemClock,
  ),
});

/** The options, checked and complete. */
export interface TieredSettings {
  readonly fastFor: number;
  readonly slowTimeout: number;
  /** Tells of trouble; never throws. */
  readonly tell: (trouble: TierTrouble) => void;
  readonly clock: Clock;
}

/** Checks the stores and the options. */
export function tieredSettings(fast: CacheStore, slow: CacheStore, given: TieredOptions): TieredSettings {
  checkStore('fast', fast);
  checkStore('slow', slow);
  if ((fast as unknown) === slow) {
    throw new InvalidOptionsError({ decorator, option: 'slow', rule: 'must be another store than fast' });
  }
  const { onError = warnOnce(), ...settings } = tieredOptions.complete(tieredOptions.check(given), '');
  const bus = new EventBus();
  return { ...settings, tell: (trouble) => bus.tell(onError, trouble, 'onError of tiered()') };
}

const methods = ['get', 'set', 'delete', 'deleteByTag', 'clear'] as const satisfies readonly StoreOperation[];

function checkStore(option: string, store: unknown): void {
  const held = Object(store) as Readonly<Record<string, unknown>>;
  const missing = methods.filter((method) => typeof held[method] !== 'function');
  if (missing.length === 0) return;
  const rule = `must be a CacheStore: it has no ${missing.join(', ')}`;
  throw new InvalidOptionsError({ decorator, option, rule, value: store });
}

/** Nobody is to miss that a store is in trouble, nor to drown in it. */
function warnOnce(): (trouble: TierTrouble) => void {
  const told = new Set<string>();
  return ({ store, operation, error }) => {
    const what = `The ${store} store of tiered() failed at ${operation}`;
    if (told.has(what)) return;
    told.add(what);
    const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.emitWarning(
      `${what}; its next failures there are not reported without onError: ${reason}`,
      'HoldfastWarning',
    );
  };
}
