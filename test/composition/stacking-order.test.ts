import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AdaptiveThrottle,
  Bulkhead,
  Cached,
  CacheEvict,
  CachePut,
  Chaos,
  CircuitBreaker,
  CircuitOpenError,
  type Clock,
  Dedup,
  definePolicy,
  Fallback,
  Hedge,
  option,
  order,
  type Place,
  RateLimit,
  Resilient,
  Retry,
  ThrottledError,
  Timeout,
} from '../../decorators/index.js';
import { Boom, RecordedEvents, testRuntime, watch } from '../../src/testing/index.js';

/** A decorator as compiled code calls it in legacy mode. */
type Decorate = (target: object, key: string, descriptor: PropertyDescriptor) => PropertyDescriptor;

const decorators = {
  fallback: () => Fallback({ value: 'substitute', on: [CircuitOpenError, ThrottledError] }),
  cached: () => Cached({ ttl: 60, staleFor: 30, key: (id: number) => (id === 2 ? undefined : id) }),
  cacheEvict: () => CacheEvict({ cache: 'others', key: (id: number) => (id === 3 ? id : undefined) }),
  cachePut: () => CachePut({ cache: 'others', key: (id: number) => id }),
  dedup: () => Dedup(),
  timeout: () => Timeout({ attempt: 100, total: 400 }),
  retry: () => Retry({ maxAttempts: 3, delay: 20, jitter: 'full' }),
  hedge: () => Hedge({ idempotent: true, delay: 30 }),
  adaptiveThrottle: () => AdaptiveThrottle({ successThreshold: 0.5, window: 1000, minimumCalls: 2 }),
  circuitBreaker: () => CircuitBreaker({ failureThreshold: 4, openFor: 200 }),
  rateLimit: () => RateLimit({ limit: 6, per: 200, maxWait: 50 }),
  bulkhead: () => Bulkhead({ maxConcurrent: 2, maxQueue: 2 }),
  chaos: () => Chaos({ enabled: true, rate: 0.2, seed: 7, latency: [0, 40], fault: Boom }),
} as const;

type Kind = keyof typeof decorators;
const kinds = Object.keys(decorators) as Kind[];

/** What passes each place, in and out; by the clock of the world in which it does. */
const traces = new WeakMap<Clock, string[]>();

function gateBefore(place: Place): () => Decorate {
  const decorator = definePolicy({
    kind: `gate-${place}`,
    before: place,
    options: option.options<object>()('@Gate', {}),
    create: (_settings, _site, { clock }) => ({
      summary: `sees what passes ${place}`,
      wrap: (next) => (call) => {
        const trace = traces.get(clock);
        const passes = (what: string) => void trace?.push(`${clock.now()} ${what} ${place} ${call.attempt}`);
        passes('into');
        const outcome = next(call);
        outcome.then(
          () => passes('well out of'),
          () => passes('failed out of'),
        );
        return outcome;
      },
    }),
  });
  return decorator as unknown as () => Decorate;
}

const made = (stack: readonly Kind[]) => stack.map((kind) => decorators[kind]() as unknown as Decorate);
const gates = order.map(gateBefore);
const allBut = (kind: Kind) => [
  ...kinds.filter((other) => other !== kind).map((other) => decorators[other] as unknown as () => Decorate),
  ...gates,
];

/** One run of the method: how long it takes, and whether it fails then. */
interface Run {
  readonly takes: number;
  readonly fails: boolean;
}

/** One call and what happens after it. */
interface Step {
  readonly id: number;
  /** Its caller leaves so many milliseconds later. */
  readonly leaves: number | undefined;
  readonly pause: number;
}

/** A class whose method has these decorators, the first one on top, and whose runs go as written. */
function stacked(above: readonly Decorate[], runs: readonly Run[] = [], clock?: Clock) {
  let run = 0;
  class Service {
    async run(_id: number, _signal?: AbortSignal): Promise<string> {
      const own = ++run;
      const { takes = 0, fails = false } = runs[(own - 1) % runs.length] ?? {};
      await clock?.sleep(takes);
      if (fails) throw new Boom(`run ${own}`);
      return `run ${own}`;
    }
  }
  const { prototype } = Service;
  const written = Object.getOwnPropertyDescriptor(prototype, 'run') as PropertyDescriptor;
  const decorated = above.reduceRight((descriptor, decorate) => decorate(prototype, 'run', descriptor), written);
  Object.defineProperty(prototype, 'run', decorated);
  return { Service, runs: () => run };
}

const nestingOf = (above: readonly Decorate[]) => {
  const { runtime } = testRuntime();
  runtime.prepare(stacked(above).Service);
  return [...runtime.methods()].map(({ policies }) => policies.map(({ place }) => place)).join('|');
};

