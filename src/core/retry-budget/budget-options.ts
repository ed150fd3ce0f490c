import { count, duration, quantity, rate } from '../checks.js';
import type { Duration } from '../duration.js';
import { maybe, options, type Rule } from '../options.js';

/** A share of the calls of the last time, and a floor per second: Finagle's rule, and the usual one. */
export interface RatioBudgetOptions {
  /** Extra attempts for each call. @default 0.2 */
  readonly ratio?: number;
  /** So many per second are granted besides, for those who call little. @default 10 */
  readonly minPerSecond?: number;
  /** For how long a call counts. @default '10s' */
  readonly ttl?: Duration;
}

/** A share of what is in flight, and a floor: Envoy's rule. */
export interface InFlightBudgetOptions {
  /** Extra attempts are granted while those in flight are at most this share of all attempts in flight, themselves included. */
  readonly inFlight: number;
  /** So many may be in flight in any case. @default 3 */
  readonly min?: number;
}

/** A stock that comes back by successes: AWS's rule. */
export interface QuotaBudgetOptions {
  /** The stock. */
  readonly quota: number;
  /** What an extra attempt costs; it comes back when that attempt succeeds. @default 5 */
  readonly cost?: number;
  /** What one costs after a timeout. @default twice `cost` */
  readonly timeoutCost?: number;
}

/** Tokens that failures cost and successes give back: gRPC's rule. */
export interface TokenBudgetOptions {
  /** The most tokens, up to 1000; extra attempts are granted while there are more than half. */
  readonly tokens: number;
  /** What a success gives back; a failure costs 1. Counted in thousandths. @default 0.1 */
  readonly tokenRatio?: number;
}

/** How a budget grants extra attempts: the options of one of the four rules. */
export type BudgetOptions =
  | Only<RatioBudgetOptions>
  | Only<InFlightBudgetOptions>
  | Only<QuotaBudgetOptions>
  | Only<TokenBudgetOptions>;

/** These options and none of another rule. */
type Only<Rule> = Rule & { readonly [Option in Exclude<keyof GivenBudget, keyof Rule>]?: never };

/** The options of whatever rule, before anybody looked which. */
export interface GivenBudget
  extends RatioBudgetOptions,
    Partial<InFlightBudgetOptions>,
    Partial<QuotaBudgetOptions>,
    Partial<TokenBudgetOptions> {}

/** The rules, each with its options and their defaults; one without a default must be given, and says which rule it is. */
const rules = {
  ratio: { ratio: 0.2, minPerSecond: 10, ttl: '10s' },
  inFlight: { inFlight: undefined, min: 3 },
  quota: { quota: undefined, cost: 5, timeoutCost: undefined },
  tokens: { tokens: undefined, tokenRatio: 0.1 },
} as const satisfies Readonly<Record<string, GivenBudget | Readonly<Record<string, unknown>>>>;

/** By which rule a budget grants. */
export type BudgetRule = keyof typeof rules;

const names = Object.keys(rules) as readonly BudgetRule[];

/** A budget's options, as a registry takes them. */
const budgetOptions = options<GivenBudget>()(
  'RetryBudget',
  {
    ratio: maybe(rate()),
    minPerSecond: maybe(quantity({ min: 0, max: 1_000_000 })),
    ttl: maybe(duration({ min: 100, max: 3_600_000 })),
    inFlight: maybe(rate()),
    min: maybe(count()),
    quota: maybe(count({ min: 1 })),
    cost: maybe(count({ min: 1 })),
    timeoutCost: maybe(count({ min: 1 })),
    tokens: maybe(count({ min: 1, max: 1000 })),
    tokenRatio: maybe(quantity({ min: 0.001, max: 1000 })),
  },
  onlyOneRule,
  theRuleItself,
  ({ quota = Number.POSITIVE_INFINITY, cost, timeoutCost }) => tooDear(quota, { cost, timeoutCost }),
);

/** The options as they are in force: those of the rule, complete. */
export type BudgetSettings = ReturnType<typeof budgetOptions.complete>;

/** Checks a budget's options, and fills in the defaults of their rule. */
export function completeBudget(given: GivenBudget, name: string): BudgetSettings {
  const checked = budgetOptions.check(given, name);
  budgetOptions.complete(checked, name); // before defaults could hide which options were given
  const settings = budgetOptions.complete({ ...rules[ruleOf(checked)], ...checked } as GivenBudget, name);
  return settings.cost === undefined
    ? settings
    : { ...settings, timeoutCost: settings.timeoutCost ?? 2 * settings.cost };
}

/** The rule that some options are of. */
export function ruleOf(given: Given): BudgetRule {
  return names.find((rule) => firstOf(rule, given) !== undefined) ?? 'ratio';
}

type Given = { readonly [Option in keyof GivenBudget]?: unknown };

function firstOf(rule: BudgetRule, given: Given): string | undefined {
  return Object.keys(rules[rule]).find((option) => given[option as keyof GivenBudget] !== undefined);
}

function onlyOneRule(given: Given): ReturnType<Rule<Given>> {
  const [one, other] = names.map((rule) => firstOf(rule, given)).filter((option) => option !== undefined);
  if (one === undefined || other === undefined) return undefined;
  return { option: other, rule: `and ${one} belong to different kinds of budget: give those of one` };
}

function theRuleItself(given: Given): ReturnType<Rule<Given>> {
  const rule = ruleOf(given);
  if (rule === 'ratio' || given[rule] !== undefined) return undefined;
  return { option: rule, rule: `must be given beside ${firstOf(rule, given)}` };
}

function tooDear(quota: number, costs: Readonly<Record<string, number | undefined>>): ReturnType<Rule<Given>> {
  const [option, value] = Object.entries(costs).find(([, cost]) => cost !== undefined && cost > quota) ?? [];
  if (option === undefined) return undefined;
  return { option, rule: `must not be above quota (${quota}): nothing could ever be granted`, value };
}
