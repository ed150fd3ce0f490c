import {
  Clock,
  count,
  type Duration,
  duration,
  flag,
  InvalidOptionsError,
  maybe,
  oneOf,
  optional,
  options,
  rate,
  systemClock,
  that,
} from '../../core/index.js';
import { isError } from '../any-realm.js';

/** What a store can be asked. */
export type StoreOperation = 'get' | 'set' | 'delete' | 'deleteByTag' | 'clear' | 'close';

/**
 * How a store lies. `'idle'`: it says that all is done and does nothing; a get finds nothing. The others are about what a get gives:
 * `'malformed'` something that is no entry, `'future'` an entry made a day ahead, `'otherVersion'` one of another version, `'outdated'` the one
 * before that which was set last, `'otherKey'` that of another key.
 */
export type StoreLie = 'idle' | 'malformed' | 'future' | 'otherVersion' | 'outdated' | 'otherKey';

/** One way in which a store misbehaves, and when; it does so by `fault`, `hang` or `lie`, or is only late by `latency`. */
export interface StoreChaos {
  /** Which operations are struck. @default all but close */
  readonly operations?: readonly StoreOperation[];
  /** The share of them that is struck, above 0 and at most 1. @default 1 */
  readonly rate?: number;
  /** How many are struck before it is over. @default Infinity */
  readonly times?: number;
  /** What they fail with: an error, or a function that gives one for each. */
  readonly fault?: Error | ((operation: StoreOperation, key: string | undefined) => unknown);
  /** When they fail: `'before'` anything is done; `'after'` all is done, as when an answer is lost; `'sync'` before, by a throw in place of a rejection. @default 'before' */
  readonly fails?: 'before' | 'after' | 'sync';
  /** How much later they begin; no signal cuts that short, so that what was given up still happens. */
  readonly latency?: Duration;
  /** They are never answered, nor done. */
  readonly hang?: boolean;
  /** What they answer instead of the truth. */
  readonly lie?: StoreLie;
}

/** How chaos comes to a store. */
export interface ChaosStoreOptions {
  /** What it does at first; change it by `store.chaos = …`. @default nothing */
  readonly chaos?: StoreChaos | readonly StoreChaos[];
  /** Makes chance repeat itself. @default 1 */
  readonly seed?: number;
  /** By which latency is measured. @default the clock of the system */
  readonly clock?: Clock;
}

const decorator = 'chaosStore()';
const operations = [
  'get',
  'set',
  'delete',
  'deleteByTag',
  'clear',
  'close',
] as const satisfies readonly StoreOperation[];
const needed = operations.filter((operation) => operation !== 'close');
const isTimes = (value: unknown) =>
  value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) > 0);
const isOperations = (value: unknown) =>
  Array.isArray(value) && value.length > 0 && value.every((item) => operations.includes(item));

const strikeOptions = options<StoreChaos>()(
  decorator,
  {
    operations: optional(
      that<readonly StoreOperation[]>(isOperations, `must be a list of at least one of ${operations.join(', ')}`),
      needed,
    ),
    rate: optional(rate(), 1),
    times: optional(
      that<number>(isTimes, 'must be a whole number of at least 1, or Infinity'),
      Number.POSITIVE_INFINITY,
    ),
    fault: maybe(
      that<NonNullable<StoreChaos['fault']>>(
        (value) => isError(value) || typeof value === 'function',
        'must be an error or a function that gives one',
      ),
    ),
    fails: optional(oneOf('before', 'after', 'sync'), 'before'),
    latency: optional(duration(), 0),
    hang: optional(flag(), false),
    lie: maybe(oneOf('idle', 'malformed', 'future', 'otherVersion', 'outdated', 'otherKey')),
  },
  ({ fault, hang, lie, latency }) => {
    const ways = [fault !== undefined, hang, lie !== undefined].filter(Boolean).length;
    if (ways > 1) return { option: 'chaos', rule: 'has more than one of fault, hang and lie; give a list of several' };
    if (ways === 0 && latency === 0) return { option: 'chaos', rule: 'must have a fault, hang, lie or latency' };
    return undefined;
  },
  ({ fails, fault, latency }) => {
    if (fails === 'sync' && latency > 0) return { option: 'fails', rule: "'sync' needs a fault without latency" };
    return fails !== 'before' && fault === undefined
      ? { option: 'fails', rule: `'${fails}' needs a fault` }
      : undefined;
  },
  ({ lie, operations }) =>
    lie === undefined || lie === 'idle' || operations.includes('get')
      ? undefined
      : { option: 'lie', rule: `'${lie}' is about what a get gives, and get is not among the operations` },
);

const storeOptions = options<ChaosStoreOptions>()(decorator, {
  chaos: maybe(that<StoreChaos | readonly StoreChaos[]>(isObject, 'must be an object of options, or a list of such')),
  seed: optional(count({ max: 2 ** 32 - 1 }), 1),
  clock: optional(
    that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
    systemClock,
  ),
});

/** One way to misbehave, checked and complete. */
export type StrikeSettings = ReturnType<typeof strikeOptions.complete>;

/** Checks the ways in which a store is to misbehave: one, several, or none. */
export function readChaos(given: StoreChaos | readonly StoreChaos[]): readonly StrikeSettings[] {
  const list: readonly StoreChaos[] = isList(given) ? given : [given];
  const nonEmpty = list.filter((strike) => Object.keys(strikeOptions.check(strike)).length > 0);
  return nonEmpty.map((strike) => strikeOptions.complete(strikeOptions.check(strike), ''));
}

/** Checks how chaos comes to a store. */
export function readChaosStoreOptions(given: ChaosStoreOptions) {
  const { seed, clock } = storeOptions.complete(storeOptions.check(given), '');
  return { seed, clock, chaos: given.chaos ?? [] };
}

/** Checks what chaos is to come to. */
export function mustBeStore(value: unknown): void {
  const isStore = needed.every((operation) => typeof Object(value)[operation] === 'function');
  if (!isStore) throw new InvalidOptionsError({ decorator, rule: `takes a store: ${needed.join(', ')}`, value });
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}

function isList(given: StoreChaos | readonly StoreChaos[]): given is readonly StoreChaos[] {
  return Array.isArray(given);
}
