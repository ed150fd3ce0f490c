import { AssertionError } from 'node:assert';
import { setImmediate, setTimeout } from 'node:timers'; // not the global ones, which a test may have replaced by fakes
import { type Clock, InvalidOptionsError, systemClock } from '../../core/index.js';
import { counted, describeLeaks, type Leak } from './leak.js';
import { collectGarbage } from './leak-garbage.js';
import { type ListenerWatch, watchEmitterListeners, watchSignalListeners } from './leak-listeners.js';
import { type LeakOptions, type LeakSettings, readLeakOptions } from './leak-options.js';
import { LeakResources, unwatched } from './leak-resources.js';

/** How many of the turns that things have to close are as short as can be. */
const shortTurns = 20;

/** After how many turns garbage is collected again. */
const turnsBetweenCollections = 30;

/**
 * Watches what the process makes from now on, until it is asked what was left behind: timers, sockets, servers, pending promises, listeners
 * and alarms. What is made by a test runner itself is left aside; what tests beside it make is not: let such a test run alone.
 *
 * It cannot see what is older; whether a promise waits for an older one; listeners on signals and emitters that it was not given;
 * files, workers and child processes; nor who armed an alarm. Pending promises count if something can still reach them: those
 * that are garbage cost nothing. It makes everything asynchronous several times as slow as long as it watches.
 *
 * ```ts
 * const leaks = watchLeaks({ signals: [controller.signal] });
 * await client.get('/quotes', { signal: controller.signal });
 * client.close();
 * await leaks.assertNone();
 * ```
 */
export function watchLeaks(options: LeakOptions = {}): LeakWatch {
  return new LeakWatch(options);
}

/**
 * Runs something and fails with an AssertionError if that leaves anything behind: see `watchLeaks()` for what, and what it cannot see.
 * What it throws is rethrown, and nothing is looked for.
 */
export async function withoutLeaks<T>(run: () => T | PromiseLike<T>, options: LeakOptions = {}): Promise<T> {
  if (typeof run !== 'function')
    throw new InvalidOptionsError({ decorator: 'withoutLeaks()', rule: 'takes a function to run', value: run });
  const leaks = watchLeaks(options);
  try {
    const result = await run();
    await leaks.assertNone();
    return result;
  } finally {
    leaks.stop();
  }
}

/** A stretch of time in which nothing may be left behind. */
export class LeakWatch {
  readonly #settings: LeakSettings;
  readonly #resources: LeakResources;
  readonly #listeners: readonly ListenerWatch[];
  readonly #clocks: ReadonlyMap<Clock, number>;
  #stopped = false;

  constructor(options: LeakOptions) {
    this.#settings = readLeakOptions(options);
    const { kinds, signals, emitters, clocks, unreferenced } = this.#settings;
    this.#listeners = kinds.includes('listener')
      ? [...signals.map(watchSignalListeners), ...[process, ...emitters].map(watchEmitterListeners)]
      : [];
    const watched = kinds.includes('alarm') ? [systemClock, ...clocks] : [];
    this.#clocks = new Map(watched.map((clock) => [clock, clock.pending]));
    this.#resources = new LeakResources(kinds, unreferenced);
  }

  /** Stops watching, and fails with an AssertionError if anything is left behind after the turns of grace; it says what, how many and where made. */
  assertNone(): Promise<void> {
    return unwatched(() => this.#assertNone());
  }

  /** Stops watching, and tells what is left behind after the turns of grace. */
  find(): Promise<readonly Leak[]> {
    return unwatched(() => this.#find());
  }

  /** Stops watching. */
  stop(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    this.#resources.stop();
    for (const listeners of this.#listeners) listeners.stop();
  }

  [Symbol.dispose](): void {
    this.stop();
  }

  async #assertNone(): Promise<void> {
    const leaks = await this.find();
    if (leaks.length > 0) throw new AssertionError({ message: describeLeaks(leaks), stackStartFn: this.assertNone });
  }

  async #find(): Promise<readonly Leak[]> {
    if (this.#stopped)
      throw new Error('These leaks are no longer watched for: watchLeaks() tells once what was left behind');
    this.#resources.leaveOutCallersOf(this.find);
    try {
      let found: Leak[] = [];
      for (let turn = 0; turn === 0 || (turn < this.#settings.grace && found.length > 0); turn++) {
        await unwatched(() => nextTurn(turn));
        found = this.#foundAt(turn);
      }
      return found;
    } finally {
      this.stop();
    }
  }

  #foundAt(turn: number): Leak[] {
    const last = turn === this.#settings.grace - 1;
    if (this.#resources.hasPromises && (last || turn % turnsBetweenCollections === 1)) collectGarbage();
    return this.#found();
  }

  #found(): Leak[] {
    const { ignore } = this.#settings;
    const found = [
      ...this.#resources.found(),
      ...this.#listeners.flatMap((listeners) => listeners.found()),
      ...[...this.#clocks].flatMap(([clock, before]) => alarmsOf(clock, before)),
    ];
    return counted(found).filter((leak) => !ignore?.(leak));
  }
}

function nextTurn(turn: number): Promise<void> {
  return new Promise((over) => (turn < shortTurns ? setImmediate(over) : setTimeout(over, 1)));
}

function alarmsOf(clock: Clock, before: number): Omit<Leak, 'count'>[] {
  const what = clock === systemClock ? "an alarm on the system's clock" : 'an alarm on a clock';
  return Array.from({ length: Math.max(clock.pending - before, 0) }, () => ({
    kind: 'alarm',
    what,
    place: undefined,
  }));
}
