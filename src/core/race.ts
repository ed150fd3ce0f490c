import type { Call } from './call.js';
import { lifeOf } from './call-life.js';
import { type Ending, type Overrun, Watcher } from './lifetime.js';
import type { Next } from './policy.js';

/**
 * Lets a call that somebody outside may end reject in the same moment, whatever the method does then.
 * It stands where the attempt's timeout does, so that a slot further in is held until the method really settles.
 */
export function endable(next: Next): Next {
  return (call) => {
    if (call.interruptible) return unlessEnded(call, next);
    const outcome = next(call);
    return call.interruptible ? untilEnded(call, outcome) : outcome;
  };
}

function unlessEnded(call: Call, next: Next): Promise<unknown> {
  return call.ending === undefined ? untilEnded(call, next(call)) : Promise.reject(call.ending.reason);
}

/** The outcome, unless the call ends before. What comes later says nothing to anyone. */
export function untilEnded(call: Call, outcome: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve, reject) => new Endable(call, outcome, resolve, reject).begin());
}

/** One outcome that its call may end before. */
class Endable extends Watcher {
  readonly #call: Call;
  readonly #outcome: Promise<unknown>;
  readonly #resolve: (value: unknown) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    call: Call,
    outcome: Promise<unknown>,
    resolve: (value: unknown) => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.#call = call;
    this.#outcome = outcome;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  begin(): void {
    const { ending } = this.#call;
    if (ending !== undefined) {
      this.#outcome.catch(late);
      this.ended(ending);
      return;
    }
    lifeOf(this.#call).join(this);
    this.#outcome.then(
      (value) => {
        this.watched?.leave(this);
        this.#resolve(value);
      },
      (error) => {
        this.watched?.leave(this);
        this.#reject(error);
      },
    );
  }

  override ended({ reason, overrun }: Ending): void {
    if (overrun !== undefined && this.#call.started) goOn(this.#outcome, overrun);
    this.#reject(reason);
  }
}

/** The method goes on, for nobody: whoever ended it counts it until it settles, and takes its result. */
function goOn(outcome: Promise<unknown>, overrun: Overrun): void {
  overrun.zombies++;
  const settled = () => {
    overrun.zombies--;
    overrun.late++;
  };
  outcome.then((result) => {
    settled();
    overrun.take?.(result);
  }, settled);
}

function late(): void {} // the caller has its answer; a rejection that comes now is nobody's
