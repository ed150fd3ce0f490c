import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Hold } from '../../../../src/policies/rate-limit/meter.js';
import { ToldLimits } from '../../../../src/policies/rate-limit/told/index.js';
import { readyBehind } from '../kinds.js';
import { answer } from './answers.js';

const day = 86_400_000;
const period = 10_000;
const epsilon = 1e-6;

/**
 * A server has a window every ten seconds for each of its limits. Its answers tell of the present one, the one before or the next (they overtake each
 * other, and clocks differ), and are a little off in when it ends.
 */
const step = fc.oneof(
  fc.record({
    does: fc.constant('answer' as const),
    id: fc.constantFrom('a', 'b'),
    window: fc.constantFrom(0, 0, 0, 0, -1, 1),
    off: fc.integer({ min: -400, max: 400 }),
    remaining: fc.nat(12),
    quota: fc.boolean(),
  }),
  fc.record({ does: fc.constant('pause' as const), pausedFor: fc.nat(3000) }),
  fc.record({ does: fc.constant('pass' as const), time: fc.oneof(fc.nat(5), fc.nat(4000), fc.nat(3 * period)) }),
  { weight: 3, arbitrary: fc.record({ does: fc.constant('take' as const), weight: fc.integer({ min: 1, max: 4 }) }) },
  {
    weight: 2,
    arbitrary: fc.record({ does: fc.constantFrom('giveBack' as const, 'spend' as const), which: fc.nat(20) }),
  },
);

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

interface Taken {
  readonly weight: number;
  readonly order: number;
  readonly hold: Hold;
  isBack: boolean;
}

interface Answered {
  readonly id: string;
  readonly window: number;
  readonly end: number;
  readonly remaining: number;
  readonly order: number;
}

/** Plays the steps, and keeps the books that the limits must agree with. */
class World {
  readonly limits = new ToldLimits();
  now = 1000.5;
  pausedUntil = 0;
  readonly #taken: Taken[] = [];
  readonly #onHold: Taken[] = [];
  #answered: Answered[] = [];
  #order = 0;

  do(next: Step): void {
    this.#order++;
    if (next.does === 'answer') this.#hear(next);
    if (next.does === 'pause') this.#pause(next.pausedFor);
    if (next.does === 'pass') this.now += next.time;
    if (next.does === 'take') this.take(next.weight);
    if (next.does === 'giveBack' || next.does === 'spend') this.#settle(next.does, next.which);
  }

  take(weight: number): boolean {
    if (!this.limits.take(weight, this.now)) return false;
    const hold = this.limits.hold(weight);
    const taken = { weight, order: this.#order++, hold, isBack: false };
    this.#taken.push(taken);
    this.#onHold.push(taken);
    return true;
  }

  /** By how much an answer that still holds was exceeded. */
  excess(): number {
    const open = this.#answered.filter(({ end }) => this.now < end);
    return Math.max(0, ...open.map((told) => this.#takenSince(told.order) - told.remaining));
  }

  #takenSince(order: number): number {
    const since = this.#taken.filter((taken) => taken.order > order && !taken.isBack);
    return since.reduce((sum, { weight }) => sum + weight, 0);
  }

  #hear({ id, window, off, remaining, quota }: Step & { does: 'answer' }): void {
    const number = Math.floor(this.now / period) + window;
    const resetAfter = Math.max(0, (number + 1) * period + off - this.now);
    const terms = quota ? { limit: 12, per: period } : {};
    this.limits.adopt(answer({ id, remaining, resetAfter, ...terms }), this.now);
    const end = this.now + resetAfter;
    if (resetAfter === 0) return;
    this.#answered = this.#answered.filter((told) => told.id !== id || told.window >= number);
    this.#answered.push({ id, window: number, end, remaining, order: this.#order });
  }

  #pause(pausedFor: number): void {
    this.limits.adopt({ pausedFor, windows: [] }, this.now);
    this.pausedUntil = Math.max(this.pausedUntil, this.now + pausedFor);
  }

  #settle(how: 'giveBack' | 'spend', which: number): void {
    const [taken] = this.#onHold.splice(which % Math.max(1, this.#onHold.length), 1);
    if (taken === undefined) return;
    taken.hold[how](this.now);
    taken.isBack = how === 'giveBack';
  }
}

const steps = fc.array(step, { maxLength: 120, size: 'max' });

function afterEachStep(check: (world: World, all: Step) => void, numRuns = 500): void {
  fc.assert(
    fc.property(steps, (all) => {
      const world = new World();
      for (const next of all) {
        world.do(next);
        check(world, next);
      }
    }),
    { numRuns },
  );
}

