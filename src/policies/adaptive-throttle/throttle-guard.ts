import {
  type Call,
  type CalleeJudge,
  calleeJudge,
  type ErrorRules,
  type EventBus,
  type Next,
  rejectSoon,
} from '../../core/index.js';
import type { Throttle } from './throttle.js';

/** Leads the calls of one use past a throttle, and tells it what became of them. */
export class ThrottleGuard {
  readonly stats = { passed: 0, refused: 0 };
  readonly #judge: CalleeJudge;

  constructor(rules: { readonly [rule in keyof ErrorRules]: ErrorRules[rule] | undefined }, events: EventBus) {
    const { on, except, ignore } = rules;
    const blame = (fault: unknown, { site }: Call) => events.blame(fault, `${site} @AdaptiveThrottle`);
    this.#judge = calleeJudge({ on, except, ignore }, blame);
  }

  /** Lets a call through, or refuses it. */
  pass(throttle: Throttle, call: Call, next: Next): Promise<unknown> {
    const passage = throttle.enter();
    if (passage === undefined) return this.#refuse(throttle, call);
    this.stats.passed++;
    const outcome = next(call);
    outcome.then(passage.succeed, (error) => passage.settle(this.#judge(error, call)));
    return outcome;
  }

  #refuse(throttle: Throttle, { site }: Call): Promise<never> {
    this.stats.refused++;
    return rejectSoon(throttle.refuse(site));
  }
}
