import {
  type Call,
  type CurrentCall,
  type ErrorMatcher,
  isClass,
  isPermanent,
  isRejected,
  isUsedUp,
  matchAny,
  RejectedError,
  RuntimeDisposedError,
} from '../../core/index.js';
import type { RetrySettings } from './retry-options.js';

/** How one attempt came out. */
export type Outcome = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

/** Tells whether an outcome is worth another attempt; `usedUpBefore` is how often retries had been used up when its attempt started. */
export type Repeatable = (outcome: Outcome, call: Call, usedUpBefore: number) => boolean;

/** Makes the test for one use of Retry, once. */
export function repeatable(settings: Pick<RetrySettings, 'on' | 'except' | 'nested' | 'whenResult'>): Repeatable {
  const retriable = retriableErrors(settings);
  const accepts = settings.whenResult as ((result: unknown) => boolean) | undefined;
  return (outcome, call, usedUpBefore) =>
    outcome.ok ? accepts?.(outcome.value) === true : retriable(outcome.error, call, usedUpBefore);
}

function retriableErrors({ on, except, nested }: Pick<RetrySettings, 'on' | 'except' | 'nested'>) {
  const failed = on === undefined ? undefined : matchAny(on);
  const excepted = except === undefined ? undefined : matchAny(except);
  const refusals = namesRefusals(on);
  return (error: unknown, call: CurrentCall, usedUpBefore: number): boolean => {
    if (error instanceof RuntimeDisposedError || (!nested && isUsedUp(error, usedUpBefore))) return false;
    if (excepted?.(error, call)) return false;
    if (isRejected(error)) return refusals?.(error, call) ?? false;
    return failed === undefined ? !isPermanent(error) : failed(error, call);
  };
}

/** A refusal is repeated only for those who name it: a class at or below RejectedError, a code, or a predicate. */
function namesRefusals(on: RetrySettings['on']) {
  const matchers: readonly ErrorMatcher[] = on === undefined ? [] : [on].flat();
  const naming = matchers.filter(
    (matcher) => !isClass(matcher) || matcher === RejectedError || matcher.prototype instanceof RejectedError,
  );
  return naming.length === 0 ? undefined : matchAny(naming);
}

/** When the callee, or our own refusal, says to come back: milliseconds from now, if it says so. */
export function retryAfterOf(outcome: Outcome): number | undefined {
  const source = outcome.ok ? outcome.value : outcome.error;
  if (typeof source !== 'object' || source === null) return undefined;
  const { retryAfter } = source as { readonly retryAfter?: unknown };
  return typeof retryAfter === 'number' && retryAfter >= 0 ? retryAfter : undefined;
}
