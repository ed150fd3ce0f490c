import { type Clock, type Random, seededRandom } from '../core/index.js';
import type { ArmedFault } from './fault-kind.js';
import { drawLatency } from './latency.js';
import { isBelow } from './route.js';

/** A fault that strikes a request, and after how many milliseconds. */
export interface Strike {
  readonly fault: ArmedFault;
  readonly delay: number;
}

/** A fault in force, as it is reported: what was asked for, and what is left of it. */
export interface ActiveFault {
  readonly kind: string;
  /** Requests that it will still fail; undefined when it has no count. */
  readonly countLeft?: number;
  /** Milliseconds that it still lasts; undefined when it has no duration. */
  readonly durationLeft?: number;
}

interface Entry {
  readonly fault: ArmedFault;
  readonly until: number;
  count: number;
}

/** The faults in force: decides which of them strike a request. */
export class Faults {
  readonly #clock: Clock;
  readonly #seed: number;
  #random: Random;
  #entries: readonly Entry[] = [];

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#seed = seed;
    this.#random = seededRandom(seed);
  }

  /** Puts these in force instead of all others; chance starts anew, so the same faults strike the same requests. */
  set(faults: readonly ArmedFault[]): void {
    const now = this.#clock.now();
    this.#random = seededRandom(this.#seed);
    this.#entries = faults.map((fault) => ({
      fault,
      until: now + (fault.settings.duration ?? 0),
      count: fault.settings.count ?? 0,
    }));
  }

  /** Decides what happens to one request: faults strike in their order, up to the first that is final. */
  strike(path: string): readonly Strike[] {
    const strikes: Strike[] = [];
    for (const entry of this.#inForce()) {
      const { fault } = entry;
      if (!isBelow(path, fault.settings.route) || !this.#happens(fault.settings.rate)) continue;
      if (entry.count > 0) entry.count--;
      strikes.push({ fault, delay: drawLatency(fault.settings.latency, this.#random) });
      if (fault.final) break;
    }
    return strikes;
  }

  /** Whether every request fails at present, whatever its path. */
  get failsAll(): boolean {
    return this.#inForce().some(
      ({ fault }) => fault.final && fault.settings.rate === 1 && fault.settings.route === '/',
    );
  }

  /** What is in force, for people to look at. */
  get active(): readonly ActiveFault[] {
    const now = this.#clock.now();
    return this.#inForce().map(({ fault, count, until }) => ({
      ...fault.given,
      kind: fault.kind,
      ...(fault.settings.count === undefined ? undefined : { countLeft: count }),
      ...(fault.settings.duration === undefined ? undefined : { durationLeft: Math.max(0, until - now) }),
    }));
  }

  #inForce(): readonly Entry[] {
    if (this.#entries.length === 0) return this.#entries;
    const now = this.#clock.now();
    this.#entries = this.#entries.filter((entry) => isInForce(entry, now));
    return this.#entries;
  }

  #happens(rate: number): boolean {
    return rate === 1 || this.#random.next() < rate;
  }
}

function isInForce({ fault, count, until }: Entry, now: number): boolean {
  const { settings } = fault;
  if (settings.count === undefined && settings.duration === undefined) return true;
  return count > 0 || now < until;
}
