import fc from 'fast-check';
import { describe, it } from 'vitest';
import { kinds } from './kinds.js';
import { Pair } from './limiter-pair.js';

/** How long somebody waits at most whose wait would be so long. */
const patience = fc.oneof(
  fc.constantFrom(0, 0.5, -0.5, -10, 20, 500, Number.POSITIVE_INFINITY).map((more) => (wait: number) => wait + more),
  fc.constantFrom(0.1, 0.3, 0.5, 0.8).map((part) => (wait: number) => wait * part),
);
const weight = fc.constantFrom(1, 1, 1, 2, 3, 0.5);
/** What a server says of one window, and now and then of its quota. */
const answer = fc
  .record({ left: fc.nat(6), reset: fc.integer({ min: 1, max: 4 }), limit: fc.nat(6), per: fc.constantFrom(0, 0, 2) })
  .map(({ left, reset, limit, per }) => {
    const policy = per > 0 && { 'ratelimit-policy': `"a";q=${limit};w=${per}` };
    return { status: 200, headers: { ratelimit: `"a";r=${left};t=${reset}`, ...policy } };
  });
type Step = (pair: Pair) => Promise<void>;
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 20, arbitrary: fc.tuple(weight, patience).map((ask) => (pair: Pair) => pair.come(...ask)) },
  { weight: 4, arbitrary: fc.nat(20).map((which) => (pair: Pair) => pair.leave(which)) },
  { weight: 2, arbitrary: weight.map((weight) => (pair: Pair) => pair.take(weight)) },
  { weight: 2, arbitrary: fc.nat(20).map((which) => (pair: Pair) => pair.giveBack(which)) },
  { weight: 4, arbitrary: fc.double({ min: 0, max: 150, noNaN: true }).map((by) => (pair: Pair) => pair.advance(by)) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.double({ min: 0, max: 1000, noNaN: true }), fc.boolean())
      .map((hung) => (pair: Pair) => pair.hang(...hung)),
  },
  { weight: 2, arbitrary: fc.constant(async (pair: Pair) => pair.look()) },
  { weight: 1, arbitrary: fc.constantFrom(0.5, 1, 2).map((factor) => (pair: Pair) => pair.change(factor)) },
  { weight: 1, arbitrary: fc.constant((pair: Pair) => pair.drain()) },
  { weight: 1, arbitrary: answer.map((answer) => (pair: Pair) => pair.adopt(answer)) },
);

const steps = fc.array(step, { minLength: 20, maxLength: 80, size: 'max' });

describe.each(kinds)('what a line before %s is told', (_name, limits) => {
  it('is what a forecast from scratch tells, whoever comes, leaves or gives back, whatever changes, however late alarms ring', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(weight, { maxLength: 25, size: 'max' }), steps, async (crowd, steps) => {
        const pair = new Pair(limits);
        for (const weight of crowd) await pair.come(weight, () => Number.POSITIVE_INFINITY);
        for (const next of steps) await next(pair);
        await pair.advance(3_600_000);
      }),
      { numRuns: 25 },
    );
  });
});
