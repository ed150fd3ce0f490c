import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Hold, type Meter, rounding } from '../../../src/policies/rate-limit/meter.js';
import { type Limits, newMeter } from '../../../src/policies/rate-limit/meters.js';
import { kinds, readyBehind } from './kinds.js';
import { excess, type Given } from './promises.js';

const day = 86_400_000;

/** A meter, the time, and what it gave for good. */
class Use {
  readonly #limits: Limits;
  readonly meter: Meter;
  readonly given = new Set<Given>();
  readonly #held: { readonly hold: Hold; readonly what: Given }[] = [];
  #asked: number | undefined = undefined;
  #begun: number | undefined = undefined;
  now = 10_000;

  constructor(limits: Limits) {
    this.#limits = limits;
    this.meter = newMeter(limits);
  }

  /** By how much more it gave than it promises. */
  get excess(): number {
    return excess(this.#limits, { given: [...this.given], asked: this.#asked ?? 0, begun: this.#begun ?? 0 });
  }

  wait(time: number): void {
    this.now += time;
  }

  take(weight: number, held: boolean): void {
    const ready = this.meter.readyAt(weight, this.now);
    const fits = this.meter.copy().fits(weight, this.now);
    expect(fits).toBe(ready <= this.now + rounding);
    expect(this.meter.take(weight, this.now)).toBe(fits);
    this.#asked ??= this.now;
    if (fits) this.#note(weight, held);
    else this.#provesExact(weight, ready);
  }

  decide(which: number, back: boolean): void {
    const [decided] = this.#held.splice(which % Math.max(1, this.#held.length), 1);
    if (decided === undefined) return;
    if (back) this.given.delete(decided.what);
    if (back) decided.hold.giveBack(this.now);
    else decided.hold.spend();
  }

  keep(permits: number): void {
    this.meter.keep(permits, this.now);
    this.#asked ??= this.now;
    this.#begun ??= this.now;
    expect(this.meter.available(this.now)).toBeLessThanOrEqual(permits);
  }

  #note(weight: number, held: boolean): void {
    const what = { at: this.now, weight };
    this.#begun ??= this.now;
    this.given.add(what);
    if (held) this.#held.push({ what, hold: this.meter.hold(weight, this.now) });
  }

  /** Just before that moment it is refused, and at it, it is there. */
  #provesExact(weight: number, ready: number): void {
    const early = Math.max(this.now, ready - 5 * rounding);
    if (early > this.now) expect(this.meter.copy().fits(weight, early)).toBe(false);
    expect(this.meter.copy().fits(weight, ready)).toBe(true);
  }
}

const weight = fc.oneof(fc.integer({ min: 1, max: 4 }), fc.constantFrom(0.25, 0.1, 1.5, 1 / 3));
const time = fc.oneof(
  { weight: 6, arbitrary: fc.nat(120) },
  { weight: 3, arbitrary: fc.double({ min: 0, max: 1500, noNaN: true }) },
  { weight: 1, arbitrary: fc.constantFrom(3_600_000, day, 13.7 * day) },
);
const step = fc.oneof(
  { weight: 4, arbitrary: time.map((duration) => (use: Use) => use.wait(duration)) },
  { weight: 5, arbitrary: fc.tuple(weight, fc.boolean()).map((ask) => (use: Use) => use.take(...ask)) },
  { weight: 2, arbitrary: fc.tuple(fc.nat(10), fc.boolean()).map((decision) => (use: Use) => use.decide(...decision)) },
  { weight: 1, arbitrary: fc.nat(4).map((permits) => (use: Use) => use.keep(permits)) },
);
const steps = fc.array(step, { maxLength: 60, size: 'max' });

describe.each(kinds)('%s', (_name, limits) => {
  it('gives no more than it promises, tells exactly when it has room, and is whole again in the end', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const use = new Use(limits);
        for (const next of all) next(use);
        expect(use.excess).toBeLessThanOrEqual(0);
        use.meter.fits(1, use.now);
        use.wait(20 * 60_000);
        expect([use.meter.atRest(use.now), use.meter.copy().readyAt(4, use.now + 60_000)]).toEqual([
          true,
          limits.warmUp > 0 ? expect.any(Number) : use.now + 60_000,
        ]);
      }),
      { numRuns: 300 },
    );
  });

  it('foresees to the moment when each of those who wait has its turn', () => {
    const line = fc.array(weight, { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20, size: 'max' }), line, (all, weights) => {
        const use = new Use(limits);
        for (const next of all) next(use);
        use.meter.fits(1, use.now); // whoever waits has asked
        const foreseen = weights.map((weight, i) => readyBehind(use.meter, weight, use.now, weights.slice(0, i)));
        for (const [i, next] of weights.entries()) {
          const ready = use.meter.readyAt(next, use.now);
          expect(Math.abs(ready - foreseen[i]!)).toBeLessThan(1e-3);
          use.now = ready;
          expect(use.meter.take(next, ready)).toBe(true);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('is not touched by what happens to a copy, nor by being looked at', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30, size: 'max' }), weight, (all, asked) => {
        const use = new Use(limits);
        for (const next of all) next(use);
        const look = () => [
          use.meter.available(use.now),
          use.meter.readyAt(asked, use.now),
          readyBehind(use.meter, 4, use.now, [1, asked]),
        ];
        const before = look();
        const copy = use.meter.copy();
        copy.keep(0, use.now);
        while (copy.take(asked, use.now + 500)) {}
        expect(look()).toEqual(before);
        expect(look()).toEqual(before);
      }),
      { numRuns: 100 },
    );
  });
});
