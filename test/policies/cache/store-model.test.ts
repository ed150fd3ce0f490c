import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { protectForTest, settle, watch } from '../../../src/testing/index.js';
import { HeldStore, type Operation } from './held-store.js';

const terms = { ttl: 40, staleFor: 60, staleIfError: 150 };
const longest = terms.ttl + Math.max(terms.staleFor, terms.staleIfError);
const storeTimeout = 20;
const refreshTimeout = 70;
const lateRefresh = 'Service.method ran out of time: the call took longer than 70 ms';

/** What a value is: which load (or set) brought it, for which key. */
interface Made {
  readonly key: string;
  /** When the load began, as a count of all that has happened: what it saw may be as old as that. */
  readonly began: number;
  /** When it came in; undefined while it is on its way. */
  at: number | undefined;
}

interface Caller {
  readonly key: string;
  readonly seen: ReturnType<typeof watch>;
  readonly began: number;
  /** What this caller had invalidated behind it: nothing that began to be made before that may be given. */
  readonly notBefore: number;
  checked: boolean;
  /** When it got its answer: what is looked at later may be older by then. */
  answeredAt: number;
}

interface Run {
  readonly made: Made;
  readonly land: (value: number) => void;
  readonly fail: (error: Error) => void;
  /** When it began; a refresh is given up after a while, and the key may be loaded again. */
  readonly since: number;
  settled: boolean;
}

type Mood = 'works' | 'fails' | 'hangs' | 'late' | 'lies' | 'older';

/** A real cache on a store in bad moods, and the plain history that says what may never happen. */
class Twin {
  readonly #store = new HeldStore();
  readonly #made: Made[] = [];
  readonly #runs: Run[] = [];
  readonly #callers: Caller[] = [];
  readonly #invalidated = new Map<string, number>();
  readonly #set = new Map<string, number>();
  readonly #old = new Map<string, unknown[]>();
  readonly #manual: ReturnType<typeof watch>[] = [];
  #happened = 0;
  #wall = 0;
  #wentBack = false;
  #mood: Mood = 'works';

