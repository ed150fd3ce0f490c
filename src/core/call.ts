import { type CallLife, lifeOf, surrounding } from './call-life.js';
import { endableMark, forkedMark, note, noteAround, retriedMark, rootOf, startedMark } from './call-marks.js';
import type { CallOrigin, CallReport, CurrentCall, TimeLimit } from './call-view.js';
import { carry } from './carried-call.js';
import { type Duration, milliseconds } from './duration.js';
import { watchHalt } from './halt.js';
import type { Ending, EndListener, Overrun } from './lifetime.js';
import { type Priority, prioritize, priorityOf } from './priority.js';

/**
 * One invocation of a protected method; each attempt beyond the first, and each part that may be ended alone, is a fork. One is made per
 * call, so it is small: what only some calls need, their ending and their signal, is in a `CallLife`, made when somebody asks. Its fields are plain because the policies that limit and repeat it write some of them.
 */
export class Call implements CurrentCall {
  // Declared, and first set by the constructor: a field that is defined and set anew costs twice, and one more function to run.
  declare readonly origin: CallOrigin;
  declare readonly target: unknown;
  declare readonly args: readonly unknown[];
  /** The call that this one is a part of, if it is a fork; else the protected call around it, where it can be seen. */
  declare readonly parent: Call | undefined;
  /** What is noted of it, a bit each. */
  declare marks: number;
  declare readonly attempt: number;
  /** The deadline, if there is one. */
  declare due: number | undefined;
  /** Who limits the time of this fork. */
  declare limit: TimeLimit | undefined;
  /** Its ending and its signal, once somebody asked. */
  declare life: CallLife | undefined;

  constructor(
    origin: CallOrigin,
    target: unknown,
    args: readonly unknown[],
    parent: Call | undefined = undefined,
    marks = 0,
    attempt = 1,
  ) {
    this.origin = origin;
    this.target = target;
    this.args = args;
    this.parent = parent;
    this.marks = marks;
    this.attempt = attempt;
    this.due = parent === undefined ? undefined : parent.due;
    this.limit = undefined;
    this.life = undefined;
  }

  /** The call that this one is a part of. */
  get forkedFrom(): Call | undefined {
    return (this.marks & forkedMark) === 0 ? undefined : this.parent;
  }

  /** The protected call around this one, where it can be seen. */
  get outer(): Call | undefined {
    return rootOf(this).parent;
  }

  /** Somebody outside may end it while the method runs. */
  get interruptible(): boolean {
    return (this.marks & endableMark) !== 0;
  }

  set interruptible(is: boolean) {
    note(this, endableMark, is);
  }

  /** The method itself was reached, or something that stands for it. */
  get started(): boolean {
    return (this.marks & startedMark) !== 0;
  }

  get site(): string {
    return this.origin.site;
  }

  get deadline(): number {
    return this.due ?? Number.POSITIVE_INFINITY;
  }

  get remaining(): number {
    return Math.max(0, this.deadline - this.origin.clock.now());
  }

  get expired(): boolean {
    return this.remaining === 0;
  }

  get signal(): AbortSignal {
    const { signal, fresh } = lifeOf(this).openSignal();
    if (fresh) {
      this.interruptible = true;
      carry(signal, this);
    }
    return signal;
  }

  get priority(): Priority {
    return priorityOf(this);
  }

  set priority(priority: Priority) {
    prioritize(this, priority);
  }

  /** Filled on the way, if somebody asked. */
  get report(): CallReport | undefined {
    return this.life === undefined ? undefined : this.life.report;
  }

  set report(report: CallReport | undefined) {
    if (report !== undefined || this.life !== undefined) lifeOf(this).report = report;
  }

  /** How it ended before it was done; undefined while it goes on. */
  get ending(): Ending | undefined {
    if (this.life !== undefined) return this.life.ending;
    if (this.forkedFrom !== undefined) return this.forkedFrom.ending;
    return surrounding(this).ending === undefined ? undefined : lifeOf(this).ending;
  }

  /** Why it may wait no longer: it has ended, or its runtime is closing. */
  get halt(): Ending | undefined {
    return this.ending ?? (this.origin.closing.ending && lifeOf(this).asSeenHere(this.origin.closing.ending));
  }

  extend(duration: Duration): void {
    const by = milliseconds(duration, 'extend()');
    let call: Call | undefined = this;
    while (call && !call.limit) call = call.forkedFrom;
    call?.limit?.extend(by);
  }

  cancel(reason: unknown): void {
    rootOf(this).end(reason);
  }

  /** Ends this and all within it; later calls change nothing. */
  end(reason: unknown, timedOut = false, overrun?: Overrun): void {
    lifeOf(this).end(reason, timedOut, overrun);
  }

  /** Calls `listener` in the tick in which this ends; the returned function stops watching. The caller checks `ending` first. */
  watch(listener: EndListener): () => void {
    return lifeOf(this).watch(listener);
  }

  /** Calls `listener` in the tick in which a wait of this call must end. The caller checks `halt` first. What comes after the wait may end the call. */
  onHalt(listener: EndListener): () => void {
    return watchHalt(this, listener);
  }

  /** A part of this call that can be ended alone: an attempt, a copy, a timed stretch. */
  fork(attempt = this.attempt): Call {
    const part = new Call(this.origin, this.target, this.args, this, (this.marks & ~startedMark) | forkedMark, attempt);
    if (this.life !== undefined) part.report = this.life.report;
    return part;
  }

  /**
   * What this call or fork was for is done: its signal is left as it is, whatever happens, and what still goes on beneath it has
   * nobody's deadline to keep and nobody to repeat it. Whoever forks releases.
   */
  release(): void {
    this.due = undefined;
    note(this, retriedMark, false);
    if (this.life !== undefined) this.life.closeSignal();
  }

  /** Notes that the method is reached, for those who must tell a failure from a refusal. */
  start(): void {
    this.marks |= startedMark;
    if (this.parent !== undefined) noteAround(this, startedMark);
  }
}
