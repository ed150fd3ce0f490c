import fc from 'fast-check';
import { expect, it } from 'vitest';
import { protectForTest, settle, watch } from '../../../src/testing/index.js';

const terms = { ttl: 20, staleFor: 30, staleIfError: 60, refreshTimeout: 40, maxRefreshes: 2 };

interface Entry {
  readonly value: string;
  readonly at: number;
}

interface Run {
  readonly key: string;
  /** The stale value behind which it runs; undefined for one that callers wait for. */
  readonly behind: Entry | undefined;
  readonly until: number;
  readonly land: (value: string) => void;
  readonly fail: (error: Error) => void;
  settled: boolean;
}

interface Caller {
  readonly seen: ReturnType<typeof watch>;
  /** The run that it waits for; undefined once it has its answer. */
  run: number | undefined;
  /** Something was there to be given in case of an error. */
  readonly covered: boolean;
  answer: string | undefined;
}

/** A real cache, and the slow and obvious model of it, driven side by side. */
class Twin {
  readonly #runs: Run[] = [];
  readonly #callers: Caller[] = [];
  readonly #entries = new Map<string, Entry>();
  readonly #inAir = new Map<string, number>();
  readonly #rests = new Map<string, { readonly until: number; readonly failures: number }>();
  #now = 0;
  #values = 0;
  #next: Pick<Run, 'behind' | 'until'> = { behind: undefined, until: Number.POSITIVE_INFINITY };

