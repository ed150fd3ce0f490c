import { Alarm, type Call, letEnd } from '../../core/index.js';
import type { Demand } from './demand.js';
import type { Place } from './waiting-line.js';

/** Hears of waits that are over before their turn, in the same tick. */
export interface WaitHost {
  /** The longest wait is over. */
  tooLong(wait: SlotWait): void;
  /** The call has ended, for this reason. */
  gaveUp(wait: SlotWait, reason: unknown): void;
}

/** One call that waits for slots, until it has them, has waited too long, loses its place, or may wait no longer. */
export class SlotWait extends Alarm implements Place<SlotWait> {
  ahead: SlotWait | undefined = undefined;
  behind: SlotWait | undefined = undefined;
  readonly call: Call;
  readonly weight: number;
  readonly rank: number;
  /** The longest wait in milliseconds, if there is one. */
  readonly longest: number | undefined;
  /** It has its slots. */
  readonly admit: () => void;
  /** It gets none. */
  readonly refuse: (reason: unknown) => void;
  readonly #host: WaitHost;
  #unwatch: (() => void) | undefined;

  constructor(
    call: Call,
    { weight, rank, patience }: Demand,
    host: WaitHost,
    admit: () => void,
    refuse: (reason: unknown) => void,
  ) {
    super();
    this.call = call;
    this.weight = weight;
    this.rank = rank;
    this.longest = patience.maxWait;
    this.admit = admit;
    this.refuse = refuse;
    this.#host = host;
    this.#unwatch = mayEnd(call) ? call.watch(({ reason }) => host.gaveUp(this, reason)) : undefined;
    letEnd(call); // the method starts later, and may then take hold of its call
    patience.arm(this);
  }

  /** What would end the wait leaves it alone from now on. */
  unwatch(): void {
    if (this.#unwatch === undefined) return;
    this.#unwatch();
    this.#unwatch = undefined;
  }

  override ring(): void {
    this.#host.tooLong(this);
  }
}

/** Tells whether somebody may end a call whose method has not started: a timeout of an attempt, which a deadline tells of, or those who say so. */
function mayEnd({ interruptible, due }: Call): boolean {
  return interruptible || due !== undefined;
}
