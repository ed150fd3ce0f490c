import { type Clock, type Random, seededRandom } from '../../core/index.js';
import { drawLatency } from '../latency/latency.js';
import { type ActiveFault, type Entry, entryOf, isInForce, leftOf } from './fault-in-force.js';
import type { ArmedFault, ConnectionFault, RequestFault } from './fault-kind.js';
import type { ArmedScript } from './fault-script.js';
import { isBelow, isControl } from './route.js';
import { type Stretch, stretchAt } from './timeline.js';

/** A fault that strikes, and after how many milliseconds. */
export interface Strike<F extends ArmedFault = RequestFault> {
  readonly fault: F;
  readonly delay: number;
}

/** Where a script stands. */
export interface ScriptProgress {
  /** 0 for the first phase. */
  readonly phase: number;
  /** 1 for the first run through its phases. */
  readonly round: number;
  /** Milliseconds until the next phase. */
  readonly phaseLeft: number;
}

interface Play {
  readonly script: ArmedScript;
  readonly startedAt: number;
  stretch: Stretch | undefined;
}

/** The faults in force: decides which of them strike a request, or a connection. */
export class Faults {
  readonly #clock: Clock;
  readonly #seed: number;
  #random: Random;
  #entries: readonly Entry[] = [];
  #play: Play | undefined;
  /** Told whenever faults are put in force or ended by hand. */
  readonly watchers: (() => void)[] = [];

  constructor(clock: Clock, seed: number) {
    this.#clock = clock;
    this.#seed = seed;
    this.#random = seededRandom(seed);
  }

  /** Puts these in force instead of all others; chance starts anew, so the same faults strike the same requests. */
  set(faults: readonly ArmedFault[]): void {
    this.#random = seededRandom(this.#seed);
    this.#play = undefined;
    this.#arm(faults, this.#clock.now());
    for (const watcher of this.watchers) watcher();
  }

  /** Puts the phases of a script in force one after the other, instead of all else. */
  play(script: ArmedScript): void {
    this.#random = seededRandom(this.#seed);
    this.#play = { script, startedAt: this.#clock.now(), stretch: undefined };
    this.#entries = [];
    this.#inForce();
    for (const watcher of this.watchers) watcher();
  }

  /** Decides what happens to one request: faults strike in their order, up to the first that is final. */
  strike(path: string, method = 'GET'): readonly Strike[] {
    const strikes: Strike[] = [];
    if (isControl(path)) return strikes;
    for (const entry of this.#inForce()) {
      const { fault } = entry;
      if (fault.strikes !== 'request' || !concerns(fault, path, method) || !this.#happens(entry)) continue;
      strikes.push({ fault, delay: drawLatency(fault.settings.latency, this.#random) });
      if (fault.final) break;
    }
    return strikes;
  }

  /** Decides what happens to one connection that was let in. */
  strikeConnection(): Strike<ConnectionFault> | undefined {
    for (const entry of this.#inForce()) {
      const { fault } = entry;
      if (fault.strikes !== 'connection' || fault.means.is === 'refused' || !this.#happens(entry)) continue;
      return { fault, delay: drawLatency(fault.settings.latency, this.#random) };
    }
    return undefined;
  }

  /** Whether nobody is to listen at present. */
  get refuses(): boolean {
    return this.#inForce().some(({ fault }) => fault.strikes === 'connection' && fault.means.is === 'refused');
  }

  /** Whether every request fails at present, whatever its path. */
  get failsAll(): boolean {
    return this.#inForce().some(
      ({ fault }) => fault.settings.rate === 1 && concernsAll(fault) && (fault.strikes === 'connection' || fault.final),
    );
  }

  /** The faults on connections that came into force since this was last asked. */
  takeNewcomers(): readonly ConnectionFault[] {
    const fresh = this.#inForce().filter(({ taken }) => !taken);
    for (const entry of fresh) entry.taken = true;
    return fresh.map(({ fault }) => fault).filter((fault) => fault.strikes === 'connection');
  }

  /** Whether connections fail at present, or in some phase of the script. */
  get everFailsConnections(): boolean {
    const present = this.#inForce().map(({ fault }) => fault);
    const planned = this.#play?.script.phases.flatMap(({ faults }) => faults) ?? [];
    return [...present, ...planned].some(({ strikes }) => strikes === 'connection');
  }

  /** Monotonic milliseconds at which time alone next changes what is in force; undefined when it does not. */
  get changesAt(): number | undefined {
    const ends = this.#inForce().filter(({ count, fault }) => count === 0 && fault.settings.duration !== undefined);
    const stretch = this.#play?.stretch;
    const times = [...ends, ...(stretch ? [stretch] : [])].map(({ until }) => until);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** What is in force, for people to look at. */
  get active(): readonly ActiveFault[] {
    const now = this.#clock.now();
    return this.#inForce().map((entry) => leftOf(entry, now));
  }

  /** Where the script stands; undefined when none is played. */
  get progress(): ScriptProgress | undefined {
    this.#inForce();
    if (!this.#play?.stretch) return undefined;
    const { phase, round, until } = this.#play.stretch;
    return { phase, round, phaseLeft: until - this.#clock.now() };
  }

  #inForce(): readonly Entry[] {
    if (this.#entries.length === 0 && !this.#play) return this.#entries;
    const now = this.#clock.now();
    if (this.#play) this.#advance(this.#play, now);
    this.#entries = this.#entries.filter((entry) => isInForce(entry, now));
    return this.#entries;
  }

  /** Takes the faults of the phase that runs now; what is left of those of an earlier one is over. */
  #advance(play: Play, now: number): void {
    const { script, startedAt, stretch } = play;
    if (stretch && now < stretch.until) return;
    play.stretch = stretchAt(script, startedAt, now);
    if (!play.stretch) this.#play = undefined;
    const { phase = -1, from = now } = play.stretch ?? {};
    this.#arm(script.phases[phase]?.faults ?? [], from);
  }

  #arm(faults: readonly ArmedFault[], since: number): void {
    this.#entries = faults.map((fault) => entryOf(fault, since));
  }

  /** Draws whether a fault strikes; if it does, its count goes down. */
  #happens(entry: Entry): boolean {
    const { rate } = entry.fault.settings;
    if (rate < 1 && this.#random.next() >= rate) return false;
    if (entry.count > 0) entry.count--;
    return true;
  }
}

function concerns({ settings }: ArmedFault, path: string, method: string): boolean {
  return (settings.method ?? method) === method && isBelow(path, settings.route);
}

function concernsAll({ settings }: ArmedFault): boolean {
  return settings.method === undefined && settings.route === '/';
}
