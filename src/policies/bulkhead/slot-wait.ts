import { Alarm, type Call, type Clock } from '../../core/index.js';
import type { Patience } from './patience.js';
import type { Place } from './slots.js';

/** Hears of waits that were given up, in the same tick. */
export interface WaitingRoom {
  readonly clock: Clock;
  /** The longest wait is over; returns the refusal. */
  tooLong(wait: SlotWait): unknown;
  /** The call may wait no longer. */
  gaveUp(wait: SlotWait): void;
}

/** One call that waits for a slot, until it has one, has waited too long, or may wait no longer. */
export class SlotWait extends Alarm implements Place<SlotWait> {
  ahead: SlotWait | undefined = undefined;
  behind: SlotWait | undefined = undefined;
  readonly site: string;
  /** The longest wait in milliseconds, if there is one. */
  readonly longest: number | undefined;
  readonly #room: WaitingRoom;
  readonly #stop: () => void;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    call: Call,
    patience: Patience,
    room: WaitingRoom,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.site = call.site;
    this.longest = patience.maxWait;
    this.#room = room;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#stop = call.onHalt(({ reason }) => {
      this.#end();
      room.gaveUp(this);
      reject(reason);
    });
    patience.arm(this);
  }

  /** It has its slot. */
  admit(): void {
    this.#end();
    this.#resolve();
  }

  override ring(): void {
    this.#end();
    this.#reject(this.#room.tooLong(this));
  }

  #end(): void {
    this.#stop();
    this.#room.clock.disarm(this);
  }
}
