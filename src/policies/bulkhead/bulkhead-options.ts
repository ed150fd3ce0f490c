import {
  count,
  type Duration,
  duration,
  type ErrorMatcher,
  flag,
  matchers,
  maybe,
  oneOf,
  optional,
  options,
  type SharingOptions,
  sharingOptions,
  that,
} from '../../core/index.js';
import {
  type AdaptiveChoice,
  type AdaptiveSettings,
  adaptiveCheck,
  adaptiveFault,
  adaptiveSettings,
} from './adaptive/index.js';
import { isPriorityChoice, type PriorityChoice, priorityRule } from './rank.js';
import type { QueueOrder } from './waiting-line.js';
import { isWeight, type Weight, weightRule } from './weight.js';

/** How many calls a bulkhead takes: what belongs to it, however many methods share it. */
export interface BulkheadSizes {
  /** Calls that run at the same time; of an adaptive bulkhead the most that it ever lets run. @default 10; 200 with `adaptive` */
  readonly maxConcurrent?: number;
  /** Calls that may wait for a slot. @default 0; for a use that gives `maxWait`, as many as there are slots */
  readonly maxQueue?: number;
  /**
   * Who gets the next slot among those of one priority: the oldest ('fifo'), the newest ('lifo'), or the oldest until calls have been waiting for 2 s
   * without a break, and the newest from then on ('adaptive'): when some must lose, those who have waited longest lose least.
   * @default 'fifo'
   */
  readonly order?: QueueOrder;
  /**
   * Finds by itself how many calls may run at a time, up to `maxConcurrent`, by watching how they fare: an algorithm ('aimd', 'vegas', 'gradient2'),
   * or one with its options. false takes back what a wider layer says.
   */
  readonly adaptive?: AdaptiveChoice;
}

/** How many calls of a method run at the same time. */
export interface BulkheadOptions extends BulkheadSizes, SharingOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** How long a call may wait for a slot. @default Infinity */
  readonly maxWait?: Duration;
  /** The slots that a call takes: a whole number, or a function of its arguments (`this` is the instance). @default 1 */
  readonly weight?: Weight;
  /**
   * How much a call matters, 'critical', 'high', 'normal' or 'low', or a function of its arguments (`this` is the instance): the higher goes first, and
   * keeps its place when there is not room for all. Protected calls within it inherit it. Without it, or where the function returns undefined: that
   * of the call around, or else 'normal'.
   */
  readonly priority?: PriorityChoice;
  /**
   * For an adaptive bulkhead: these errors say that the callee had too much to do.
   * @default timeouts, HTTP 429 and 503, and refusals by policies further in
   */
  readonly on?: ErrorMatcher | readonly ErrorMatcher[];
  /** For an adaptive bulkhead: these errors count as successes do; asked before `on`. */
  readonly except?: ErrorMatcher | readonly ErrorMatcher[];
  /** For an adaptive bulkhead: these errors say nothing, as do all that no rule names; asked before `except`. */
  readonly ignore?: ErrorMatcher | readonly ErrorMatcher[];
}

const sizeEntries = {
  maxConcurrent: maybe(count({ min: 1 })),
  maxQueue: maybe(count()),
  order: optional(oneOf('fifo', 'lifo', 'adaptive'), 'fifo'),
  adaptive: maybe(adaptiveCheck()),
} as const;

/** What one use may be given: the sizes of its bulkhead, and its own. */
export const bulkheadOptions = options<BulkheadOptions>()(
  '@Bulkhead',
  {
    enabled: optional(flag(), true),
    ...sizeEntries,
    maxWait: maybe(duration()),
    weight: optional(that<Weight>(isWeight, weightRule), 1),
    priority: maybe(that<PriorityChoice>(isPriorityChoice, priorityRule)),
    on: matchers(),
    except: matchers(),
    ignore: matchers(),
    ...sharingOptions,
  },
  ({ name, scope, adaptive, ...given }) => {
    const option = (['on', 'except', 'ignore'] as const).find((rule) => given[rule] !== undefined);
    const shares = name !== undefined || scope === 'class'; // with others that may say how it adapts
    if (option === undefined || adaptive || shares) return undefined;
    return { option, rule: 'needs adaptive: nothing else in a bulkhead judges errors' };
  },
);

/** What a bulkhead must know. */
export const bulkheadSizes = options<BulkheadSizes>()('@Bulkhead', sizeEntries, (given) =>
  given.adaptive ? adaptiveFault(given.adaptive, most(given)) : undefined,
);

/** The settings of one use. */
export type BulkheadUseSettings = ReturnType<typeof bulkheadOptions.complete>;

/** The sizes of a bulkhead, complete. */
export interface BulkheadSettings {
  readonly maxConcurrent: number;
  /** Undefined: as many as there are slots, for those who may wait. */
  readonly maxQueue: number | undefined;
  readonly order: QueueOrder;
  /** How it finds its limit; undefined: it is `maxConcurrent`. */
  readonly adaptive: AdaptiveSettings | undefined;
}

const known = new WeakMap<BulkheadSizes, BulkheadSettings>();

/** Fills in the sizes of a bulkhead: once for the bulkheads of all keys of a name, which are given the same. */
export function bulkheadSettings(given: BulkheadSizes, name: string): BulkheadSettings {
  const settings = known.get(given) ?? complete(given, name);
  known.set(given, settings);
  return settings;
}

/** Options of two layers together: where the nearer one wants no adaptation, the judgement for it goes as well. */
export function mergedBulkhead(further: BulkheadOptions, nearer: BulkheadOptions): BulkheadOptions {
  if (nearer.adaptive !== false) return { ...further, ...nearer };
  const { on: _on, except: _except, ignore: _ignore, ...rest } = further;
  return { ...rest, ...nearer };
}

/** The part of a use's options that belongs to the bulkhead. */
export function ofBulkhead(given: BulkheadOptions): BulkheadSizes {
  return Object.fromEntries(Object.entries(given).filter(([option]) => bulkheadSizes.names.includes(option)));
}

function complete(given: BulkheadSizes, name: string): BulkheadSettings {
  const { maxQueue, order, ...sizes } = bulkheadSizes.complete(given, name);
  const maxConcurrent = most(sizes);
  const adaptive = sizes.adaptive ? adaptiveSettings(sizes.adaptive, maxConcurrent) : undefined;
  return { maxConcurrent, maxQueue, order, adaptive };
}

function most({
  maxConcurrent,
  adaptive,
}: {
  readonly maxConcurrent?: number | undefined;
  readonly adaptive?: unknown;
}): number {
  return maxConcurrent ?? (adaptive ? 200 : 10);
}
