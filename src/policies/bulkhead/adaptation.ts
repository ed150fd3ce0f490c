import type { Random } from '../../core/index.js';
import { type AdaptiveChoice, type AdaptiveLimit, type AdaptiveSettings, newLimit } from './adaptive/index.js';

/** What one call tells about the limit. */
export interface Sample {
  /** Milliseconds from its slot to its end. */
  readonly rtt: number;
  /** Slots that were taken when it began, its own included. */
  readonly running: number;
  /** The callee had too much to do. */
  readonly dropped: boolean;
  readonly now: number;
}

/** How a bulkhead finds its limit by what its calls tell. */
export class Adaptation {
  readonly settings: AdaptiveSettings;
  readonly #found: AdaptiveLimit;
  /** Parts of calls that falls of the limit have cost those who matter least, and that do not make a whole call yet. */
  #owed = 0;

  constructor(settings: AdaptiveSettings, random: Random) {
    this.settings = settings;
    this.#found = newLimit(settings, random);
  }

  get limit(): number {
    return this.#found.limit;
  }

  /** Takes one more sample; true when the limit is another one now. */
  learn({ rtt, running, dropped, now }: Sample): boolean {
    return this.#found.sample(rtt, running, dropped, now);
  }

  /**
   * How many of `waiting` calls must go because the limit moved: the share by which it fell. Parts of calls add up from fall to fall, so that many
   * small falls come to as much as one large one; when it rises they are forgotten.
   */
  toll(waiting: number, from: number, to: number): number {
    this.#owed = to > from || waiting === 0 ? 0 : this.#owed + (waiting * (from - to)) / from;
    const whole = Math.floor(this.#owed);
    this.#owed -= whole;
    return whole;
  }
}

/** What finds the limit, if anything does; it starts from the present one where it goes on in the same way. */
export function adaptationOf(
  settings: AdaptiveSettings | undefined,
  random: Random,
  present?: number,
): Adaptation | undefined {
  if (settings === undefined) return undefined;
  const { initialLimit, minLimit, maxLimit } = settings;
  const start = present === undefined ? initialLimit : Math.max(minLimit, Math.min(maxLimit, present));
  return new Adaptation({ ...settings, initialLimit: start }, random);
}

/** Tells whether a limit is found in the same way as before: a configuration that is read again gives equal options, not the same ones. */
export function isSameWay(one: AdaptiveChoice | undefined, other: AdaptiveChoice | undefined): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  const [known, wanted] = [new Map(Object.entries(one)), Object.entries(other)];
  return known.size === wanted.length && wanted.every(([option, value]) => known.get(option) === value);
}
