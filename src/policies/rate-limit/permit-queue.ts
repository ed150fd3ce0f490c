import { Alarm, type Call, type Channel, type Clock, type Events } from '../../core/index.js';
import type { Hold, Meter } from './meter.js';
import { PermitLine } from './permit-line.js';
import { PermitTurns } from './permit-turns.js';
import { PermitWaiter } from './permit-waiter.js';

/** Calls that wait for permits of one limiter, served in the order of arrival; one alarm, for whoever is next. */
export class PermitQueue extends Alarm {
  readonly #line = new PermitLine<PermitWaiter>();
  readonly #clock: Clock;
  readonly #limiter: string;
  readonly #told: Channel<Events['rateLimit.waited']>;
  meter: Meter;
  /** What is foreseen for those who wait; undefined where nobody has asked yet, or where the sum of their weights is enough to know. */
  #turns: PermitTurns | undefined = undefined;
  /** Since when somebody has waited. */
  #since = 0;
  /** How many of them do not wait for ever. */
  #impatient = 0;
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

  /** By how much later than `readyAt` says somebody may have its permits, where alarms rang late. */
  get slack(): number {
    return this.#turns?.slack ?? 0;
  }

  /**
   * When somebody who came now would have that many permits: exactly, unless it is only asked whether they come in time, `until` then. Where that is
   * close, and alarms rang late, `slack` counts too.
   */
  readyAt(weight: number, now: number, until?: number): number {
    if (this.size === 0) return this.meter.readyAt(weight, now);
    return this.meter.readyBehind(this.#line.weight, weight, now) ?? this.#foresee(weight, now, until);
  }

  /** When the first of those who wait has its permits. */
  nextAt(now: number): number {
    const { first } = this.#line;
    return first === undefined ? now : this.meter.readyAt(first.weight, now, this.#since);
  }

  /** Waits in line; resolves to a hold on the permits, rejects in the tick in which the call may wait no longer. */
  join(call: Call, weight: number, maxWait: number, now: number): Promise<Hold> {
    return new Promise((resolve, reject) => {
      const waiter = new PermitWaiter(call, weight, maxWait, now, resolve, reject);
      waiter.leave = call.onHalt(({ reason }) => {
        this.#leave(waiter);
        reject(reason);
      });
      if (this.size === 0) this.#since = now;
      this.#line.join(waiter);
      if (waiter.until < Number.POSITIVE_INFINITY) this.#impatient++;
      if (this.#turns?.join(weight) === false) this.#turns = undefined;
      if (this.#line.first === waiter) this.serve();
    });
  }

  /** Lets those pass whose alarm is late, so that whoever comes now finds the line as it should be. */
  catchUp(now: number): void {
    if (this.#line.first !== undefined && this.at <= now) this.serve();
  }

  /** Lets all pass whose permits are there by now, and sets the alarm for the next. To be called whenever permits or waiters move. */
  serve(): void {
    const now = this.#clock.now();
    for (let next = this.#line.first; next !== undefined && this.#take(next, now); next = this.#line.first) {
      this.#remove(next);
      this.#admit(next, now);
    }
    this.#clock.disarm(this);
    if (this.#line.first !== undefined) this.#clock.arm(this, this.nextAt(now));
  }

  /** Lets those pass whose permits have come back. */
  ease(): void {
    this.#turns?.ease();
    this.serve();
  }

  /**
   * Lets those go whose turn has become later than they may wait, and everyone behind them move up. It returns those who left, for whoever changed
   * the terms to refuse.
   */
  review(): PermitWaiter[] {
    this.#turns = undefined;
    const late = this.#impatient === 0 ? [] : this.#dismiss();
    this.serve();
    return late;
  }

  override ring(): void {
    this.serve();
  }

  #foresee(weight: number, now: number, until: number | undefined): number {
    const turns = now > this.at ? undefined : this.#turns; // an alarm that is late makes all turns later
    const turn = turns?.next(weight);
    if (turn !== undefined && turns?.suffice(turn, now, until)) return turn;
    const anew = new PermitTurns(this.meter, now, this.#since);
    for (const { weight } of this.#line) anew.join(weight);
    this.#turns = anew;
    return anew.next(weight) as number;
  }

  /** Lets those go who cannot have their turn in time. */
  #dismiss(): PermitWaiter[] {
    const now = this.#clock.now();
    const turns = new PermitTurns(this.meter, now, this.#since);
    const late: PermitWaiter[] = [];
    for (const waiter of [...this.#line]) {
      const { weight } = waiter;
      if (waiter.waitsUntil(turns.next(weight) as number)) {
        turns.join(weight);
      } else {
        this.#remove(waiter);
        late.push(waiter);
      }
    }
    return late;
  }

  #take({ weight }: PermitWaiter, now: number): boolean {
    const slack = this.#turns?.slackAt(now, this.meter);
    const taken = this.meter.take(weight, now, this.#since);
    if (taken && slack !== undefined) this.#turns?.serve(slack);
    return taken;
  }

  #admit(waiter: PermitWaiter, now: number): void {
    this.served++;
    const { call, weight, since } = waiter;
    waiter.resolve(this.meter.hold(weight, now)); // at once: what comes before the call goes on may move the meter
    if (this.#told.heard) this.#told.emit({ site: call.site, limiter: this.#limiter, weight, waited: now - since });
  }

  #leave(waiter: PermitWaiter): void {
    const wasFirst = this.#line.first === waiter;
    this.#turns?.leave(this.#line.isEvenBehind(waiter));
    this.#remove(waiter);
    if (wasFirst) this.serve();
  }

  #remove(waiter: PermitWaiter): void {
    waiter.leave?.();
    this.#line.leave(waiter);
    if (waiter.until < Number.POSITIVE_INFINITY) this.#impatient--;
    if (this.size === 0) this.#turns = undefined;
  }
}
