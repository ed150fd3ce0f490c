import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { BudgetOptions } from '../../../src/core/index.js';
import { budgetOf } from './budget-world.js';

const many = { maxLength: 300, size: 'max' } as const;
const runs = { numRuns: 200 };

/** What happens to a budget, as one of several things, and how much of it. */
function steps<Name extends string>(things: Readonly<Record<Name, fc.Arbitrary<number>>>) {
  const one = Object.entries<fc.Arbitrary<number>>(things).map(([what, by]) =>
    fc.record({ what: fc.constant(what as Name), by }),
  );
  return fc.array(fc.oneof(...one), many);
}

const once = fc.constant(1);

/** Calls and grants of a budget by ratio, with every moment remembered. */
class Remembered {
  readonly world: ReturnType<typeof budgetOf>;
  readonly calls: number[] = [];
  readonly granted: number[] = [];
  readonly terms: { readonly ratio: number; readonly minPerSecond: number; readonly ttl: number };

  constructor(terms: Remembered['terms']) {
    this.terms = terms;
    this.world = budgetOf(terms);
  }

  readonly do = {
    begin: (calls: number) => {
      this.world.begin(calls);
      for (let call = 0; call < calls; call++) this.calls.push(this.world.clock.now());
    },
    take: (times: number) => {
      for (let time = 0; time < times; time++) if (this.world.take() !== undefined) this.#grant();
    },
    wait: (ms: number) => this.world.clock.skip(ms),
    idle: (ms: number) => this.world.clock.skip(ms),
  };

  /** What must be left at the least: nothing younger than the ttl is forgotten. */
  get least(): number {
    const { ratio, ttl } = this.terms;
    return this.#floor + ratio * this.#within(this.calls, ttl) - this.#within(this.granted, 1.1 * ttl);
  }

  get #floor(): number {
    return (this.terms.minPerSecond * this.terms.ttl) / 1000;
  }

  #grant(): void {
    const { ratio, ttl } = this.terms;
    this.granted.push(this.world.clock.now());
    const most = this.#floor + ratio * this.#within(this.calls, 1.1 * ttl);
    expect(this.#within(this.granted, ttl)).toBeLessThanOrEqual(most + 1e-6);
  }

  #within(times: readonly number[], span: number): number {
    return times.filter((at) => at > this.world.clock.now() - span - 1e-6).length;
  }
}

describe('what budgets promise, whatever happens', () => {
  it('by ratio: with each grant, no more within the ttl than the floor and the share of its calls, counted in tenths', () => {
    const terms = fc.record({
      ratio: fc.double({ min: 0.01, max: 1, noNaN: true }),
      minPerSecond: fc.integer({ min: 0, max: 5 }),
      ttl: fc.integer({ min: 100, max: 5000 }),
    });
    const course = steps({
      begin: fc.integer({ min: 1, max: 30 }),
      take: fc.integer({ min: 1, max: 10 }),
      wait: fc.integer({ min: 0, max: 700 }),
      idle: fc.integer({ min: 0, max: 90_000 }),
    });
    fc.assert(
      fc.property(terms, course, (given, happenings) => {
        const remembered = new Remembered(given);
        for (const { what, by } of happenings) {
          remembered.do[what](by);
          expect(remembered.world.budget.stats.balance).toBeGreaterThanOrEqual(remembered.least - 1e-6);
        }
      }),
      runs,
    );
  });

  it('in flight: granted exactly as its rule says', () => {
    const terms = fc.record({
      inFlight: fc.double({ min: 0.01, max: 1, noNaN: true }),
      min: fc.integer({ min: 0, max: 4 }),
    });
    fc.assert(
      fc.property(terms, steps({ begin: once, take: once, end: once, endExtra: once }), (given, happenings) => {
        const { budget, take, begin } = budgetOf(given);
        const under = { plain: 0, extra: 0 };
        const granted = () => under.extra < given.min || under.extra <= given.inFlight * (under.plain + under.extra);
        const act = {
          begin: () => {
            begin();
            under.plain++;
          },
          end: () => {
            if (under.plain > 0) budget.settle('failure');
            under.plain = Math.max(0, under.plain - 1);
          },
          endExtra: () => {
            if (under.extra > 0) budget.settle('success', 1);
            under.extra = Math.max(0, under.extra - 1);
          },
          take: () => {
            expect([budget.stats.balance > 0, take() !== undefined]).toEqual([granted(), granted()]);
            if (granted()) under.extra++;
          },
        };
        for (const { what } of happenings) act[what]();
      }),
      runs,
    );
  });

  const quotas = fc.integer({ min: 1, max: 100 }).chain((quota) => {
    const cost = fc.integer({ min: 1, max: quota });
    return fc.record({ quota: fc.constant(quota), cost, timeoutCost: cost });
  });
  const tokens = fc.record({
    tokens: fc.integer({ min: 1, max: 50 }),
    tokenRatio: fc.double({ min: 0.05, max: 3, noNaN: true }),
  });

  it.each<[string, fc.Arbitrary<BudgetOptions>]>([
    ['quota', quotas],
    ['tokens', tokens],
  ])('by %s: never below nothing or above all, and back to all by successes', (rule, terms) => {
    const course = steps({ take: once, success: once, failure: once, neutral: once });
    fc.assert(
      fc.property(terms, course, (given, happenings) => {
        const { budget, take } = budgetOf(given);
        const all = given[rule as 'quota' | 'tokens'] as number;
        const under: number[] = [];
        for (const { what } of happenings) {
          const before = budget.stats.balance;
          if (what === 'take') under.push(...[take() ?? []].flat());
          else budget.settle(what, under.pop());
          const { balance } = budget.stats;
          expect(balance).toBeGreaterThanOrEqual(what === 'neutral' ? before : 0); // what says nothing costs nothing
          expect(balance).toBeLessThanOrEqual(all);
        }
        for (let call = 0; call < all * 20; call++) budget.settle('success');
        expect(budget.stats.balance).toBe(all);
      }),
      runs,
    );
  });
});
