import {
  type Call,
  type ErrorRules,
  type EventBus,
  isRejected,
  isTimeout,
  type Match,
  matchAny,
  TimeoutError,
} from '../../core/index.js';

/** What a call that failed says of the limit: the callee had too much to do, it took its time as if it had succeeded, or nothing. */
export type Judgement = 'dropped' | 'fine' | 'nothing';

/** Says of an error what it tells about the limit; never throws. */
export type OverloadJudge = (error: unknown, call: Call) => Judgement;

/** Which errors of one use say what; without `on`, those that tell of overload by themselves count as dropped. */
export type OverloadRules = { readonly [Rule in keyof ErrorRules]?: ErrorRules[Rule] | undefined };

/** Makes the judge for one use. A predicate that throws leaves the error without a meaning, and is reported. */
export function overloadJudge({ on, except, ignore }: OverloadRules, events: EventBus): OverloadJudge {
  const dropped: Match = on === undefined ? tellsOverload : matchAny(on);
  const fine = except === undefined ? undefined : matchAny(except);
  const nothing = ignore === undefined ? undefined : matchAny(ignore);
  return (error, call) => {
    try {
      if (nothing?.(error, call)) return 'nothing';
      if (fine?.(error, call)) return 'fine';
      return dropped(error, call) ? 'dropped' : 'nothing';
    } catch (fault) {
      events.blame(fault, `${call.site} @Bulkhead`);
      return 'nothing';
    }
  };
}

/** Judges where nobody said how: by what tells of overload by itself. */
export const usualJudge: OverloadJudge = (error) => (tellsOverload(error) ? 'dropped' : 'nothing');

/** Tells whether an error says that there is too much to do: a timeout, an HTTP status that says so, or a refusal by a policy further in. */
function tellsOverload(error: unknown): boolean {
  if (error instanceof TimeoutError) return error.scope !== 'inherited'; // the caller's patience, not the callee's doing
  return isRejected(error) || isTimeout(error) || hasStatus(error, 429) || hasStatus(error, 503);
}

function hasStatus(error: unknown, status: number): boolean {
  if (typeof error !== 'object' || error === null) return false;
  const { status: own, response } = error as { readonly status?: unknown; readonly response?: unknown };
  return own === status || (response as { readonly status?: unknown } | null | undefined)?.status === status;
}
