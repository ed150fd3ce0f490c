import {
  type Call,
  type EventBus,
  isRejected,
  isResilienceError,
  isUsedUp,
  judgeBy,
  type Outcome,
  RuntimeDisposedError,
} from '../../core/index.js';
import type { Copy } from './copy.js';
import type { HedgeSettings } from './hedge-options.js';

/** What that makes of it: it has the callee's answer, it failed, or it was refused by ourselves, as the next one would be. */
export type CopyVerdict = 'answered' | 'failed' | 'refused';

/** Judges what the copies of one use come to. */
export class HedgeJudge {
  readonly #events: EventBus;
  readonly #errors: ReturnType<typeof judgeBy>;
  readonly #choosy: boolean;
  readonly #failsBy: ((result: unknown) => boolean) | undefined;

  constructor({ on, except, whenResult }: Pick<HedgeSettings, 'on' | 'except' | 'whenResult'>, events: EventBus) {
    this.#events = events;
    this.#errors = judgeBy({ on, except });
    this.#choosy = on !== undefined;
    this.#failsBy = whenResult as ((result: unknown) => boolean) | undefined;
  }

  /** A predicate that throws leaves the outcome what it is. */
  verdict(outcome: Outcome, { call, usedUpBefore }: Pick<Copy, 'call' | 'usedUpBefore'>): CopyVerdict {
    try {
      if (!outcome.ok && isUsedUp(outcome.error, usedUpBefore, this)) return 'refused';
      return outcome.ok ? this.#ofValue(outcome.value) : this.#ofError(outcome.error, call);
    } catch (fault) {
      this.#events.blame(fault, `${call.site} @Hedge`);
      return 'answered';
    }
  }

  #ofValue(value: unknown): CopyVerdict {
    return this.#failsBy?.(value) === true ? 'failed' : 'answered';
  }

  #ofError(error: unknown, call: Call): CopyVerdict {
    if (!call.started && isResilienceError(error)) return 'refused';
    if (this.#errors(error, call) !== 'failure') return 'answered';
    return !this.#choosy && refusesAll(error) ? 'refused' : 'failed';
  }
}

/** What refused a protected call within the method would refuse that of the next copy too. */
function refusesAll(error: unknown): boolean {
  return isRejected(error) || error instanceof RuntimeDisposedError;
}
