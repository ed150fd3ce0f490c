import { Alarm, Clock, type Random, seededRandom } from '../../core/index.js';
import {
  type ChaosClockOptions,
  type ClockChaos,
  type ClockChaosSettings,
  readChaosClockOptions,
  readClockChaos,
} from './chaos-clock-options.js';

/** What a chaos clock has done so far. */
export interface ChaosClockCounts {
  /** Jumps of the wall clock, as far as somebody looked at it since. */
  readonly jumps: number;
  /** How often it woke up late. */
  readonly late: number;
  /** The latest that it woke up, in milliseconds. */
  readonly latest: number;
}

/**
 * Wraps a clock whose time of day is wrong and whose alarms are late, on command: to see what a service makes of it.
 *
 * ```ts
 * const clock = new ManualClock();
 * const chaos = chaosClock({ clock, seed: 7 });
 * const runtime = new Runtime({ clock: chaos });
 * chaos.chaos = { jumpEvery: '1m', ahead: '2h', behind: '1d', latency: ['0ms', '50ms'] };
 * await clock.advance('10m');
 * chaos.chaos = {};                              // it is well again
 * ```
 */
export function chaosClock(options: ChaosClockOptions = {}): ChaosClock {
  return new ChaosClock(options);
}

/** A clock around another one, which misbehaves on command. */
export class ChaosClock extends Clock {
  readonly #inner: Clock;
  readonly #seed: number;
  readonly #random: Random;
  readonly #counts = { jumps: 0, late: 0, latest: 0 };
  #chaos: ClockChaos = {};
  #settings: ClockChaosSettings;
  #since: number;
  #seen = 0;
  #alive = false;
  #wakeUp: WakeUp | undefined;

  constructor(options: ChaosClockOptions) {
    super();
    const { chaos, seed, clock } = readChaosClockOptions(options);
    this.#inner = clock;
    this.#seed = seed;
    this.#random = seededRandom(seed);
    this.#since = clock.now();
    this.#settings = readClockChaos(chaos);
    this.#chaos = chaos;
  }

  /** How it misbehaves from now on; given an empty object, not at all: its wall clock is right again, and what is late already rings in time for that. */
  get chaos(): ClockChaos {
    return this.#chaos;
  }

  set chaos(given: ClockChaos) {
    this.#settings = readClockChaos(given);
    this.#chaos = given;
    this.#since = this.#inner.now();
    this.#seen = 0;
    if (this.#wakeUp !== undefined) this.wakeAt(this.#wakeUp.wanted);
  }

  /** What it has done so far. */
  get counts(): ChaosClockCounts {
    return { ...this.#counts };
  }

  override now(): number {
    return this.#inner.now();
  }

  override coarse(): number {
    return this.#inner.coarse();
  }

  override wallNow(): number {
    const passed = this.#inner.now() - this.#since;
    return this.#inner.wallNow() + this.#jump(passed) + Math.round(passed * this.#settings.drift);
  }

  override wakeAt(at: number): void {
    this.#disarm();
    this.#arm(new WakeUp(this.#alive, at, () => this.#wake()), this.#lateAt(at));
  }

  override hold(alive: boolean): void {
    this.#alive = alive;
    const wakeUp = this.#wakeUp;
    if (wakeUp === undefined) return;
    this.#disarm();
    this.#arm(new WakeUp(alive, wakeUp.wanted, () => this.#wake()), wakeUp.at);
  }

  #arm(wakeUp: WakeUp, at: number): void {
    this.#wakeUp = wakeUp;
    this.#inner.arm(wakeUp, at);
  }

  #disarm(): void {
    if (this.#wakeUp !== undefined) this.#inner.disarm(this.#wakeUp);
    this.#wakeUp = undefined;
  }

  #wake(): void {
    const { wanted, at } = this.#wakeUp as WakeUp;
    this.#wakeUp = undefined;
    if (at > wanted) this.#counts.late++;
    this.#counts.latest = Math.max(this.#counts.latest, at - wanted);
    this.ringDue();
  }

  #lateAt(at: number): number {
    const { latency, coalesce } = this.#settings;
    const { min, max } = latency;
    const late = at + (min === max ? min : min + (max - min) * this.#random.next());
    return coalesce > 0 ? Math.ceil(late / coalesce) * coalesce : late;
  }

  /** How far off the wall clock is since the last jump: the same at the same time in every run, however often anybody looks. */
  #jump(passed: number): number {
    const { jumpEvery, ahead = hour, behind = hour } = this.#settings;
    const jumps = jumpEvery === undefined ? 0 : Math.floor(passed / jumpEvery);
    if (jumps === 0) return 0;
    this.#counts.jumps += jumps - this.#seen;
    this.#seen = jumps;
    const share = seededRandom((this.#seed + Math.imul(jumps, 0x9e3779b1)) >>> 0).next();
    return Math.round(share * (ahead + behind) - behind);
  }
}

const hour = 3_600_000;

/** One wish to be woken, at the time that chaos makes of it. */
class WakeUp extends Alarm {
  readonly wanted: number;
  readonly #alive: boolean;
  readonly #woken: () => void;

  constructor(alive: boolean, wanted: number, woken: () => void) {
    super();
    this.#alive = alive;
    this.wanted = wanted;
    this.#woken = woken;
  }

  override get keepsAlive(): boolean {
    return this.#alive;
  }

  override ring(): void {
    this.#woken();
  }
}