/** Everything that can be seen from outside, and what passes between the policies, while calls come, fail, hang and leave. */
async function traceOf(stack: readonly (() => Decorate)[], runs: readonly Run[], steps: readonly Step[]) {
  const { runtime, clock } = testRuntime();
  const trace: string[] = [];
  traces.set(clock, trace);
  const events = new RecordedEvents(runtime);
  const service = stacked(
    stack.map((make) => make()),
    runs,
    clock,
  );
  const instance = new service.Service();
  runtime.bind(instance);
  const seen: object[] = [];
  for (const { id, leaves, pause } of steps) {
    const caller = new AbortController();
    seen.push(watch(leaves === undefined ? instance.run(id) : instance.run(id, caller.signal)));
    if (leaves !== undefined) clock.later(leaves, () => caller.abort(`caller of ${id} left`));
    await clock.advance(pause);
  }
  await clock.advance(5000);
  const told = events.all.map(({ name, event }) => [name, JSON.stringify(event)]);
  const stats = [...runtime.methods()].map((method) => JSON.stringify(method));
  return { seen, runs: service.runs(), told, trace, stats, pending: clock.pending };
}

const run = fc.record<Run>({ takes: fc.constantFrom(0, 10, 40, 150), fails: fc.boolean() });
const step = fc.record<Step>({
  id: fc.integer({ min: 0, max: 2 }),
  leaves: fc.option(fc.constantFrom(0, 5, 45, 120), { nil: undefined, freq: 3 }),
  pause: fc.constantFrom(0, 0, 10, 35, 70, 250),
});
const scene = fc.record({
  runs: fc.array(run, { minLength: 1, maxLength: 12, size: 'max' }),
  steps: fc.array(step, { minLength: 1, maxLength: 16, size: 'max' }),
});

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length < 2) yield [...items];
  for (const [index, item] of items.entries()) {
    if (items.length < 2) return;
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}

describe('CP15 the order in which decorators are stacked', () => {
  it('means nothing for the nesting, in every permutation', () => {
    const six = ['fallback', 'timeout', 'retry', 'hedge', 'circuitBreaker', 'chaos'] as const satisfies Kind[];
    const nestings = new Set([...permutations<Kind>(six)].map((stack) => nestingOf(made(stack))));
    const left: readonly string[] = [...six, 'timeout.total', 'timeout.attempt'];
    expect([...nestings]).toEqual([order.filter((place) => left.includes(place)).join()]);
  });

  // A throttle never stands beside a circuit, so there is no method with all kinds.
  it.each([
    ['all but a throttle', 'adaptiveThrottle', 'circuit.refused'],
    ['all but a circuit', 'circuitBreaker', 'throttle.refused'],
  ] as const)('means nothing for what a call does and which policies it passes when: %s', async (...row) => {
    const [, left, refused] = row;
    const all = allBut(left);
    const expected = order.flatMap((place) => [`gate-${place}`, ...(place === left ? [] : [place])]).join();
    const shuffled = fc.shuffledSubarray(all, { minLength: all.length });
    const told = new Set<string>();
    await fc.assert(
      fc.asyncProperty(shuffled, scene, async (stack, { runs, steps }) => {
        expect(nestingOf(stack.map((make) => make()))).toBe(expected);
        const trace = await traceOf(stack, runs, steps);
        expect(trace).toEqual(await traceOf(all, runs, steps));
        for (const [name] of trace.told) told.add(name as string);
      }),
      { seed: 15, numRuns: 100 },
    );
    expect([...told]).toEqual(
      expect.arrayContaining([
        'fallback.applied',
        'cache.hit',
        'cache.servedStale',
        'dedup.joined',
        'timeout.struck',
        'retry.scheduled',
        'hedge.won',
        refused,
        'rateLimit.waited',
        'bulkhead.queued',
        'chaos.injected',
      ]),
    );
  });

  it('means nothing for kinds from outside, not even for two at one place', () => {
    const own = (kind: string) =>
      definePolicy({
        kind,
        before: 'retry',
        options: option.options<object>()(`@${kind}`, {}),
        create: () => ({ summary: kind, wrap: (next) => next }),
      });
    const [Early, Late, Retried] = [own('early'), own('late'), () => Retry()];
    const nestings = [...permutations([Early, Late, Retried])].map((stack) =>
      nestingOf(stack.map((make) => make() as unknown as Decorate)),
    );
    expect(nestings).toEqual(Array(6).fill('early,late,retry'));
  });

  it('means nothing beside @Resilient, on top or beneath', () => {
    const several = () => Resilient({ fallback: { value: 1 }, timeout: { total: '1s' } });
    const nestings = [...permutations([several, () => Retry(), () => Bulkhead()])].map((stack) =>
      nestingOf(stack.map((make) => make() as unknown as Decorate)),
    );
    expect(new Set(nestings)).toEqual(new Set(['fallback,timeout.total,retry,bulkhead']));
  });
});
