import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currentCall, markPermanent, type RetryBudget } from '../../../src/core/index.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';
import { statsOf } from './copies.js';
import { type Race, ReferenceRace, type RunOf } from './reference-race.js';

const never = Number.POSITIVE_INFINITY;
const moment = 2 ** -12;

/** Each copy takes a fraction of a millisecond that is its own, so that no two things happen at once. */
const copies = fc
  .array(
    fc.record({
      takes: fc.oneof({ weight: 6, arbitrary: fc.nat(60) }, { weight: 1, arbitrary: fc.constant(never) }),
      comes: fc.constantFrom('answer' as const, 'failure' as const, 'failure' as const, 'permanent' as const),
    }),
    { minLength: 2, maxLength: 6 },
  )
  .map((copies) => copies.map(({ takes, comes }, index) => ({ comes, takes: takes + 2 ** -(index + 2) })));

const rarely = (arbitrary: fc.Arbitrary<number>) =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(never) }, { weight: 1, arbitrary });

const race: fc.Arbitrary<Race> = fc.record({
  copies,
  delay: fc.oneof(fc.constantFrom(0, never), fc.integer({ min: 1, max: 40 })),
  abortAt: rarely(fc.nat(100).map((at) => at + 0.5)),
  paid: rarely(fc.integer({ min: 1, max: 3 })),
});

/** A race of our own, on the manual clock. */
async function startRace({ copies, delay, abortAt, paid }: Race) {
  const runs: { readonly at: number; readonly signal: AbortSignal; readonly outcome: unknown }[] = [];
  const method = async (_caller: AbortSignal): Promise<unknown> => {
    const { takes, comes } = copies[runs.length] as RunOf;
    const signal = currentCall()?.signal as AbortSignal;
    const outcome = new Boom(`${runs.length}`);
    runs.push({ at: clock.now() - begun, signal, outcome });
    await new Promise<void>((resolve) => {
      const stop = takes === never ? undefined : clock.later(takes, resolve);
      signal.addEventListener('abort', () => stop?.());
    });
    if (comes === 'answer') return outcome;
    throw comes === 'permanent' ? markPermanent(outcome) : outcome;
  };
  const budget = paid === never ? { inFlight: 1 } : { quota: paid, cost: 1 };
  const hedge = { idempotent: true, delay, maxHedges: copies.length - 1, budget } as const;
  const { call, clock, runtime } = protectForTest(method, { hedge });
  const begun = clock.now();
  const books = booksOf(runtime.budgets.get('Service.method'));
  const caller = new AbortController();
  const abort = clock.later(abortAt < never ? abortAt : 100_000, () => caller.abort('left'));
  const seen = watch(call(caller.signal));
  await settle();
  return { runs, seen, clock, runtime, books, abort };
}

/** Keeps the books of a budget: what was begun and taken, and what was settled. */
function booksOf(budget: RetryBudget) {
  const books = { calls: 0, taken: 0, settledCalls: 0, settledExtras: 0 };
  const begin = budget.begin.bind(budget);
  const take = budget.take.bind(budget);
  const settle = budget.settle.bind(budget);
  budget.begin = (now) => {
    books.calls++;
    begin(now);
  };
  budget.take = (extra) => {
    const cost = take(extra);
    if (cost !== undefined) books.taken++;
    return cost;
  };
  budget.settle = (result, cost) => {
    books[cost === undefined ? 'settledCalls' : 'settledExtras']++;
    settle(result, cost);
  };
  return books;
}

type Started = Awaited<ReturnType<typeof startRace>>;

function expectEnd(race: Race, reference: ReferenceRace, { runs, seen }: Started): void {
  const { winner } = reference;
  if (winner === undefined) expect(seen).toEqual({ state: 'rejected', error: 'left' });
  else {
    const state = race.copies[winner]?.comes === 'answer' ? 'resolved' : 'rejected';
    expect([seen.state, seen.value ?? seen.error]).toEqual([state, runs[winner]?.outcome]);
  }
  expect(runs.map(({ signal }) => signal.aborted)).toEqual(runs.map((_, copy) => !reference.isDone(copy)));
}

function expectBooks(reference: ReferenceRace, { runs, runtime, books }: Started): void {
  const hedges = runs.length - 1;
  const { started, won = 0, lost = 0, failed = 0 } = statsOf(runtime) ?? {};
  expect([started, won + lost + failed]).toEqual([hedges, hedges]);
  expect(won).toBe(reference.winner !== undefined && reference.winner > 0 ? 1 : 0);
  expect(books).toEqual({ calls: 1, taken: hedges, settledCalls: 1, settledExtras: hedges });
}

describe('a hedged call', () => {
  it('goes as a naive race would, ends all losers and no winner, settles its budget, and leaves nothing behind', async () => {
    const run = async (race: Race) => {
      const reference = new ReferenceRace(race);
      const started = await startRace(race);
      const { clock, runs, seen, abort } = started;
      const ends = reference.at < never;
      await clock.advance((ends ? reference.at : 1000) - moment);
      expect(seen.state).toBe('pending');
      await clock.advance(moment);
      expect(runs.map(({ at }) => at)).toEqual(reference.starts);
      if (!ends) return;
      abort();
      expectEnd(race, reference, started);
      expect(clock.pending).toBe(0);
      await clock.advance(1000);
      expect(runs.length).toBe(reference.starts.length);
      expectBooks(reference, started);
    };
    await fc.assert(fc.asyncProperty(race, run), { numRuns: 1000 });
  }, 60_000);
});
