import {
  type BudgetChoice,
  budgetChoice,
  callback,
  count,
  type Duration,
  durationRule,
  type ErrorRules,
  flag,
  matchers,
  maybe,
  optional,
  options,
  parseDuration,
  read,
  that,
} from '../../core/index.js';

/** A delay that follows the method's own latencies of the last half minute. */
export interface LivePercentile {
  /** The share of calls that are faster than the delay, above 0 and at most 1. @default 0.95 */
  readonly percentile?: number;
  /** Latencies to know before any hedge is started by time; from 1 to 10 000. @default 20 */
  readonly warmup?: number;
}

/** When a slow call is made once more beside itself. */
export interface HedgeOptions extends Omit<ErrorRules, 'ignore'> {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** Says that running the method twice does no more than running it once, as a hedge may run it to its end twice: `true`, or there is no hedge. */
  readonly idempotent: true;
  /**
   * How long a copy may take before the next one starts beside it: a duration, or a percentile of recent latencies. 0 starts all at once;
   * Infinity, or a number below 0, starts one after a failure only.
   * @default { percentile: 0.95, warmup: 20 }
   */
  readonly delay?: Duration | LivePercentile;
  /** Copies beyond the first that one call may have; from 1 to 10. @default 1 */
  readonly maxHedges?: number;
  /** Takes a result that this accepts for a failed copy; when all fail, the first copy's is returned. */
  readonly whenResult?: (result: never) => boolean;
  /**
   * What hedges are taken from: `true` for the budget of the class, which Retry shares, `false` for none, the name of a shared one, or options.
   * @default true
   */
  readonly budget?: BudgetChoice;
}

const idempotentRule =
  'must be true, which says that running the method twice does no more than running it once: a hedge may run it to its end twice';
const delayRule =
  `must be a duration (${durationRule}), a number below 0 (only after a failure), or { percentile, warmup }: ` +
  'a rate above 0 and at most 1, and a whole number from 1 to 10000';

export const hedgeOptions = options<HedgeOptions>()(
  '@Hedge',
  {
    enabled: optional(flag(), true),
    idempotent: maybe(that<true>((value) => value === true, idempotentRule)),
    delay: optional(read(parseDelay, delayRule), {}),
    maxHedges: optional(count({ min: 1, max: 10 }), 1),
    on: matchers(),
    except: matchers(),
    whenResult: maybe(callback<(result: never) => boolean>()),
    budget: budgetChoice(),
  },
  ({ idempotent }) => (idempotent ? undefined : { option: 'idempotent', rule: idempotentRule }),
);

export type HedgeSettings = ReturnType<typeof hedgeOptions.complete>;

function parseDelay(delay: Duration | LivePercentile): number | Required<LivePercentile> | undefined {
  if (typeof delay === 'number' && delay < 0) return Number.POSITIVE_INFINITY;
  return typeof delay === 'object' ? parsePercentile(delay) : parseDuration(delay);
}

function parsePercentile(live: LivePercentile | null): Required<LivePercentile> | undefined {
  const { percentile = 0.95, warmup = 20, ...others } = live ?? { null: live };
  const known = Object.keys(others).length === 0 && !Array.isArray(live);
  const isRate = typeof percentile === 'number' && percentile > 0 && percentile <= 1;
  const isCount = Number.isInteger(warmup) && warmup >= 1 && warmup <= 10_000;
  return known && isRate && isCount ? { percentile, warmup } : undefined;
}
