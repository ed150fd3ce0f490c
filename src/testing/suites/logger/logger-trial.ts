import assert from 'node:assert/strict';
import { setTimeout as wait } from 'node:timers/promises';
import { inspect } from 'node:util';
import { type Listener, Runtime } from '../../../runtime/index.js';
import { ManualClock } from '../../manual-clock.js';
import { answered } from '../answered.js';
import type { Demand as AnyDemand } from '../demands.js';
import { mustHave } from '../suite-input.js';

/** One line as it was written. */
export interface LoggedLine {
  /** 'warn', 'info' or 'debug', whatever the logger calls them. */
  readonly level: string;
  readonly message: string;
  /** What stands beside the message. */
  readonly [fact: string]: unknown;
}

/** A fresh logger for one test, and what belongs to it. */
export interface LoggerOnTrial {
  /** What a runtime is given, such as `winstonLogs(logger)`; it writes everything, down to 'debug'. */
  readonly listener: Listener;
  /** What was written so far, in order. */
  lines(): readonly LoggedLine[] | Promise<readonly LoggedLine[]>;
  /** Changes the least severe level that is written: 'warn' or 'debug'. */
  level?(level: string): void | Promise<void>;
  /** From now on nothing can be written, as with a disk that is full. */
  break?(): void | Promise<void>;
  /** Clears up after the test. */
  dispose?(): void | Promise<void>;
}

/** What not every logger claims. */
export type LoggerClaim = 'facts' | 'levels' | 'breaks';

/** Something that is expected of a logger. */
export type Demand = AnyDemand<LoggerTrial, LoggerClaim>;

/** One logger that watches a runtime, with words for what the runtime tells. */
export class LoggerTrial {
  readonly clock = new ManualClock();
  readonly runtime: Runtime;
  readonly #set: LoggerOnTrial;
  #markers = 0;

  constructor(set: LoggerOnTrial) {
    mustHave('What make() gives', set, ['lines']);
    mustHave('The listener that make() gives', set.listener, ['attach']);
    this.#set = set;
    this.runtime = this.newRuntime();
  }

  newRuntime(): Runtime {
    return new Runtime({ clock: this.clock, listeners: [this.#set.listener] });
  }

  /** Tells of something that somebody should know of: a circuit of that name opens. */
  warn(name: string, runtime = this.runtime): void {
    runtime.circuits.get(name).forceOpen();
  }

  /** Tells that something was answered with something else. */
  inform(site: string, error: unknown = new Error('failed')): void {
    this.runtime.events.emit('fallback.applied', { site, error });
  }

  /** Tells of something for those who debug. */
  debug(site: string, error: unknown = new Error('failed'), attempt = 1): void {
    this.runtime.events.emit('retry.scheduled', { site, attempt, delay: 125.5, reason: 'computed', error });
  }

  /** All that was written, once what is told now has been. */
  async written(): Promise<readonly LoggedLine[]> {
    const marker = `the-end-${++this.#markers}`;
    this.warn(marker, this.newRuntime());
    for (let asked = 0; asked < 300; asked++) {
      const lines = await answered('lines()', this.#set.lines());
      const end = lines.findIndex((line) => textOf(line).includes(marker));
      if (end >= 0) return lines.slice(0, end).filter((line) => !textOf(line).includes('the-end-'));
      await wait(asked < 20 ? 0 : 10);
    }
    return assert.fail(
      'a warning is not written after some seconds: lines() has to give all that was told, also what waits in a buffer',
    );
  }

  async level(level: string): Promise<void> {
    assert.ok(this.#set.level, 'make() must give level(); claim { levels: false } if it cannot be changed');
    await wait(5); // whether a level is written may be remembered for a turn
    await answered('level()', this.#set.level(level));
    await wait(5);
  }

  async break(): Promise<void> {
    assert.ok(this.#set.break, 'make() must give break(); claim { breaks: false } if it cannot');
    await answered('break()', this.#set.break());
  }

  async clear(): Promise<void> {
    await this.runtime.dispose({ drain: 0 });
    await answered('dispose()', this.#set.dispose?.());
  }
}

/** All that a line says. */
export function textOf(line: LoggedLine): string {
  return inspect(line, { depth: 20, breakLength: Number.POSITIVE_INFINITY, maxStringLength: null });
}
