import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Bulkhead,
  Cached,
  CircuitBreaker,
  Dedup,
  definePolicy,
  Fallback,
  option,
  order,
  RateLimit,
  Resilient,
  Retry,
  Timeout,
} from '../../decorators/index.js';
import { RecordedEvents, testRuntime } from '../../src/testing/index.js';
import { Boom, watch } from '../support/subject.js';

/** A decorator as compiled code calls it in legacy mode. */
type Decorate = (target: object, key: string, descriptor: PropertyDescriptor) => PropertyDescriptor;

const decorators = {
  fallback: () => Fallback({ value: 'substitute' }),
  cached: () => Cached('1m'),
  dedup: () => Dedup(),
  timeout: () => Timeout({ attempt: 100, total: 5000 }),
  retry: () => Retry({ maxAttempts: 3, delay: 10, jitter: 'none' }),
  circuitBreaker: () => CircuitBreaker({ failureThreshold: 4 }),
  rateLimit: () => RateLimit({ limit: 4, per: '1h' }),
  bulkhead: () => Bulkhead({ maxConcurrent: 1, maxQueue: 1 }),
} as const;

type Kind = keyof typeof decorators;
const kinds = Object.keys(decorators) as Kind[];

/** A class whose method has these decorators, the first one on top. */
function stacked(above: readonly Decorate[]) {
  let tried = 0;
  class Service {
    async run(): Promise<string> {
      tried++;
      throw new Boom('down');
    }
  }
  const { prototype } = Service;
  const written = Object.getOwnPropertyDescriptor(prototype, 'run') as PropertyDescriptor;
  const decorated = above.reduceRight((descriptor, decorate) => decorate(prototype, 'run', descriptor), written);
  Object.defineProperty(prototype, 'run', decorated);
  return { Service, tried: () => tried };
}

const nestingOf = (above: readonly Decorate[]) => {
  const { runtime } = testRuntime();
  runtime.prepare(stacked(above).Service);
  return [...runtime.methods()].map(({ policies }) => policies.map(({ place }) => place)).join('|');
};

const made = (stack: readonly Kind[]) => stack.map((kind) => decorators[kind]() as unknown as Decorate);

/** Everything that can be seen from outside while two rounds of calls run. */
async function traceOf(stack: readonly Kind[]) {
  const { runtime, clock } = testRuntime();
  const events = new RecordedEvents(runtime);
  const { Service, tried } = stacked(made(stack));
  const service = new Service();
  runtime.bind(service);
  const seen = [watch(service.run()), watch(service.run())];
  await clock.advance(1000);
  seen.push(watch(service.run()));
  await clock.advance(1000);
  return { seen, tried: tried(), events: events.all.map(({ name, event }) => [name, JSON.stringify(event)]) };
}

function* permutations<T>(items: readonly T[]): Generator<T[]> {
  if (items.length < 2) yield [...items];
  for (const [index, item] of items.entries()) {
    if (items.length < 2) return;
    for (const rest of permutations(items.toSpliced(index, 1))) yield [item, ...rest];
  }
}

describe('CP15 the order in which decorators are stacked', () => {
  it('means nothing for the nesting, in every permutation', () => {
    const six = kinds.filter((kind) => kind !== 'cached' && kind !== 'dedup');
    const nestings = new Set([...permutations(six)].map((stack) => nestingOf(made(stack))));
    expect([...nestings]).toEqual([order.filter((place) => place !== 'cached' && place !== 'dedup').join()]);
  });

  it('means nothing for what a call does, with all of them', async () => {
    const expected = await traceOf(kinds);
    expect(expected.tried).toBe(4); // three attempts for the two who merged, one until the limits are reached
    expect(new Set(expected.events.map(([name]) => name))).toContain('fallback.applied');
    const shuffled = fc.shuffledSubarray(kinds, { minLength: kinds.length });
    await fc.assert(
      fc.asyncProperty(shuffled, async (stack) => {
        expect(nestingOf(made(stack))).toBe(order.join());
        expect(await traceOf(stack)).toEqual(expected);
      }),
      { numRuns: 100 },
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
