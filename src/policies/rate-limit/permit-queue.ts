import { Alarm, type Call, type Channel, type Clock, type Events } from '../../core/index.js';
import { type Hold, type Meter, rounding } from './meter.js';
import { type Place, WaitingLine } from './waiting-line.js';

/** Calls that wait for permits of one limiter, served in the order of arrival; one alarm, for whoever is next. */
export class PermitQueue extends Alarm {
  readonly #line = new WaitingLine<Waiter>();
  readonly #clock: Clock;
  readonly #limiter: string;
  readonly #told: Channel<Events['rateLimit.waited']>;
  meter: Meter;
  /** What was foreseen last, which holds until somebody joins or is served: many may be refused in a row behind a long line. */
  #foreseen: { readonly weight: number; readonly at: number } | undefined = undefined;
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
    if (this.size === 0 || now >= this.at) return this.meter.readyAt(weight, now, this.#line);
    if (this.#foreseen?.weight !== weight) this.#foreseen = { weight, at: this.meter.readyAt(weight, now, this.#line) };
    return this.#foreseen.at;
  }

  /** When the first of those who wait has its permits. */
  nextAt(now: number): number {
    const { first } = this.#line;
    return first === undefined ? now : this.meter.readyAt(first.weight, now);
  }

  /** Waits in line; resolves to a hold on the permits, rejects in the tick in which the call may wait no longer. */
  join(call: Call, weight: number, maxWait: number, now: number): Promise<Hold> {
    return new Promise((resolve, reject) => {
      const waiter = new Waiter(call, weight, maxWait, now, resolve, reject);
      waiter.leave = call.onHalt(({ reason }) => {
        this.#remove(waiter);
        reject(reason);
        this.serve();
      });
      this.#line.join(waiter);
      this.#foreseen = undefined;
      if (this.#line.first === waiter) this.serve();
    });
  }

  /** Lets those pass whose alarm is late, so that whoever comes now finds the line as it should be. */
  catchUp(now: number): void {
    if (this.#line.first !== undefined && this.at <= now) this.serve();
  }

  /** Lets all pass whose permits are there by now, and sets the alarm for the next. To be called whenever permits or waiters move. */
  serve(): void {
    this.#foreseen = undefined;
    const now = this.#clock.now();
    for (
      let next = this.#line.first;
      next !== undefined && this.meter.take(next.weight, now, next.since);
      next = this.#line.first
    ) {
      this.#remove(next);
      this.#admit(next, now);
    }
    this.#clock.disarm(this);
    if (this.#line.first !== undefined) this.#clock.arm(this, this.nextAt(now));
  }

  /**
   * Lets those go whose turn has become later than they may wait, and everyone behind them move up. It returns those who left, for whoever changed
   * the terms to refuse.
   */
  review(): Waiter[] {
    const forecast = this.meter.copy();
    const late: Waiter[] = [];
    let at = this.#clock.now();
    for (const waiter of [...this.#line.places()]) {
      const turn = forecast.fits(waiter.weight, at, waiter.since) ? at : forecast.readyAt(waiter.weight, at);
      if (waiter.waitsUntil(turn)) {
        forecast.take(waiter.weight, turn, waiter.since);
        at = turn;
      } else {
        this.#remove(waiter);
        late.push(waiter);
      }
    }
    this.serve();
    return late;
  }

  override ring(): void {
    this.serve();
  }

  #admit(waiter: Waiter, now: number): void {
    this.served++;
    const { call, weight, since } = waiter;
    waiter.resolve(this.meter.hold(weight, now)); // at once: what comes before the call goes on may move the meter
    if (this.#told.heard) this.#told.emit({ site: call.site, limiter: this.#limiter, weight, waited: now - since });
  }

  #remove(waiter: Waiter): void {
    waiter.leave?.();
    this.#line.leave(waiter);
  }
}

/** A call in the queue. */
export class Waiter implements Place<Waiter> {
  readonly call: Call;
  readonly weight: number;
  readonly maxWait: number;
  readonly since: number;
  readonly resolve: (hold: Hold) => void;
  readonly reject: (reason: unknown) => void;
  leave: (() => void) | undefined = undefined;
  ahead: Waiter | undefined = undefined;
  behind: Waiter | undefined = undefined;

  constructor(
    call: Call,
    weight: number,
    maxWait: number,
    since: number,
    resolve: (hold: Hold) => void,
    reject: (reason: unknown) => void,
  ) {
    this.call = call;
    this.weight = weight;
    this.maxWait = maxWait;
    this.since = since;
    this.resolve = resolve;
    this.reject = reject;
  }

  /** Whether its turn may come as late as that. */
  waitsUntil(turn: number): boolean {
    return turn <= this.since + this.maxWait + rounding && turn < this.call.deadline;
  }
}
