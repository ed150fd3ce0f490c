import { crumb, type Hold, type LimitMeter, rounding, type Shape } from './meter.js';
import { PermitLog } from './permit-log.js';

/** So many entries are told apart exactly, and so many parts of the period from then on. */
const resolution = 1000;

/**
 * Never more than `limit` in any stretch of `per`: a permit comes back `per` after it was taken.
 *
 * It keeps a log. While that has fewer than a thousand entries it is exact. From then on permits taken within a thousandth of the period share an
 * entry, which lives for `per` after the last of them: the promise holds all the same, the log has at most about two thousand entries, and
 * permits come back at most a thousandth of the period late.
 */
export class SlidingWindow implements LimitMeter {
  readonly stepwise = false;
  #shape: Shape;
  /** What was taken within the period; undefined at rest, so that an idle key costs little. */
  #log: PermitLog | undefined = undefined;
  /** When the newest entry was begun. */
  #begun = 0;

  constructor(shape: Shape) {
    this.#shape = shape;
  }

  get capacity(): number {
    return this.#shape.limit;
  }

  fits(weight: number, now: number): boolean {
    this.#forget(now);
    return this.#hasRoom(weight, this.#log === undefined ? 0 : this.#log.weight);
  }

  take(weight: number, now: number): boolean {
    if (!this.fits(weight, now)) return false;
    this.#enter(weight, now);
    return true;
  }

  readyAt(weight: number, now: number): number {
    const log = this.#log;
    if (log === undefined) return now;
    let [next, taken] = [log.first, log.weight];
    while (next <= log.last && this.#hasLeft(log, next, now)) taken -= log.weightOf(next++);
    if (next > log.last || this.#hasRoom(weight, taken)) return now;
    while (next < log.last && !this.#hasRoom(weight, taken - log.weightOf(next))) taken -= log.weightOf(next++);
    return log.timeOf(next) + this.#shape.per;
  }

  /** What comes back, and when, depends on each of those ahead. */
  readyBehind(): undefined {
    return undefined;
  }

  /** A permit comes back so long after it was taken: as late as that. */
  slip(due: number, now: number): number {
    const log = this.#log;
    return now - due + (log !== undefined && log.size >= resolution ? this.#shape.per / resolution : 0);
  }

  available(now: number): number {
    return Math.max(0, Math.floor(this.#left(now) + crumb));
  }

  atRest(now: number): boolean {
    return this.#left(now) + crumb >= this.#shape.limit;
  }

  /** Enters the rest as if it were taken now. */
  keep(permits: number, now: number): void {
    const beyond = this.#left(now) - permits;
    this.#log = this.#log?.copy(); // holds know the log that they are entered in: those made before find it forgotten
    if (beyond > 0) this.#enter(beyond, now);
  }

  /** What was taken counts under the new terms too, so that they hold at once. */
  change(shape: Shape, now: number): void {
    this.#forget(now);
    this.#shape = shape;
  }

  hold(weight: number): Hold {
    const log = this.#log;
    if (log === undefined) return { spend: nothing, giveBack: nothing };
    const entry = log.last;
    const giveBack = () => {
      if (entry >= log.first) log.lighten(entry, weight);
    };
    return { spend: nothing, giveBack };
  }

  copy(): SlidingWindow {
    const copy = new SlidingWindow(this.#shape);
    copy.#log = this.#log?.copy();
    copy.#begun = this.#begun;
    return copy;
  }

  #hasRoom(weight: number, taken: number): boolean {
    return taken + Math.min(weight, this.#shape.limit) <= this.#shape.limit + crumb;
  }

  #left(now: number): number {
    this.#forget(now);
    return this.#shape.limit - (this.#log === undefined ? 0 : this.#log.weight);
  }

  /** Forgets what has left the window. */
  #forget(now: number): void {
    const log = this.#log;
    if (log === undefined) return;
    while (log.size > 0 && this.#hasLeft(log, log.first, now)) log.shift();
    if (log.size === 0) this.#log = undefined;
  }

  #hasLeft(log: PermitLog, entry: number, now: number): boolean {
    return log.timeOf(entry) + this.#shape.per <= now + rounding;
  }

  #enter(weight: number, now: number): void {
    this.#log ??= new PermitLog();
    const log = this.#log;
    const latest = log.size === 0 ? Number.NEGATIVE_INFINITY : log.timeOf(log.last);
    const shares = log.size >= resolution && now - this.#begun < this.#shape.per / resolution;
    if (now <= latest || shares) {
      log.extend(Math.max(now, latest), weight);
    } else {
      log.push(now, weight);
      this.#begun = now;
    }
  }
}

function nothing(): void {} // what was taken is in the log, and leaves it with time
