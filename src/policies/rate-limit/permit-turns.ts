import { type Meter, rounding } from './meter.js';
import { PermitLog } from './permit-log.js';

/** How inexact turns may be that are foreseen while alarms ring late, as a part of the time until then. */
const tolerance = 1 / 1000;

/**
 * When each of those who wait has its turn, foreseen once: it is found by giving all of them their permits in turn, on a copy of the meter, and whoever
 * comes goes on from there. So neither to come nor to be served costs more in a long line than in a short one.
 *
 * Someone who leaves a line of equal weights leaves a turn to spare, which is that of whoever comes next. What else makes turns come sooner, or later, is
 * kept in mind: the turns foreseen are then the latest, or the soonest, until somebody has to know exactly and foresees all of them anew.
 */
export class PermitTurns {
  /** The meter as it will be when all turns are over. */
  readonly #meter: Meter;
  /** The turns, of all who wait and to spare, and the weights that they are for. */
  readonly #turns = new PermitLog();
  readonly #since: number;
  #last: number;
  #spare = 0;
  #next: { readonly weight: number; readonly at: number } | undefined = undefined;
  /** By how much later they may come, since somebody was served late. */
  #slack = 0;
  /** They may come sooner, since permits came back or somebody left. */
  #eased = false;

  /** `since` is when somebody began to wait, for the line never to be empty from then on. */
  constructor(meter: Meter, now: number, since: number) {
    this.#meter = meter.copy();
    this.#last = now;
    this.#since = since;
  }

  get slack(): number {
    return this.#slack;
  }

  /** The turn of somebody who joined; undefined where turns are to spare that are none for that weight. */
  next(weight: number): number | undefined {
    const { last } = this.#turns;
    if (this.#spare > 0) {
      return weight === this.#turns.weightOf(last) ? this.#turns.timeOf(last + 1 - this.#spare) : undefined;
    }
    if (this.#next?.weight !== weight) this.#next = { weight, at: this.#foresee(weight) };
    return this.#next.at;
  }

  /** Gives somebody the next turn; false where that is not known. */
  join(weight: number): boolean {
    const turn = this.next(weight);
    if (turn === undefined) return false;
    if (this.#spare > 0) {
      this.#spare--;
      return true;
    }
    this.#meter.take(weight, turn, this.#since);
    this.#turns.push(turn, weight);
    this.#last = turn;
    this.#next = undefined;
    return true;
  }

  /** Somebody leaves; `even` where all behind have the same weight. */
  leave(even: boolean): void {
    if (even) this.#spare++;
    else this.#eased = true;
  }

  /** Permits have come back. */
  ease(): void {
    this.#eased = true;
  }

  /** How late the turns may come at most when the first has its permits from this meter only now; to be asked before it takes them. */
  slackAt(now: number, meter: Meter): number {
    const due = this.#turns.timeOf(this.#turns.first);
    return now - due > rounding ? Math.max(this.#slack, meter.slip(due, now)) : this.#slack;
  }

  /** The first has had its turn. */
  serve(slack: number): void {
    this.#slack = slack;
    this.#turns.shift();
  }

  /** Whether a turn that may be later by the slack is known well enough to tell if it comes in time, `until` then; undefined asks for it exactly. */
  suffice(turn: number, now: number, until: number | undefined): boolean {
    if (this.#slack === 0 && !this.#eased) return true;
    if (until === undefined) return false;
    if (turn + this.#slack < until) return true;
    if (this.#eased) return false;
    return turn > until + rounding || this.#slack <= (turn - now) * tolerance;
  }

  #foresee(weight: number): number {
    const [meter, last, since] = [this.#meter, this.#last, this.#since];
    return meter.fits(weight, last, since) ? last : meter.readyAt(weight, last, since);
  }
}
