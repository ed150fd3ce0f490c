import { Alarm, type Call, type Clock, isRejected } from '../../core/index.js';
import { type Circuit, nextMove } from './circuit.js';
import { type Pace, paceAt } from './pace.js';
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

/**
 * Calls that wait until a circuit lets them through: in order, and never all at once. As many as a trial takes go first; each success
 * makes room for one more, a refusal from further in halves that, so that they come back as fast as the rest can take them.
 *
 * Whoever has less time left than an answer takes is passed over: such a call would fail by its own timeout, and by that the trial of a callee
 * that is well again. Once somebody's patience has run out, the oldest of the others are as late, and a trial is made with the newest.
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
  /** Somebody's patience has run out since the room was last empty. */
  #late = false;
  /** How long the last of those took who were let in and succeeded, in milliseconds. */
  #takes = 0;

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
    for (const waiter of this.#waiters)
      if (this.#isHopeless(circuit, waiter.at, waiter.call.deadline)) this.#refuse(waiter);
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
    const inTime = waiter.call.deadline > this.#clock.now() + this.#takes;
    const passage = inTime ? this.#door.enter() : undefined; // closed, but it was not its turn yet
    if (passage === undefined) this.#refuse(waiter);
    else this.#send(waiter, passage);
  }

  leave(waiter: Waiter): void {
    this.#waiters.delete(waiter);
    this.#clock.disarm(waiter);
    if (this.#waiters.size > 0) return;
    this.#late = false;
    this.#clock.disarm(this.#wake);
  }

  #refuse(waiter: Waiter): void {
    this.#late = true;
    waiter.refuse();
  }

  /** Tells whether the circuit is sure to refuse until a call's patience is over. */
  #isHopeless(circuit: Circuit, limit: number, deadline: number): boolean {
    if (circuit.is === 'forced-open') return true;
    if (circuit.is !== 'open') return false;
    const { soonest } = this.#door;
    return soonest > limit || soonest >= deadline;
  }

  #letInOrder(): void {
    while (this.#waiters.size > 0) {
      const passage = this.#pace.underway < this.#pace.width ? this.#door.enter() : undefined;
      if (passage === undefined) return;
      this.#send(this.#next(), passage);
    }
  }

  /** The longest waiting of those with time for an answer; where none has, or for a trial once there are late ones, the one with most time. */
  #next(): Waiter {
    const enough = this.#late && this.#door.catchUp().is === 'half-open' ? Number.POSITIVE_INFINITY : this.#takes;
    const from = this.#clock.now() + enough;
    let next: Waiter | undefined;
    for (const waiter of this.#waiters) {
      if (waiter.call.deadline > from) return waiter;
      if (next === undefined || waiter.call.deadline > next.call.deadline) next = waiter;
    }
    return next as Waiter;
  }

  #send(waiter: Waiter, passage: Passage): void {
    this.admitted++;
    const pace = this.#pace;
    pace.underway++;
    const startedAt = this.#clock.now();
    waiter.go(passage, startedAt).then(
      () => {
        this.#takes = this.#clock.now() - startedAt;
        this.#returned(pace, pace.width + 1);
      },
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
