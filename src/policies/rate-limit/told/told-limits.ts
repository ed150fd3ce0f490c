import type { Hold, Meter } from '../meter.js';
import { Allowance } from './allowance.js';
import { Remainder } from './remainder.js';
import type { Quota, Told, ToldWindow } from './told.js';

/** How many windows of a server are kept in mind; those beyond are ignored until others are over. */
const maxWindows = 8;

/**
 * The limits of a server as far as its answers have told them, to stand beside those that were configured: arithmetic alone, and no restriction where
 * nothing was told.
 *
 * Until a window begins anew, what the answer said to be left may be taken. Another answer for the same window can only lower that; one for a window
 * that begins anew later replaces it; one for a window that does so earlier holds beside it until then. Two answers are for the same window where they
 * agree on its end within a second or a tenth of the time until then: servers count in whole seconds, and some add a little chance. But the next
 * window ends a whole period later: half of that is the most.
 */
export class ToldLimits implements Meter {
  /** No weight is impossible: one above what is left, or above the whole limit, passes as soon as the window begins anew. */
  readonly capacity = Number.POSITIVE_INFINITY;
  #pausedUntil = Number.NEGATIVE_INFINITY;
  #windows: readonly Allowance[] | undefined = undefined;

  get stepwise(): boolean {
    return this.#windows !== undefined;
  }

  /** Takes over what an answer told; returns whether anybody's turn may have changed by that. */
  adopt(told: Told, now: number): boolean {
    const until = now + (told.pausedFor ?? 0);
    let changed = until > Math.max(now, this.#pausedUntil);
    if (changed) this.#pausedUntil = until;
    for (const window of told.windows) if (this.#learn(window, now)) changed = true;
    return changed;
  }

  fits(weight: number, now: number): boolean {
    if (now < this.#pausedUntil) return false;
    for (const window of this.#windows ?? none) if (!window.fits(weight, now)) return false;
    return true;
  }

  take(weight: number, now: number): boolean {
    if (!this.fits(weight, now)) return false;
    for (const window of this.#windows ?? none) window.take(weight, now);
    return true;
  }

  readyAt(weight: number, now: number): number {
    let at = Math.max(now, this.#pausedUntil);
    for (const window of this.#windows ?? none) at = Math.max(at, window.readyAt(weight, now));
    return at;
  }

  /** Which window those ahead get into depends on each. */
  readyBehind(): undefined {
    return undefined;
  }

  /** The window that is assumed next begins with its first use. */
  slip(_due: number, now: number): number {
    const isOpen = this.#windows === undefined || this.#windows.every((window) => window.isOpen(now));
    return isOpen ? 0 : Number.POSITIVE_INFINITY;
  }

  available(now: number): number {
    if (now < this.#pausedUntil) return 0;
    let least = Number.POSITIVE_INFINITY;
    for (const window of this.#windows ?? none) least = Math.min(least, window.available(now));
    return Math.max(0, Math.floor(least));
  }

  /** Nobody is held up: what is only assumed may be forgotten. */
  atRest(now: number): boolean {
    return now >= this.#pausedUntil && !this.#windows?.some((window) => window.isOpen(now));
  }

  keep(permits: number, now: number): void {
    for (const window of this.#windows ?? none) window.keep(permits, now);
  }

  hold(weight: number): Hold {
    const holds = (this.#windows ?? none).map((window) => window.hold(weight));
    return {
      spend: () => {
        for (const hold of holds) hold.spend();
      },
      giveBack: (now) => {
        for (const hold of holds) hold.giveBack(now);
      },
    };
  }

  copy(): ToldLimits {
    const copy = new ToldLimits();
    copy.#pausedUntil = this.#pausedUntil;
    copy.#windows = this.#windows?.map((window) => window.copy());
    return copy;
  }

  #learn(told: ToldWindow, now: number): boolean {
    this.#windows = this.#windows?.filter((window) => !window.isForgotten(now));
    const end = now + (told.resetAfter ?? told.per ?? 0); // a window is over after its period at the latest
    if (told.remaining !== undefined && end > now) return this.#count(told, told.remaining, end, now);
    const quota = quotaOf(told);
    return quota !== undefined && this.#expect(told.id, quota, now);
  }

  #count(told: ToldWindow, remaining: number, end: number, now: number): boolean {
    const { id, per = Number.POSITIVE_INFINITY } = told;
    const windows = this.#windows ?? none;
    const tolerance = Math.min(Math.max(1000, (end - now) / 10), per / 2);
    const same = windows.find((window) => window.id === id && window.isOpen(now) && window.endsAbout(end, tolerance));
    if (same) return same.hear(remaining, end, quotaOf(told));
    const others = windows.filter((window) => window.id !== id || window.endsAfter(end));
    return this.#add(new Allowance(id, new Remainder(remaining), end, quotaOf(told)), others);
  }

  #expect(id: string, quota: Quota, now: number): boolean {
    const windows = this.#windows ?? none;
    const known = windows.filter((window) => window.id === id);
    if (known.length > 0) return known.map((window) => window.expect(quota)).includes(true);
    return this.#add(new Allowance(id, new Remainder(quota.limit), now, quota), windows);
  }

  #add(window: Allowance, others: readonly Allowance[]): boolean {
    if (others.length < maxWindows) this.#windows = [...others, window];
    return others.length < maxWindows;
  }
}

const none: readonly Allowance[] = [];

function quotaOf({ limit, per }: ToldWindow): Quota | undefined {
  return limit === undefined || per === undefined ? undefined : { limit, per };
}
