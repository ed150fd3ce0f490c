import { Alarm, type Call, type Clock, isRejected } from '../../core/index.js';
import { type Circuit, nextMove } from './circuit.js';
import type { Passage } from './passage.js';
import { type AfterWait, type Room, Waiter } from './waiter.js';

/** The circuit, as those who wait for it see it. */
export interface Door {
  /** The present circuit. */
  catchUp(): Circuit;
  /** Lets a call through, if it may. */
  enter(): Passage | undefined;
  /** Before this time it certainly lets no call through. */
  readonly soonest: number;
}

/** How many of those who waited may be under way at a time, and how many are; begun anew with each trial. */
interface Pace {
  width: number;
  underway: number;
}

/**
 * Calls that wait until a circuit lets them through: in order, and never all at once. As many as a trial takes go first; each success
 * makes room for one more, a refusal from further in halves that, so that they come back as fast as the rest can take them.
 */
export class WaitingRoom implements Room {
  readonly #door: Door;
  readonly #clock: Clock;
  readonly #waiters = new Set<Waiter>();
  readonly #wake = new Wake(this);
  /** How many have been let in. */
  admitted = 0;
  #pace: Pace;
  #busy = false;
  #again = false;

  constructor(door: Door, clock: Clock) {
    this.#pace = paceAt(door.catchUp());
    this.#door = door;
    this.#clock = clock;
  }

  get size(): number {
    return this.#waiters.size;
  }

  /** Waits; undefined when that is of no use: the circuit does not move within the call's patience. */
  wait(call: Call, maxWait: number, after: AfterWait): Promise<unknown> | undefined {
    const { halt } = call;
    if (halt) return Promise.reject(halt.reason);
    const now = this.#clock.now();
    if (this.#isHopeless(this.#door.catchUp(), now + maxWait, call.deadline)) return undefined;
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(this, call, now, after, { resolve, reject });
      this.#waiters.add(waiter);
      this.#clock.arm(waiter, now + maxWait);
      this.letIn();
    });
  }

  /** The circuit has moved: whoever has no hope left is refused, others may go; after an opening as many at a time as a trial takes. */
  moved(circuit: Circuit): void {
    if (circuit.is === 'half-open') this.#pace = paceAt(circuit);
    for (const waiter of this.#waiters) if (this.#isHopeless(circuit, waiter.at, waiter.call.deadline)) waiter.refuse();
    this.letIn();
  }

  /** Lets in whoever may go now. */
  letIn(): void {
    this.#again = true;
    if (this.#busy) return; // letting one in may move the circuit, which asks for this again
    this.#busy = true;
    while (this.#again) {
      this.#again = false;
      this.#letInOrder();
    }
    this.#busy = false;
    this.#watch();
  }

  timeOver(waiter: Waiter): void {
    this.#door.catchUp();
    if (!this.#waiters.has(waiter)) return;
    const passage = this.#door.enter(); // closed, but it was not its turn yet
    if (passage === undefined) waiter.refuse();
    else this.#send(waiter, passage);
  }

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#clock.disarm(waiter);
    if (this.#waiters.size === 0) this.#clock.disarm(this.#wake);
  }

  /** Tells whether the circuit is sure to refuse until a call's patience is over. */
  #isHopeless(circuit: Circuit, limit: number, deadline: number): boolean {
    if (circuit.is === 'forced-open') return true;
    if (circuit.is !== 'open') return false;
    const { soonest } = this.#door;
    return soonest > limit || soonest >= deadline;
  }

  #letInOrder(): void {
    for (const waiter of this.#waiters) {
      const passage = this.#pace.underway < this.#pace.width ? this.#door.enter() : undefined;
      if (passage === undefined) return;
      this.#send(waiter, passage);
    }
  }

  #send(waiter: Waiter, passage: Passage): void {
    this.admitted++;
    const pace = this.#pace;
    pace.underway++;
    waiter.go(passage, this.#clock.now()).then(
      () => this.#returned(pace, pace.width + 1),
      (error) => this.#returned(pace, isRejected(error) ? Math.max(1, Math.floor(pace.width / 2)) : pace.width),
    );
  }

  #returned(pace: Pace, width: number): void {
    pace.underway--;
    pace.width = width;
    this.letIn();
  }

  /** Somebody waits: be there when time alone moves the circuit. */
  #watch(): void {
    const at = this.#waiters.size === 0 ? Number.POSITIVE_INFINITY : nextMove(this.#door.catchUp());
    if (this.#wake.home !== undefined && this.#wake.at === at) return;
    this.#clock.disarm(this.#wake);
    if (at < Number.POSITIVE_INFINITY) this.#clock.arm(this.#wake, at);
  }
}

/** Rings when time alone moves the circuit. */
class Wake extends Alarm {
  readonly #room: WaitingRoom;

  constructor(room: WaitingRoom) {
    super();
    this.#room = room;
  }

  override ring(): void {
    this.#room.letIn();
  }
}

function paceAt(circuit: Circuit): Pace {
  return { width: circuit.is === 'half-open' ? circuit.trial.terms.calls : 1, underway: 0 };
}
