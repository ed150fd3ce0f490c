import { Alarm, type Clock } from '../../core/index.js';
import type { HedgeDelay } from './hedge-delay.js';

/**
 * The time that a copy has before the next one starts. What comes then runs in a reaction, and so in the async context of the call: that in
 * which the one timer of all alarms rings is anybody's.
 */
export class Pause extends Alarm {
  readonly #clock: Clock;
  #end: () => void = nothing;
  #stopped = false;

  constructor(clock: Clock, over: () => void) {
    super();
    this.#clock = clock;
    new Promise<void>((resolve) => {
      this.#end = resolve;
    }).then(() => {
      if (!this.#stopped) over();
    });
  }

  begin(now: number, delay: number, { line }: HedgeDelay): void {
    if (line === undefined) this.#clock.arm(this, now + delay);
    else line.arm(this, now);
  }

  stop(): void {
    this.#stopped = true;
    this.#clock.disarm(this);
  }

  override ring(): void {
    this.#end();
  }
}

const nothing = () => undefined;
