import {
  anything,
  callback,
  type ErrorRules,
  faultless,
  flag,
  isClass,
  matchers,
  maybe,
  optional,
  options,
  that,
} from '../../core/index.js';
import { orderFault } from './rule-order.js';

/** A class whose instances give substitutes. */
export interface FallbackSource {
  fallback(error: unknown, ...args: never[]): unknown;
}

/** A class that makes a `FallbackSource`. */
export type FallbackSourceClass = abstract new (...args: never[]) => FallbackSource;

/** One substitute and the errors that it is for; exactly one of `value`, `call`, `method`, `use`. */
export interface FallbackRule extends Omit<ErrorRules, 'ignore'> {
  /** The substitute itself. */
  readonly value?: unknown;
  /** Gives the substitute from the error and the arguments; `this` is the instance. */
  // biome-ignore lint/suspicious/noExplicitAny: the decorator checks the arguments against the method
  readonly call?: (this: any, error: unknown, ...args: any[]) => unknown;
  /** A public method of the same class, called with the same arguments. */
  readonly method?: string;
  /** A class from the container, or constructed once where there is none. */
  readonly use?: FallbackSourceClass;
}

/** What is answered when a call has failed for good. */
export interface FallbackOptions extends FallbackRule {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** Several, the most specific first. */
  readonly chain?: readonly FallbackRule[];
}

const forms = ['value', 'call', 'method', 'use'] as const;

const ruleEntries = {
  value: anything(),
  call: maybe(callback<NonNullable<FallbackRule['call']>>()),
  method: maybe(
    that<string>((value) => typeof value === 'string' && value !== '', 'must be the name of a public method'),
  ),
  use: maybe(that<FallbackSourceClass>(isClass, 'must be a class with a method fallback(error, ...args)')),
  on: matchers(),
  except: matchers(),
} as const;

const fallbackRule = options<FallbackRule>()('@Fallback', ruleEntries);

export const fallbackOptions = options<FallbackOptions>()('@Fallback', {
  enabled: optional(flag(), true),
  chain: maybe(faultless(chainFault)),
  ...ruleEntries,
});

/** Checks that a rule gives exactly one substitute; tells what is wrong otherwise. */
export function formFault(rule: FallbackRule): string | undefined {
  const given = forms.filter((form) => (form === 'value' ? form in rule : rule[form] !== undefined));
  if ('chain' in rule) return given.length === 0 ? undefined : `has chain and ${given.join(' and ')}: one is enough`;
  if (given.length === 1) return undefined;
  return given.length === 0 ? `must have one of ${forms.join(', ')}` : `has ${given.join(' and ')}: one is enough`;
}

/** Checks several substitutes; tells what is wrong. */
function chainFault(rules: readonly FallbackRule[]): string | undefined {
  return isChain(rules)
    ? orderFault(rules)
    : 'must be a list of substitutes, each with one of value, call, method, use';
}

function isChain(value: unknown): boolean {
  return (
    Array.isArray(value) &&
    value.length > 0 &&
    value.every((rule) => fallbackRule.check(rule) && formFault(rule) === undefined)
  );
}
