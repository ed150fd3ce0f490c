import { Alarm, type Clock } from '../../core/index.js';

/** Waits until something is over, whatever becomes of it, but at most so many milliseconds; it goes on then. */
export function doneOrLate(outcome: Promise<unknown>, clock: Clock, patience: number): Promise<void> {
  return new Promise((resolve) => {
    const limit = new Patience(resolve);
    clock.arm(limit, clock.now() + patience);
    const over = () => {
      clock.disarm(limit);
      resolve();
    };
    outcome.then(over, over);
  });
}

class Patience extends Alarm {
  readonly #over: () => void;

  constructor(over: () => void) {
    super();
    this.#over = over;
  }

  override ring(): void {
    this.#over();
  }
}
