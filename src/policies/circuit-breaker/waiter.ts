import { Alarm, type Call, keepContext } from '../../core/index.js';
import type { Passage } from './passage.js';

/** What comes of a wait. */
export interface AfterWait {
  /** The call was let through, after so many milliseconds. */
  go(passage: Passage, waited: number): Promise<unknown>;
  /** Its patience is over: what it is rejected with. */
  refusal(): unknown;
}

/** Where somebody waits. */
export interface Room {
  /** The patience of one is over. */
  timeOver(waiter: Waiter): void;
  /** One waits no longer. */
  leave(waiter: Waiter): void;
}

/** How the promise of one who waits is settled. */
export interface Settling {
  resolve(outcome: Promise<unknown>): void;
  reject(reason: unknown): void;
}

/** A call that waits for a circuit; it rings when its patience is over. */
export class Waiter extends Alarm {
  readonly call: Call;
  readonly #room: Room;
  readonly #since: number;
  readonly #after: AfterWait;
  readonly #settling: Settling;
  readonly #unwatch: () => void;
  /** It goes on as part of what its caller does, whoever lets it through. */
  readonly #asCaller = keepContext();

  constructor(room: Room, call: Call, since: number, after: AfterWait, settling: Settling) {
    super();
    this.call = call;
    this.#room = room;
    this.#since = since;
    this.#after = after;
    this.#settling = settling;
    this.#unwatch = call.onHalt(({ reason }) => {
      this.#leave();
      settling.reject(reason);
    });
  }

  override ring(): void {
    this.#room.timeOver(this);
  }

  go(passage: Passage, now: number): Promise<unknown> {
    this.#leave();
    const outcome = this.#asCaller(() => this.#after.go(passage, now - this.#since));
    this.#settling.resolve(outcome);
    return outcome;
  }

  refuse(): void {
    this.#leave();
    this.#settling.reject(this.#after.refusal());
  }

  #leave(): void {
    this.#unwatch();
    this.#room.leave(this);
  }
}
