import {
  type Call,
  type CalleeJudge,
  type CalleeRules,
  type Channel,
  type Clock,
  calleeJudge,
  type EventBus,
  type Events,
  isTimeout,
  type Next,
  type Outcomes,
  rejectSoon,
  type Services,
} from '../../core/index.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { CircuitUseOptions } from './circuit-breaker-options.js';
import type { CircuitOpenError } from './circuit-open-error.js';
import { failed, type Outcome, slow, succeeded, timedOut } from './outcome.js';
import { type Passage, unwatched } from './passage.js';

/** How one use of a circuit judges its calls, complete. */
export interface Judgement extends CalleeRules {
  readonly whenResult?: CircuitUseOptions['whenResult'] | undefined;
  readonly slowCall?: number | undefined;
  readonly maxWait: number;
}

/** Leads the calls of one use past a circuit, and tells it what became of them. */
export class Guard {
  readonly stats = { refused: 0, waited: 0 };
  readonly #clock: Clock;
  readonly #events: EventBus;
  readonly #refusals: Channel<Events['circuit.refused']>;
  readonly #waits: Channel<Events['circuit.waited']>;
  readonly #judge: CalleeJudge;
  readonly #failsBy: ((result: unknown) => boolean) | undefined;
  readonly #slowCall: number | undefined;
  readonly #maxWait: number;

  constructor(judgement: Judgement, { clock, events }: Pick<Services, 'clock' | 'events'>) {
    this.#clock = clock;
    this.#events = events;
    this.#refusals = events.channel('circuit.refused');
    this.#waits = events.channel('circuit.waited');
    this.#judge = calleeJudge(judgement, (fault, call) => this.#blame(fault, call));
    this.#failsBy = judgement.whenResult as ((result: unknown) => boolean) | undefined;
    this.#slowCall = judgement.slowCall;
    this.#maxWait = judgement.maxWait;
  }

  /** Puts one circuit before the rest: the shortest way for calls that pass and are judged by success and failure alone. */
  before(circuit: CircuitBreaker, next: Next, outcomes?: Outcomes): Next {
    const { live } = circuit;
    if (outcomes !== undefined) return this.#counting(circuit, next, outcomes);
    if (this.#looksCloser) return (call) => this.pass(circuit, call, next);
    return (call) => {
      const passage = live.enter();
      if (passage === undefined) return this.#otherwise(circuit, call, next);
      const outcome = next(call);
      outcome.then(passage.succeed, (error) => this.#failed(passage, call, error, succeeded));
      return outcome;
    };
  }

  /** The same where nobody stands further out: the outcome of the call is counted by the way. */
  #counting(circuit: CircuitBreaker, next: Next, outcomes: Outcomes): Next {
    const { live } = circuit;
    if (this.#looksCloser) return (call) => outcomes.of(this.pass(circuit, call, next), call);
    let accepted = accepting(unwatched, outcomes); // the calls of one state share their passage
    return (call) => {
      const passage = live.enter();
      if (passage === undefined) return outcomes.of(this.#otherwise(circuit, call, next), call);
      if (passage !== accepted.passage) accepted = accepting(passage, outcomes);
      return next(call).then(accepted.accept, (error) => {
        this.#failed(passage, call, error, succeeded);
        outcomes.failed(error, call);
        throw error;
      });
    };
  }

  /** Lets a call through, lets it wait, or refuses it. */
  pass(circuit: CircuitBreaker, call: Call, next: Next): Promise<unknown> {
    const passage = circuit.live.enter();
    return passage === undefined ? this.#otherwise(circuit, call, next) : this.#through(passage, call, next);
  }

  get #looksCloser(): boolean {
    return this.#failsBy !== undefined || this.#slowCall !== undefined;
  }

  #otherwise(circuit: CircuitBreaker, call: Call, next: Next): Promise<unknown> {
    const waiting = this.#maxWait > 0 ? this.#wait(circuit, call, next) : undefined;
    return waiting ?? rejectSoon(this.#refusal(circuit, call));
  }

  #through(passage: Passage, call: Call, next: Next): Promise<unknown> {
    if (this.#looksCloser) return this.#watched(passage, call, next);
    const outcome = next(call);
    outcome.then(passage.succeed, (error) => this.#failed(passage, call, error, succeeded));
    return outcome;
  }

  #watched(passage: Passage, call: Call, next: Next): Promise<unknown> {
    const startedAt = this.#slowCall === undefined ? 0 : this.#clock.now();
    const outcome = next(call);
    outcome.then(
      (value) => passage.settle(this.#ofValue(value, call) | this.#pace(startedAt), undefined, value),
      (error) => this.#failed(passage, call, error, this.#pace(startedAt)),
    );
    return outcome;
  }

  #wait(circuit: CircuitBreaker, call: Call, next: Next): Promise<unknown> | undefined {
    return circuit.gate.wait(call, this.#maxWait, {
      go: (passage, waited) => {
        this.stats.waited++;
        if (this.#waits.heard) this.#waits.emit({ site: call.site, circuit: circuit.name, waited });
        return this.#through(passage, call, next);
      },
      refusal: () => this.#refusal(circuit, call),
    });
  }

  #refusal(circuit: CircuitBreaker, { site }: Call): CircuitOpenError {
    const refusal = circuit.gate.refuse(site);
    this.stats.refused++;
    if (this.#refusals.heard) this.#refusals.emit({ site, circuit: circuit.name, retryAfter: refusal.retryAfter });
    return refusal;
  }

  #failed(passage: Passage, call: Call, error: unknown, pace: Outcome): void {
    const verdict = this.#judge(error, call);
    if (verdict === 'neutral') passage.ignore();
    else if (verdict === 'success') passage.settle(succeeded | pace, undefined);
    else passage.settle(failed | pace | (isTimeout(error) ? timedOut : 0), error);
  }

  #ofValue(value: unknown, call: Call): Outcome {
    try {
      return this.#failsBy?.(value) ? failed : succeeded;
    } catch (fault) {
      this.#blame(fault, call);
      return succeeded;
    }
  }

  #pace(startedAt: number): Outcome {
    return this.#slowCall !== undefined && this.#clock.now() - startedAt > this.#slowCall ? slow : 0;
  }

  #blame(fault: unknown, { site }: Call): void {
    this.#events.blame(fault, `${site} @CircuitBreaker`);
  }
}

/** What hears of successes by one passage: made once for all calls that share it. */
interface Accepting {
  readonly passage: Passage;
  readonly accept: (value: unknown) => unknown;
}

function accepting(passage: Passage, outcomes: Outcomes): Accepting {
  const { succeed } = passage;
  const { succeeded: count } = outcomes;
  const accept = (value: unknown) => {
    succeed();
    return count(value);
  };
  return { passage, accept };
}
