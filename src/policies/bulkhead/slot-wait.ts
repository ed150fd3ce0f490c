import { Alarm, type Call, type Clock } from '../../core/index.js';
import type { Demand } from './demand.js';
import type { Place } from './waiting-line.js';

/** Hears of waits that were given up, in the same tick. */
export interface WaitHost {
  readonly clock: Clock;
  /** The longest wait is over; returns the refusal. */
  tooLong(wait: SlotWait): unknown;
  /** The call may wait no longer. */
  gaveUp(wait: SlotWait): void;
}

/** One call that waits for slots, until it has them, has waited too long, loses its place, or may wait no longer. */
export class SlotWait extends Alarm implements Place<SlotWait> {
  ahead: SlotWait | undefined = undefined;
  behind: SlotWait | undefined = undefined;
  readonly site: string;
  readonly weight: number;
  readonly rank: number;
  /** The longest wait in milliseconds, if there is one. */
  readonly longest: number | undefined;
  readonly #host: WaitHost;
  readonly #stop: () => void;
  readonly #resolve: () => void;
  readonly #reject: (reason: unknown) => void;

  constructor(
    call: Call,
    { weight, rank, patience }: Demand,
    host: WaitHost,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    super();
    this.site = call.site;
    this.weight = weight;
    this.rank = rank;
    this.longest = patience.maxWait;
    this.#host = host;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#stop = call.onHalt(({ reason }) => {
      this.#end();
      reject(reason);
      host.gaveUp(this);
    });
    patience.arm(this);
  }

  /** It has its slots. */
  admit(): void {
    this.#end();
    this.#resolve();
  }

  /** It has lost its place; what the refusal sets off finds it gone. */
  refuse(refusal: () => unknown): void {
    this.#end();
    this.#reject(refusal());
  }

  override ring(): void {
    this.refuse(() => this.#host.tooLong(this));
  }

  #end(): void {
    this.#stop();
    this.#host.clock.disarm(this);
  }
}