describe('told limits, whatever is answered, taken and given back', () => {
  it('never give more than an answer left until its window begins anew', () => {
    let refused = 0;
    afterEachStep((world, { does }) => {
      if (does === 'take' && !world.limits.fits(4, world.now)) refused++;
      expect(world.excess()).toBeLessThan(epsilon);
    });
    expect(refused).toBeGreaterThan(1000);
  });

  it('never give anything before a pause is over', () => {
    let paused = 0;
    afterEachStep((world) => {
      if (world.now >= world.pausedUntil) return;
      paused++;
      const { limits, now } = world;
      expect([limits.fits(0, now), world.take(1), limits.available(now)]).toEqual([false, false, 0]);
      expect(limits.readyAt(1, now)).toBeGreaterThanOrEqual(world.pausedUntil);
    }, 300);
    expect(paused).toBeGreaterThan(1000);
  });

  it('say exactly when a weight gets through: not before, and then', () => {
    afterEachStep(({ limits, now }) => {
      for (const weight of [1, 3, 20]) {
        const ready = limits.readyAt(weight, now);
        expect(limits.fits(weight, now)).toBe(ready === now);
        if (ready - epsilon > now) expect(limits.fits(weight, ready - epsilon)).toBe(false);
        const copy = limits.copy();
        expect([copy.fits(weight, ready), copy.take(weight, ready)]).toEqual([true, true]);
      }
    }, 150);
  });

  it('say exactly when it does behind others', () => {
    const line = fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 6 });
    fc.assert(
      fc.property(steps, line, (all, weights) => {
        const world = new World();
        for (const next of all) world.do(next);
        const { limits, now } = world;
        const ready = readyBehind(limits, 2, now, weights);
        let at = now;
        for (const weight of weights) {
          at = limits.readyAt(weight, at);
          expect(limits.take(weight, at)).toBe(true);
        }
        expect(limits.readyAt(2, at)).toBe(ready);
      }),
      { numRuns: 1000 },
    );
  });

  it('have as many whole permits as they say', () => {
    afterEachStep(({ limits, now }) => {
      const permits = limits.available(now);
      if (permits === Number.POSITIVE_INFINITY) expect(limits.fits(1e9, now)).toBe(true);
      else if (permits > 0) expect(limits.fits(permits, now)).toBe(true);
      if (limits.atRest(now)) expect(limits.fits(1e9, now)).toBe(true);
    }, 500);
  });

  it('are as if nothing had been taken once all is given back, where nothing was told since', () => {
    const weights = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(steps, weights, fc.nat(10), (all, more, seed) => {
        const world = new World();
        for (const next of all) world.do(next);
        const { limits, now } = world;
        const open = !limits.atRest(now);
        const before = [limits.available(now), limits.readyAt(3, now)];
        const holds = more.filter((weight) => limits.take(weight, now)).map((weight) => limits.hold(weight));
        const [first, second] = [holds.slice(0, seed), holds.slice(seed)];
        for (const hold of [...second.reverse(), ...first]) hold.giveBack(now);
        if (open) expect([limits.available(now), limits.readyAt(3, now)]).toEqual(before);
      }),
      { numRuns: 1500 },
    );
  });

  it('are forgotten in the end: after a day of silence everything fits, after two there is nothing left to know', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const world = new World();
        for (const next of all) world.do(next);
        const { limits, now } = world;
        expect([limits.fits(1e9, now + day), limits.readyAt(1e9, now + day)]).toEqual([true, now + day]);
        expect([limits.atRest(now + day), limits.available(now + 2 * day)]).toEqual([true, Number.POSITIVE_INFINITY]);
      }),
      { numRuns: 500 },
    );
  });

  it('have copies that are independent of them, and they of these', () => {
    fc.assert(
      fc.property(steps, steps, (all, others) => {
        const [world, other] = [new World(), new World()];
        for (const next of all) world.do(next);
        const { limits, now } = world;
        const state = (some: ToldLimits) => [1, 2, 5, 9].map((weight) => readyBehind(some, weight, now, [2, 3]));
        const [before, copy] = [state(limits), limits.copy()];
        expect(state(copy)).toEqual(before);
        Object.assign(other, { limits: copy, now });
        for (const next of others) other.do(next);
        expect(state(limits)).toEqual(before);
        const [fresh, kept] = [limits.copy(), state(limits.copy())];
        for (const next of others) world.do(next);
        expect(state(fresh)).toEqual(kept);
      }),
      { numRuns: 500 },
    );
  });
});
