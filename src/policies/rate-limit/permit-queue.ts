import { Alarm, type Call, type Channel, type Clock, type Events } from '../../core/index.js';
import type { Meter } from './meter.js';
import { type Place, WaitingLine } from './waiting-line.js';

/** Calls that wait for permits of one limiter, served in the order of arrival; one alarm, for whoever is next. */
export class PermitQueue extends Alarm {
  readonly #line = new WaitingLine<Waiter>();
  readonly #clock: Clock;
  readonly #limiter: string;
  readonly #told: Channel<Events['rateLimit.waited']>;
  meter: Meter;
  /** How many were served. */
  served = 0;

  constructor(limiter: string, meter: Meter, clock: Clock, told: Channel<Events['rateLimit.waited']>) {
    super();
    this.#limiter = limiter;
    this.meter = meter;
    this.#clock = clock;
    this.#told = told;
  }

  get size(): number {
    return this.#line.size;
  }

  /** When somebody who came now would have that many permits. */
  readyAt(weight: number, now: number): number {
    return this.meter.readyAt(weight, now, this.#line);
  }

  /** When the first of those who wait has its permits. */
  nextAt(now: number): number {
    const { first } = this.#line;
    return first === undefined ? now : this.meter.readyAt(first.weight, now);
  }

  /** Waits in line; resolves once the permits are taken, rejects in the tick in which the call may wait no longer. */
  join(call: Call, weight: number, now: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(call.site, weight, now, resolve);
      waiter.leave = call.onHalt(({ reason }) => {
        this.#remove(waiter);
        reject(reason);
        this.serve();
      });
      this.#line.join(waiter);
      if (this.#line.first === waiter) this.serve();
    });
  }

  /** Lets all pass whose permits are there by now, and sets the alarm for the next. */
  serve(): void {
    const now = this.#clock.now();
    for (
      let next = this.#line.first;
      next !== undefined && this.meter.take(next.weight, now);
      next = this.#line.first
    ) {
      this.#remove(next);
      this.#admit(next, now);
    }
    this.#clock.disarm(this);
    if (this.#line.first !== undefined) this.#clock.arm(this, this.nextAt(now));
  }

  override ring(): void {
    this.serve();
  }

  #admit(waiter: Waiter, now: number): void {
    this.served++;
    waiter.resolve();
    const { site, weight, since } = waiter;
    if (this.#told.heard) this.#told.emit({ site, limiter: this.#limiter, weight, waited: now - since });
  }

  #remove(waiter: Waiter): void {
    waiter.leave?.();
    this.#line.leave(waiter);
  }
}

class Waiter implements Place<Waiter> {
  readonly site: string;
  readonly weight: number;
  readonly since: number;
  readonly resolve: () => void;
  leave: (() => void) | undefined = undefined;
  ahead: Waiter | undefined = undefined;
  behind: Waiter | undefined = undefined;

  constructor(site: string, weight: number, since: number, resolve: () => void) {
    this.site = site;
    this.weight = weight;
    this.since = since;
    this.resolve = resolve;
  }
}