  readonly #world = protectForTest(
    (key: string) => {
      const { promise, resolve: land, reject: fail } = deferred();
      this.#runs.push({ key, ...this.#next, land, fail, settled: false });
      return promise;
    },
    { cached: { ...terms, key: (key: string) => key } },
  );

  call(key: string): void {
    const entry = this.#entries.get(key);
    const age = entry === undefined ? Number.POSITIVE_INFINITY : this.#now - entry.at;
    const instant = age < terms.ttl + terms.staleFor;
    const refreshes = instant && age >= terms.ttl && this.#mayRefresh(key);
    const loads = !instant && !this.#inAir.has(key);
    if (refreshes) this.#next = { behind: entry, until: this.#now + terms.refreshTimeout };
    else this.#next = { behind: undefined, until: Number.POSITIVE_INFINITY };

    const before = this.#runs.length;
    const seen = watch(this.#world.call(key));
    expect(this.#runs.length - before).toBe(refreshes || loads ? 1 : 0);

    if (refreshes || loads) this.#inAir.set(key, before);
    const covered = age < terms.ttl + terms.staleIfError;
    const run = instant ? undefined : (this.#inAir.get(key) as number);
    this.#callers.push({ seen, run, covered, answer: instant ? entry?.value : undefined });
  }

  land(which: number): void {
    const number = this.#flying(which);
    if (number === undefined) return;
    const run = this.#runs[number] as Run;
    const value = `value ${this.#values++}`;
    run.land(value);
    run.settled = true;
    if (this.#leavesAir(number)) this.#keep(run.key, value);
    for (const caller of this.#waitingFor(number)) answer(caller, value);
  }

  fail(which: number): void {
    const number = this.#flying(which);
    if (number === undefined) return;
    this.#runs[number]?.fail(new Error(`error of run ${number}`));
    this.#failed(number, `error of run ${number}`);
  }

  async advance(by: number): Promise<void> {
    const end = this.#now + by;
    for (const [number, run] of [...this.#runs.entries()].sort(([, a], [, b]) => a.until - b.until)) {
      if (run.settled || run.until > end) continue;
      this.#now = run.until;
      this.#failed(number, 'Service.method ran out of time: the call took longer than 40 ms');
    }
    this.#now = end;
    await this.#world.clock.advance(by);
  }

  set(key: string): void {
    const value = `value ${this.#values++}`;
    this.#cache?.set(key, value);
    if (!this.#cache) return;
    this.#inAir.delete(key);
    this.#keep(key, value);
  }

  delete(key: string): void {
    expect(this.#cache?.delete(key) ?? false).toBe(this.#entries.has(key));
    for (const known of [this.#entries, this.#inAir, this.#rests]) known.delete(key);
  }

  forget(key: string): void {
    expect(this.#cache?.forget(key) ?? false).toBe(this.#inAir.delete(key));
  }

  clear(): void {
    this.#cache?.clear();
    for (const known of [this.#entries, this.#inAir, this.#rests]) known.clear();
  }

  check(): void {
    for (const { seen, run, answer } of this.#callers) {
      if (run === undefined) expect(seen.value ?? (seen.error as Error).message).toBe(answer);
      else expect(seen.state).toBe('pending');
    }
    const stats = this.#cache?.stats;
    expect(stats?.size ?? 0).toBe(this.#entries.size);
    if (!stats) return;
    const undecided = this.#callers.filter(({ run, covered }) => run !== undefined && covered).length;
    expect(stats.hits + stats.stale + stats.staleIfError + stats.misses + undecided).toBe(this.#callers.length);
    expect(stats.loads + stats.refreshes).toBe(this.#runs.length);
    expect(this.#world.clock.pending).toBe(this.#running);
  }

  get #cache() {
    return this.#world.runtime.caches.find('Service.method');
  }

  get #running(): number {
    return this.#runs.filter(({ behind, settled }) => behind !== undefined && !settled).length;
  }

  #mayRefresh(key: string): boolean {
    return (
      !this.#inAir.has(key) && this.#running < terms.maxRefreshes && this.#now >= (this.#rests.get(key)?.until ?? 0)
    );
  }

  #failed(number: number, message: string): void {
    const run = this.#runs[number] as Run;
    run.settled = true;
    const current = this.#leavesAir(number);
    if (current && run.behind !== undefined && this.#entries.get(run.key) === run.behind) this.#rest(run.key);
    for (const caller of this.#waitingFor(number)) {
      const entry = this.#entries.get(run.key);
      const usable = caller.covered && entry !== undefined && this.#now - entry.at < terms.ttl + terms.staleIfError;
      answer(caller, usable ? entry.value : message);
    }
  }

  #rest(key: string): void {
    const failures = (this.#rests.get(key)?.failures ?? 0) + 1;
    this.#rests.set(key, { until: this.#now + terms.ttl * 2 ** (failures - 1), failures });
  }

  #keep(key: string, value: string): void {
    this.#entries.set(key, { value, at: this.#now });
    this.#rests.delete(key);
  }

  #flying(which: number): number | undefined {
    const flying = [...this.#runs.keys()].filter((number) => !this.#runs[number]?.settled);
    return flying[which % flying.length];
  }

  #leavesAir(number: number): boolean {
    const { key } = this.#runs[number] as Run;
    return this.#inAir.get(key) === number && this.#inAir.delete(key);
  }

  #waitingFor(number: number): Caller[] {
    return this.#callers.filter(({ run }) => run === number);
  }
}

function answer(caller: Caller, with_: string): void {
  caller.run = undefined;
  caller.answer = with_;
}

function deferred() {
  let resolve: (value: string) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<string>((land, fail) => {
    resolve = land;
    reject = fail;
  });
  return { promise, resolve, reject };
}

const key = fc.constantFrom('a', 'b', 'c');
type Step = (twin: Twin) => void | Promise<void>;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: key.map(
      (key): Step =>
        (twin) =>
          twin.call(key),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.nat(9).map(
      (which): Step =>
        (twin) =>
          twin.land(which),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.nat(9).map(
      (which): Step =>
        (twin) =>
          twin.fail(which),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.integer({ min: 1, max: 45 }).map(
      (by): Step =>
        (twin) =>
          twin.advance(by),
    ),
  },
  {
    weight: 1,
    arbitrary: key.map(
      (key): Step =>
        (twin) =>
          twin.set(key),
    ),
  },
  {
    weight: 1,
    arbitrary: key.map(
      (key): Step =>
        (twin) =>
          twin.delete(key),
    ),
  },
  {
    weight: 1,
    arbitrary: key.map(
      (key): Step =>
        (twin) =>
          twin.forget(key),
    ),
  },
  { weight: 1, arbitrary: fc.constant<Step>((twin) => twin.clear()) },
);

it('a cache does what its model does, in any order of calls, outcomes, invalidations and moves of the clock', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const twin = new Twin();
      for (const happens of steps) {
        await happens(twin);
        await settle();
        twin.check();
      }
    }),
    { numRuns: 200 },
  );
}, 60_000);
