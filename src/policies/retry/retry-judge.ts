import {
  type Call,
  type CurrentCall,
  type ErrorMatcher,
  InvalidOptionsError,
  isClass,
  isPermanent,
  isRejected,
  isUnrepeatable,
  isUsedUp,
  matchAny,
  type Outcome,
  RejectedError,
  RuntimeDisposedError,
} from '../../core/index.js';
import type { RetrySettings } from './retry-options.js';

/** Tells whether an outcome is worth another attempt; `usedUpBefore` is how often retries had been used up when its attempt started. */
export type Repeatable = (outcome: Outcome, call: Call, usedUpBefore: number) => boolean;

type Judging = Pick<RetrySettings, 'on' | 'except' | 'nested' | 'whenResult' | 'policy'>;

/** Makes the test for one use of Retry, once. */
export function repeatable(settings: Judging): Repeatable {
  const by = settings;
  const { policy, nested } = settings;
  if (policy !== undefined) {
    return (outcome, call, usedUpBefore) =>
      !isFinal(outcome, { nested, by }, usedUpBefore) && policy.shouldRetry(call.attempt, outcome) === true;
  }
  const retriable = retriableErrors(settings);
  const accepts = settings.whenResult as ((result: unknown) => boolean) | undefined;
  return (outcome, call, usedUpBefore) =>
    outcome.ok
      ? accepts?.(outcome.value) === true
      : !isFinal(outcome, { nested, by }, usedUpBefore) && retriable(outcome.error, call);
}

/** No rule of the user's has a say: nothing runs in a disposed runtime, a wrong option stays wrong, nothing is done twice, and one layer retries. */
function isFinal(
  outcome: Outcome,
  { nested, by }: { readonly nested: boolean; readonly by: object },
  usedUpBefore: number,
): boolean {
  if (outcome.ok) return false;
  if (outcome.error instanceof RuntimeDisposedError || outcome.error instanceof InvalidOptionsError) return true;
  return isUnrepeatable(outcome.error) || (!nested && isUsedUp(outcome.error, usedUpBefore, by));
}

function retriableErrors({ on, except }: Judging) {
  const failed = on === undefined ? undefined : matchAny(on);
  const excepted = except === undefined ? undefined : matchAny(except);
  const refusals = namesRefusals(on);
  return (error: unknown, call: CurrentCall): boolean => {
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
