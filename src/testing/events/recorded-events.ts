import { AssertionError } from 'node:assert';
import { type EventName, type Events, InvalidOptionsError, maybe, optional, options, that } from '../../core/index.js';
import type { Runtime } from '../../runtime/index.js';
import { isTimes, soughtBy, stepsBy, timesRule } from './event-checks.js';
import { type Finding, findEmitted, findInOrder, isSought, mustBeComplete } from './event-finding.js';
import type { EventPattern, EventStep } from './event-pattern.js';
import type { EventRecord, RecordedEvent } from './event-record.js';
import { EventWaiting } from './event-waiting.js';

/** How events are recorded. */
export interface RecordingOptions {
  /** How many events are kept: the oldest ones give way. From 1, or Infinity. @default 10_000 */
  readonly limit?: number;
}

/** How often an event is expected. */
export interface EmittedTimes {
  /** Exactly so many times. @default at least once */
  readonly times?: number;
}

/**
 * All facts that a runtime tells, in order, and assertions about them that any test runner understands.
 *
 * ```ts
 * const { runtime, clock, events } = testRuntime();
 * …
 * events.assertEmitted('circuit.moved', { to: 'open' });
 * events.assertOrder(['retry.scheduled', ['circuit.moved', { to: 'open' }], 'call.failed']);
 * ```
 */
export class RecordedEvents implements EventRecord {
  /** The events that are kept, in order, as they are now. */
  declare readonly all: readonly RecordedEvent[];
  readonly #limit: number;
  readonly #stop: () => void;
  readonly #waiting = new EventWaiting();
  #events: RecordedEvent[] = [];
  #told = 0;
  #recording = true;

  /** Records from now on; throws InvalidOptionsError for what is no runtime, and for a limit that makes no sense. */
  constructor(runtime: Pick<Runtime, 'events'>, given: RecordingOptions = {}) {
    if (typeof Object(runtime).events?.on !== 'function')
      throw new InvalidOptionsError({ decorator, rule: 'takes a runtime', value: runtime });
    this.#limit = recording.complete(recording.check(given), '').limit;
    this.#stop = runtime.events.on('*', (name, event) => this.#record({ name, event }));
    // a field of its own: without any, all records would be equal to those who compare them, and look alike in snapshots
    Object.defineProperty(this, 'all', { enumerable: true, get: () => this.#events.slice(-this.#limit) });
  }

  /** How many older ones had to give way to the `limit`; with any gone, nothing is asserted of what did not happen. */
  get dropped(): number {
    return Math.max(0, this.#told - this.#limit);
  }

  /** Whether more are recorded: until `stop()`. */
  get recording(): boolean {
    return this.#recording;
  }

  /** The names, in order. */
  get names(): EventName[] {
    return this.all.map(({ name }) => name);
  }

  /** The facts of one kind, or those among them that fit. */
  of<Name extends EventName>(name: Name, partial?: EventPattern<Name>): Events[Name][] {
    const sought = soughtBy('events.of()', name, partial);
    return this.all.filter((recorded) => isSought(recorded, sought)).map(({ event }) => event as Events[Name]);
  }

  /** The first fact of that kind, or the first that fits; undefined where there is none. */
  first<Name extends EventName>(name: Name, partial?: EventPattern<Name>): Events[Name] | undefined {
    return this.of(name, partial)[0];
  }

  /** The last fact of that kind, or the last that fits; undefined where there is none. */
  last<Name extends EventName>(name: Name, partial?: EventPattern<Name>): Events[Name] | undefined {
    return this.of(name, partial).at(-1);
  }

  /**
   * Waits for the next fact that fits, told from now on: ask before what makes it happen, and `first()` or `last()` for what has happened. Rejects
   * with an AssertionError once nothing more is recorded, because of `stop()` or as the runtime is disposed.
   */
  next<Name extends EventName>(name: Name, partial?: EventPattern<Name>): Promise<Events[Name]> {
    return this.#waiting.next(soughtBy('events.next()', name, partial)) as Promise<Events[Name]>;
  }

  /** Throws an AssertionError, with what was recorded, unless such a fact was told: exactly so many `times`, or at least once. */
  assertEmitted<Name extends EventName>(name: Name, partial?: EventPattern<Name>, given: EmittedTimes = {}): void {
    const sought = soughtBy('assertEmitted()', name, partial);
    const { times } = emittedTimes.check(given);
    if (times !== undefined) mustBeComplete(this, this.assertEmitted);
    must(findEmitted(this, sought, times), this.assertEmitted);
  }

  /** Throws an AssertionError if such a fact was told, or if some were dropped, so that nobody knows. */
  assertNotEmitted<Name extends EventName>(name: Name, partial?: EventPattern<Name>): void {
    mustBeComplete(this, this.assertNotEmitted);
    const { pass, message } = findEmitted(this, soughtBy('assertNotEmitted()', name, partial));
    must({ pass: !pass, message }, this.assertNotEmitted);
  }

  /** Throws an AssertionError unless these were told in this order, with whatever else between them. */
  assertOrder(steps: readonly EventStep[]): void {
    must(findInOrder(this, stepsBy('assertOrder()', steps)), this.assertOrder);
  }

  /** Forgets what was recorded so far, and records on. */
  clear(): void {
    this.#events = [];
    this.#told = 0;
  }

  /** Records no further; what was recorded stays. */
  stop(): void {
    this.#recording = false;
    this.#stop();
    this.#waiting.end('recording was stopped');
  }

  #record(recorded: RecordedEvent): void {
    this.#told++;
    this.#events.push(recorded);
    if (this.#events.length >= 2 * this.#limit) this.#events.splice(0, this.#events.length - this.#limit);
    this.#waiting.tell(recorded);
    if (recorded.name === 'runtime.disposed') this.#waiting.end('the runtime was disposed');
  }
}

const decorator = 'RecordedEvents';

/** What the limit of a record must be, in words for error messages. */
export const limitRule = 'must be a whole number of at least 1, or Infinity';

/** Tells whether a record can have that limit. */
export function isLimit(value: unknown): boolean {
  return value === Number.POSITIVE_INFINITY || (Number.isSafeInteger(value) && Number(value) > 0);
}

const recording = options<RecordingOptions>()(decorator, {
  limit: optional(that<number>(isLimit, limitRule), 10_000),
});

const emittedTimes = options<EmittedTimes>()('assertEmitted()', { times: maybe(that<number>(isTimes, timesRule)) });

function must({ pass, message }: Finding, stackStartFn: (...args: never) => unknown): void {
  if (!pass) throw new AssertionError({ message: message(), stackStartFn });
}
