import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Priority, priorities } from '../../../src/core/index.js';
import {
  type Bulkhead,
  BulkheadFullError,
  type BulkheadSizes,
  BulkheadTimeoutError,
} from '../../../src/policies/bulkhead/index.js';
import { protect } from '../../../src/runtime/index.js';
import { type ManualClock, testRuntime } from '../../../src/testing/index.js';

const maxWait = 500;
const left = new Error('the caller left');
const overloaded = Object.assign(new Error('overloaded'), { status: 503 });

/** One call as the world around the bulkhead sees it. */
interface Visit {
  readonly number: number;
  readonly weight: number;
  readonly priority: Priority;
  readonly arrivedAt: number;
  readonly controller: AbortController;
  state: 'waiting' | 'running' | 'done';
  settle?: (error?: unknown) => void;
  error?: unknown;
  /** When it was gone without having run. */
  goneAt?: number;
}

/** A crowd of calls, and what holds for each of them whatever happens. */
class Crowd {
  readonly #visits: Visit[] = [];
  readonly #clock: ManualClock;
  readonly #bulkhead: Bulkhead;
  readonly #call: (visit: Visit, signal: AbortSignal) => Promise<unknown>;
  readonly #order: 'fifo' | 'lifo';
  /** The step that is being made may cost calls their places. */
  #mayShed = false;
  /** Those who waited when another was admitted that should have come after them: they must have been gone by then. */
  readonly #passed: { readonly other: Visit; readonly now: number }[] = [];
  /** What was found wrong while calls started and ended. */
  readonly #faults: unknown[] = [];

