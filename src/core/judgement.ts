import type { CurrentCall } from './call-view.js';
import { that } from './checks.js';
import { isPermanent } from './marks.js';
import { maybe, type Option } from './options.js';

/** A class of errors, a code, or a test of the error and its call. */
export type ErrorMatcher = ErrorClass | string | ((error: unknown, call: CurrentCall) => boolean);

/** A class that errors are instances of, abstract ones included. */
// biome-ignore lint/suspicious/noExplicitAny: an error's constructor may take anything
export type ErrorClass = abstract new (...args: any[]) => unknown;

/** Which errors count as what: `ignore` before `except` before `on`. */
export interface ErrorRules {
  /** These are failures; all others are not. Without it, everything thrown is, except what is marked permanent. */
  readonly on?: ErrorMatcher | readonly ErrorMatcher[];
  /** These are answers of the callee, not failures. */
  readonly except?: ErrorMatcher | readonly ErrorMatcher[];
  /** These say nothing. */
  readonly ignore?: ErrorMatcher | readonly ErrorMatcher[];
}

/** What an error says about the callee. */
export type Verdict = 'failure' | 'success' | 'neutral';

/** Judges an error by the rules of one use. */
export type Judge = (error: unknown, call: CurrentCall) => Verdict;

/** Tells whether an error is one of some matchers. */
export type Match = (error: unknown, call: CurrentCall) => boolean;

/** An option that takes matchers: one, or several. */
export function matchers(): Option<
  ErrorMatcher | readonly ErrorMatcher[] | undefined,
  ErrorMatcher | readonly ErrorMatcher[] | undefined
> {
  return maybe(that(isMatchers, 'must be an error class, a code, a predicate, or a list of them'));
}

/** Makes the judge for some rules, once. */
export function judgeBy(
  rules: Partial<Readonly<Record<'on' | 'except' | 'ignore', ErrorMatcher | readonly ErrorMatcher[] | undefined>>>,
): Judge {
  const on = rules.on === undefined ? undefined : matchAny(rules.on);
  const except = rules.except === undefined ? undefined : matchAny(rules.except);
  const ignore = rules.ignore === undefined ? undefined : matchAny(rules.ignore);
  return (error, call) => {
    if (ignore?.(error, call)) return 'neutral';
    if (except?.(error, call)) return 'success';
    const failed = on === undefined ? !isPermanent(error) : on(error, call);
    return failed ? 'failure' : 'success';
  };
}

/** Makes one test of several matchers. */
export function matchAny(given: ErrorMatcher | readonly ErrorMatcher[]): Match {
  const tests = (Array.isArray(given) ? given : [given]).map(matchOne);
  return (error, call) => tests.some((test) => test(error, call));
}

function matchOne(matcher: ErrorMatcher): Match {
  if (typeof matcher === 'string') return (error) => codeOf(error) === matcher;
  if (isClass(matcher)) return (error) => error instanceof matcher;
  return matcher as Match;
}

/** Tells a class from a predicate: it inherits from Error, or is written as a class. */
export function isClass(value: unknown): value is ErrorClass {
  if (typeof value !== 'function') return false;
  return (
    value === Error || value.prototype instanceof Error || /^class\b/.test(Function.prototype.toString.call(value))
  );
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null ? (error as { readonly code?: unknown }).code : undefined;
}

function isMatchers(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 && value.every(isMatcher) : isMatcher(value);
}

function isMatcher(value: unknown): boolean {
  return typeof value === 'function' || (typeof value === 'string' && value !== '');
}
