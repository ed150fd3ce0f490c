import { type CallLife, lifeOf, surrounding } from './call-life.js';
import type { CallOrigin, CallReport, CurrentCall, TimeLimit } from './call-view.js';
import { withSignal } from './caller-signal.js';
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
  readonly origin: CallOrigin;
  readonly target: unknown;
  readonly args: readonly unknown[];
  readonly attempt: number;
  /** The call that this one is a part of. */
  readonly forkedFrom: Call | undefined;
  /** The protected call around this one, where it can be seen. */
  readonly outer: Call | undefined;
  /** The last argument carries a signal: the method gets the attempt's in its place. */
  readonly takesSignal: boolean;
  /** The deadline, if there is one. */
  due: number | undefined;
  /** Somebody outside may end it while the method runs. */
  interruptible: boolean;
  /** The method itself was reached, or something that stands for it. */
  started = false;
  /** A Retry further out repeats this attempt when it fails; a Hedge further out may make copies of it. */
  retrying: boolean;
  raced: boolean;
  /** Who limits the time of this fork. */
  limit: TimeLimit | undefined = undefined;
  /** Its ending and its signal, once somebody asked. */
  life: CallLife | undefined = undefined;

  constructor(
    origin: CallOrigin,
    target: unknown,
    args: readonly unknown[],
    attempt = 1,
    from: Call | undefined = undefined,
    outer: Call | undefined = undefined,
    takesSignal = false,
  ) {
    const source = from ?? outer;
    this.origin = origin;
    this.target = target;
    this.args = args;
    this.attempt = attempt;
    this.forkedFrom = from;
    this.outer = outer;
    this.takesSignal = takesSignal;
    this.due = source === undefined ? undefined : source.due;
    this.interruptible = from === undefined ? outer !== undefined || takesSignal : from.interruptible;
    this.retrying = source?.retrying ?? false;
    this.raced = source?.raced ?? false;
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
    let root: Call = this;
    while (root.forkedFrom) root = root.forkedFrom;
    root.end(reason);
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
    const fork = new Call(this.origin, this.target, this.args, attempt, this, this.outer, this.takesSignal);
    if (this.life !== undefined) fork.report = this.life.report;
    return fork;
  }

  /** The same invocation on behalf of nobody in particular: under no caller's signal or deadline; it matters as much as this one. */
  detach(): Call {
    const { priority } = this;
    const flight = new Call(this.origin, this.target, this.args, 1, undefined, undefined, this.takesSignal);
    if (priority !== 'normal') flight.priority = priority;
    flight.interruptible = true;
    flight.report = this.report;
    return flight;
  }

  /**
   * What this call or fork was for is done: its signal is left as it is, whatever happens, and what still goes on beneath it has
   * nobody's deadline to keep and nobody to repeat it. Whoever forks releases.
   */
  release(): void {
    this.due = undefined;
    this.retrying = false;
    if (this.life !== undefined) this.life.closeSignal();
  }

  /** Notes that the method is reached, for those who must tell a failure from a refusal. */
  start(): void {
    for (let call: Call | undefined = this; call && !call.started; call = call.forkedFrom) call.started = true;
  }

  /** The arguments for the method itself. */
  ownArgs(): readonly unknown[] {
    return this.takesSignal ? withSignal(this.args, this.signal) : this.args;
  }
}