  constructor(sizes: BulkheadSizes & { readonly order: 'fifo' | 'lifo' }) {
    const { runtime, clock } = testRuntime();
    this.#order = sizes.order;
    this.#clock = clock;
    this.#bulkhead = runtime.bulkheads.register('crowded', sizes);
    const weight = (visit: Visit) => visit.weight;
    const priority = (visit: Visit) => visit.priority;
    const bulkhead = { name: 'crowded', maxWait, weight, priority };
    this.#call = protect(
      (visit: Visit, _signal: AbortSignal) => this.#run(visit),
      { bulkhead },
      { runtime, id: 'A.b' },
    );
  }

  async come(weight: number, priority: Priority): Promise<void> {
    const { queued } = this.#bulkhead;
    const [number, arrivedAt, controller] = [this.#visits.length, this.#clock.now(), new AbortController()];
    const visit: Visit = { number, weight, priority, arrivedAt, controller, state: 'waiting' };
    const before = this.#visits.filter(isShed);
    const lower = this.#in('waiting').some((other) => rank(other) > rank(visit));
    this.#mayShed = true;
    this.#visits.push(visit);
    this.#call(visit, controller.signal).then(
      () => this.#ended(visit),
      (error) => this.#ended(visit, error),
    );
    await this.#settled();
    const lost = this.#visits.filter((other) => other !== visit && isShed(other) && !before.includes(other));
    expect(lost.length).toBeLessThanOrEqual(1);
    for (const other of lost) expect(rank(other)).toBeGreaterThan(rank(visit));
    if (visit.state !== 'done') return;
    expect(visit.error).toBeInstanceOf(BulkheadFullError); // refused: it was too heavy, or all places were taken by its equals
    if (weight <= this.#bulkhead.maxConcurrent) expect([queued, lower]).toEqual([this.#room, false]);
  }

  async settle(which: number, error?: unknown): Promise<void> {
    this.#mayShed = true; // the limit may fall
    this.#pick('running', which)?.settle?.(error);
    await this.#settled();
  }

  async leave(which: number): Promise<void> {
    const visit = this.#pick('waiting', which);
    const { queued } = this.#bulkhead;
    visit?.controller.abort(left);
    if (visit) expect(this.#bulkhead.queued).toBeLessThan(queued);
    await this.#settled();
    if (visit) expect(visit.error).toBe(left);
  }

  async wait(time: number): Promise<void> {
    await this.#clock.advance(time);
    this.#check();
  }

  async change(sizes: BulkheadSizes): Promise<void> {
    this.#mayShed = true;
    this.#bulkhead.change(sizes);
    await this.#settled();
  }

  async close(): Promise<void> {
    for (let running = this.#in('running'); running.length > 0; running = this.#in('running')) {
      this.#mayShed = true; // the limit may fall
      for (const { settle } of running) settle?.();
      await this.#settled();
    }
    const { running, queued } = this.#bulkhead;
    expect([running, queued, this.#clock.pending, this.#in('waiting').length]).toEqual([0, 0, 0, 0]);
    const { accepted, rejected, timedOut, shed } = this.#bulkhead.stats;
    const gone = this.#visits.filter(({ error }) => error === left).length;
    expect(accepted + rejected + timedOut + shed + gone).toBe(this.#visits.length);
  }

  get #room(): number {
    return this.#bulkhead.room({ maxWait, arm: () => {} });
  }

  #run(visit: Visit): Promise<unknown> {
    this.#note(() => {
      expect(visit.state).toBe('waiting');
      const taken = this.#taken() + visit.weight;
      expect(taken <= this.#bulkhead.limit || taken === visit.weight).toBe(true);
    });
    visit.state = 'running';
    const [now, passed] = [this.#clock.now(), this.#in('waiting').filter((other) => this.#goesFirst(other, visit))];
    this.#passed.push(...passed.map((other) => ({ other, now })));
    return new Promise((resolve, reject) => {
      visit.settle = (error) => {
        visit.state = 'done';
        if (error === undefined) resolve(visit);
        else reject(error);
      };
    });
  }

  /** Whether one that waited should have had the slots of another that got them now. */
  #goesFirst(waiting: Visit, admitted: Visit): boolean {
    if (rank(waiting) !== rank(admitted)) return rank(waiting) < rank(admitted);
    return this.#order === 'fifo' && waiting.number < admitted.number;
  }

  #ended(visit: Visit, error?: unknown): void {
    const waited = visit.state === 'waiting';
    const now = this.#clock.now();
    visit.state = 'done';
    visit.error = error;
    if (waited) visit.goneAt = now;
    if (!waited || error === left) return;
    this.#note(() => {
      if (error instanceof BulkheadTimeoutError) expect(now - visit.arrivedAt).toBe(maxWait);
      else if (isShed(visit)) expect(this.#mayShed).toBe(true);
      else expect([error, now]).toEqual([expect.any(BulkheadFullError), visit.arrivedAt]);
    });
  }

  #note(claim: () => void): void {
    try {
      claim();
    } catch (fault) {
      this.#faults.push(fault);
    }
  }

  async #settled(): Promise<void> {
    await this.#clock.advance(0);
    this.#check();
    this.#mayShed = false;
  }

  #check(): void {
    if (this.#faults.length > 0) throw this.#faults[0];
    for (const { other, now } of this.#passed.splice(0)) expect([other.state, other.goneAt]).toEqual(['done', now]);
    const { running, queued, limit } = this.#bulkhead;
    const waiting = this.#in('waiting');
    expect([running, queued]).toEqual([this.#taken(), waiting.length]);
    expect(queued).toBeLessThanOrEqual(this.#room);
    const [first] = waiting.filter(
      (visit) => !waiting.some((other) => other !== visit && this.#goesFirst(other, visit)),
    );
    const next =
      this.#order === 'lifo' ? waiting.filter((visit) => first && rank(visit) === rank(first)).at(-1) : first;
    if (next) expect(running > 0 && running + next.weight > limit).toBe(true); // nobody waits for slots that are free
  }

  #in(state: Visit['state']): Visit[] {
    return this.#visits.filter((visit) => visit.state === state);
  }

  #pick(state: Visit['state'], which: number): Visit | undefined {
    const visits = this.#in(state);
    return visits[which % Math.max(1, visits.length)];
  }

  #taken(): number {
    return this.#in('running').reduce((sum, { weight }) => sum + weight, 0);
  }
}

function rank({ priority }: Visit): number {
  return priorities.indexOf(priority);
}

function isShed({ error }: Visit): boolean {
  return error instanceof BulkheadFullError && error.reason === 'shed';
}

const adaptive = fc.constantFrom<BulkheadSizes['adaptive'] & {}>(
  false,
  { algorithm: 'aimd', window: 100, minSamples: 1, backoffRatio: 0.5, initialLimit: 4 },
  { algorithm: 'vegas', window: 100, minSamples: 1, initialLimit: 3 },
  { algorithm: 'gradient2', window: 100, minSamples: 1, initialLimit: 3, smoothing: 1 },
);

const sizes = fc.record(
  { maxConcurrent: fc.integer({ min: 4, max: 8 }), maxQueue: fc.nat(6), adaptive },
  { requiredKeys: [] },
);

const visitor = fc.record({ weight: fc.integer({ min: 1, max: 5 }), priority: fc.constantFrom(...priorities) });

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: visitor.map(
      ({ weight, priority }) =>
        (crowd: Crowd) =>
          crowd.come(weight, priority),
    ),
  },
  { weight: 3, arbitrary: fc.nat(20).map((which) => (crowd: Crowd) => crowd.settle(which)) },
  { weight: 1, arbitrary: fc.nat(20).map((which) => (crowd: Crowd) => crowd.settle(which, overloaded)) },
  { weight: 1, arbitrary: fc.nat(20).map((which) => (crowd: Crowd) => crowd.leave(which)) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 300 }).map((time) => (crowd: Crowd) => crowd.wait(time)) },
  { weight: 1, arbitrary: sizes.map((changed) => (crowd: Crowd) => crowd.change(changed)) },
);

describe('whatever comes, a bulkhead', () => {
  it.each(['fifo', 'lifo'] as const)(
    'of the order %s never runs more than it has slots for but one alone, keeps the order, refuses by the rules, and leaks nothing',
    async (order) => {
      await fc.assert(
        fc.asyncProperty(sizes, fc.array(step, { maxLength: 80, size: 'max' }), async (given, steps) => {
          const crowd = new Crowd({ ...given, order });
          for (const next of steps) await next(crowd);
          await crowd.close();
        }),
        { numRuns: 100 },
      );
    },
    60_000,
  );
});