  readonly #world = protectForTest(
    (key: string) => {
      const { promise, resolve: land, reject: fail } = deferred();
      const made = this.#make(key);
      this.#runs.push({ made, land, fail, since: this.#world.clock.now(), settled: false });
      return promise;
    },
    {
      cached: {
        ...terms,
        store: this.#store,
        storeTimeout,
        storeRetry: { maxAttempts: 2, delay: 10 },
        refreshTimeout,
        tags: (_value: unknown, key: string) => [`tag:${key}`, 'all'],
        key: (key: string) => key,
      },
    },
  );

  constructor() {
    this.#store.instead = (operation, key) => this.#moody(operation, key);
    const put = this.#store.entries.set.bind(this.#store.entries);
    this.#store.entries.set = (key, entry) => {
      this.#old.set(key, [...(this.#old.get(key) ?? []), entry]);
      return put(key, entry);
    };
  }

  call(key: string): void {
    const called = this.#world.call(key);
    const notBefore = this.#invalidated.get(key) ?? 0;
    const times = { began: ++this.#happened, notBefore, checked: false, answeredAt: Number.NaN };
    const caller: Caller = { key, seen: watch(called), ...times };
    called.then(
      () => {
        caller.answeredAt = this.#world.clock.now();
      },
      () => {}, // the check looks at errors
    );
    this.#callers.push(caller);
  }

  land(which: number): void {
    const number = this.#flying(which);
    if (number === undefined) return;
    const run = this.#runs[number] as Run;
    run.settled = true;
    run.made.at = this.#world.clock.now();
    run.land(this.#made.indexOf(run.made));
  }

  fail(which: number): void {
    const number = this.#flying(which);
    if (number === undefined) return;
    const run = this.#runs[number] as Run;
    run.settled = true;
    run.fail(new Error(`load of ${run.made.key}`));
  }

  advance(by: number): Promise<void> {
    return this.#world.clock.advance(by);
  }

  adjustWall(by: number): void {
    this.#wall += by;
    if (by < 0) this.#wentBack = true;
    this.#world.clock.adjustWall(by);
  }

  set(key: string): void {
    const made = this.#make(key);
    made.at = this.#world.clock.now();
    this.#set.set(key, made.began);
    this.#by(() => this.#cache.set(key, this.#made.indexOf(made), { tags: [`tag:${key}`, 'all'] }));
  }

  delete(key: string): void {
    this.#invalidated.set(key, ++this.#happened);
    this.#by(() => this.#cache.delete(key));
  }

  invalidate(key: string): void {
    this.#invalidated.set(key, ++this.#happened);
    this.#by(() => this.#cache.invalidate(`tag:${key}`));
  }

  clear(how: 'clear' | '*' | 'all'): void {
    for (const key of keys) this.#invalidated.set(key, ++this.#happened);
    this.#by(() => (how === 'clear' ? this.#cache.clear() : this.#cache.invalidate(how)));
  }

  /** Puts the store into a mood. */
  be(mood: Mood): void {
    this.#mood = mood;
  }

  settle(): Promise<void> {
    return settle();
  }

  release(which: number): void {
    const { waiting } = this.#store;
    waiting.splice(which % Math.max(1, waiting.length), 1)[0]?.go();
  }

  check(): void {
    for (const caller of this.#callers) {
      if (caller.seen.state === 'pending' || caller.checked) continue;
      caller.checked = true;
      if (caller.seen.state === 'resolved') this.#checkValue(caller, caller.seen.value as number);
      else expect([`load of ${caller.key}`, lateRefresh]).toContain((caller.seen.error as Error).message);
    }
    for (const key of keys) expect(this.#loading(key)).toBeLessThanOrEqual(1);
    const { stats } = this.#cache;
    expect(stats.loads + stats.refreshes).toBe(this.#runs.length);
    const told = this.#world.events.of('cache.storeFailed').length;
    expect(stats.storeFailures).toBeGreaterThanOrEqual(told);
    for (const [counter, event] of counters) expect(stats[counter]).toBe(this.#world.events.of(event).length);
  }

  /** Lets everything end: all callers have an answer then, and nothing is left. */
  async end(): Promise<void> {
    this.#mood = 'works';
    await settle();
    this.check();
    for (let round = 0; round < 20; round++) {
      for (const [index] of this.#runs.entries()) if (!this.#runs[index]?.settled) this.land(0);
      while (this.#store.waiting.length > 0) this.release(0);
      await this.advance(50);
      this.check();
    }
    await this.advance(20_000); // what the store never answered is given up meanwhile
    expect(this.#callers.filter(({ seen }) => seen.state === 'pending')).toEqual([]);
    expect(this.#manual.filter(({ state }) => state === 'pending')).toEqual([]);
    const { stats } = this.#cache;
    expect(stats.hits + stats.stale + stats.staleIfError + stats.misses).toBe(this.#callers.length);
    expect(this.#world.clock.pending).toBe(0);
  }

  get #cache() {
    return this.#world.runtime.caches.find('Service.method')!;
  }

  /** Of its own key; never older than what was invalidated before the call, nor past its times, nor made from thin air. */
  #checkValue({ key, notBefore, began, answeredAt }: Caller, value: number): void {
    const made = this.#made[value] as Made;
    expect([made.key, made.at]).toEqual([key, expect.any(Number)]);
    expect([value, made.began]).toEqual([
      value,
      expect.toSatisfy((at: number) => at > notBefore, `after ${notBefore}, call ${began}`),
    ]);
    if (this.#wall === 0) expect(answeredAt - (made.at as number)).toBeLessThan(longest + 1);
  }

  #make(key: string): Made {
    const made: Made = { key, began: ++this.#happened, at: undefined };
    this.#made.push(made);
    return made;
  }

  #by(act: () => unknown): void {
    this.#manual.push(watch(Promise.resolve(act())));
  }

  /** How many loads of a key are under way that nothing has overtaken since they began. */
  #loading(key: string): number {
    const disturbed = Math.max(this.#invalidated.get(key) ?? 0, this.#set.get(key) ?? 0);
    const limit = this.#world.clock.now() - refreshTimeout;
    const runs = this.#runs.filter(({ made, settled }) => made.key === key && made.began > disturbed && !settled);
    return runs.filter(({ since }) => since > limit).length;
  }

  #flying(which: number): number | undefined {
    const flying = [...this.#runs.keys()].filter((number) => !this.#runs[number]?.settled);
    return flying[which % flying.length];
  }

  #moody(operation: Operation, key: string): (() => unknown) | undefined {
    this.#store.holds[this.#mood === 'late' ? 'add' : 'delete'](operation);
    switch (this.#mood) {
      case 'fails':
        return () => {
          throw new Error('the store fails');
        };
      case 'hangs':
        return () => new Promise(() => {});
      case 'lies':
        return operation === 'get' ? undefined : () => operation === 'delete';
      case 'older': // it is found out by the time of the wall: where that went back, times may be equal that should not be
        if (this.#wentBack) return undefined;
        return operation === 'get' ? () => this.#old.get(key)?.[0] : undefined;
      default:
        return undefined;
    }
  }
}

const counters = [
  ['hits', 'cache.hit'],
  ['misses', 'cache.missed'],
  ['stored', 'cache.stored'],
  ['refreshFailures', 'cache.refreshFailed'],
] as const;

function deferred() {
  let resolve: (value: number) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<number>((land, fail) => {
    resolve = land;
    reject = fail;
  });
  return { promise, resolve, reject };
}

const keys = ['a', 'b', 'c'] as const;
const key = fc.constantFrom(...keys);

/** What happens next, and to what. */
type Step = readonly [
  (
    | 'call'
    | 'land'
    | 'fail'
    | 'advance'
    | 'delete'
    | 'invalidate'
    | 'clear'
    | 'set'
    | 'be'
    | 'release'
    | 'adjustWall'
    | 'settle'
  ),
  unknown,
];

function kind(weight: number, name: Step[0], of: fc.Arbitrary<unknown>) {
  return { weight, arbitrary: of.map((what): Step => [name, what]) };
}

const step: fc.Arbitrary<Step> = fc.oneof(
  kind(8, 'call', key),
  kind(5, 'land', fc.nat(9)),
  kind(2, 'fail', fc.nat(9)),
  kind(4, 'advance', fc.integer({ min: 1, max: 60 })),
  kind(2, 'delete', key),
  kind(2, 'invalidate', key),
  kind(1, 'clear', fc.constantFrom('clear', '*', 'all')),
  kind(2, 'set', key),
  kind(3, 'be', fc.constantFrom<Mood>('works', 'fails', 'hangs', 'late', 'lies', 'older')),
  kind(3, 'release', fc.nat(9)),
  kind(1, 'adjustWall', fc.constantFrom(-3_600_000, -5000, 1, 5000, 3_600_000)),
  kind(6, 'settle', fc.constant(0)),
);

const unhandled: unknown[] = [];
const note = (error: unknown) => unhandled.push(error);

beforeAll(() => {
  process.on('unhandledRejection', note);
});

afterAll(() => {
  process.off('unhandledRejection', note);
});

it('a cache with a store in any mood gives nothing older than what was invalidated, in any order of what can happen', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60, size: 'max' }), async (steps) => {
      const twin = new Twin();
      for (const [name, what] of steps) {
        await twin[name](what as never);
        twin.check();
      }
      await twin.end();
      expect(unhandled).toEqual([]);
    }),
    { numRuns: 200 },
  );
}, 120_000);
