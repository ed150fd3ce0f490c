import fc from 'fast-check';
import {
  type BudgetChoice,
  type ErrorMatcher,
  type GivenPolicies,
  isRejected,
  RejectedError,
} from '../../../decorators/index.js';
import { Boom } from '../../../src/testing/index.js';
import type { Callee } from './callee.js';

/** Policies as they are drawn: plain data, so that a counterexample can be read. */
export interface Mixture {
  readonly fallback?: { readonly how: 'value' | 'late' | 'throws'; readonly on?: 'Boom' };
  readonly cached?: NonNullable<GivenPolicies['cached']>;
  readonly dedup?: NonNullable<GivenPolicies['dedup']>;
  readonly timeout?: NonNullable<GivenPolicies['timeout']>;
  readonly retry?: Readonly<Record<string, unknown>> & { readonly repeats: Repeats };
  readonly hedge?: NonNullable<GivenPolicies['hedge']>;
  /** Never beside `circuitBreaker`. */
  readonly adaptiveThrottle?: NonNullable<GivenPolicies['adaptiveThrottle']>;
  readonly circuitBreaker?: NonNullable<GivenPolicies['circuitBreaker']>;
  readonly rateLimit?: NonNullable<GivenPolicies['rateLimit']>;
  readonly bulkhead?: NonNullable<GivenPolicies['bulkhead']>;
  readonly chaos?: { readonly seed: number; readonly rate: number; readonly what: readonly Injected[] };
}

type Repeats = keyof typeof repeats;
type Injected = 'behavior' | 'failing behavior' | 'latency' | 'fault' | 'result';

/** What Retry is told to repeat, and whether that names a refusal. */
export const repeats = {
  default: { on: undefined, names: () => false },
  Boom: { on: Boom, names: () => false },
  'open circuits': {
    on: [Boom, 'HOLDFAST_CIRCUIT_OPEN'],
    names: (error) => (error as { readonly code?: unknown }).code === 'HOLDFAST_CIRCUIT_OPEN',
  },
  refusals: { on: RejectedError, names: isRejected },
  everything: { on: () => true, names: () => true },
} satisfies Record<string, { on: unknown; names: (error: unknown) => boolean }>;

/** A predicate that takes everything for a failure, refusals of ours included. */
const always = () => true;

const sometimes = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined, freq: 2 });
const given = <T extends object>(options: { [Key in keyof T]: fc.Arbitrary<T[Key]> }) =>
  fc
    .record(options)
    .map((record) => Object.fromEntries(Object.entries(record).filter(([, value]) => value !== undefined)));

const budgets: fc.Arbitrary<BudgetChoice> = fc.constantFrom<BudgetChoice>(
  true,
  false,
  { inFlight: 0.5, min: 0 },
  { quota: 12, cost: 2 },
  { tokens: 6, tokenRatio: 0.5 },
);

const retry = (budget: BudgetChoice) =>
  given({
    repeats: fc.constantFrom(...(Object.keys(repeats) as Repeats[])),
    budget: fc.constant(budget),
    maxAttempts: fc.integer({ min: 1, max: 4 }),
    delay: fc.constantFrom(0, 5, 20),
    maxDelay: fc.constantFrom(25, 100),
    backoff: sometimes(fc.constantFrom('constant', 'linear', 'fibonacci', 'decorrelated')),
    jitter: fc.constantFrom('none', 'full', 'equal'),
    maxDuration: sometimes(fc.constant(60)),
    retryAfter: sometimes(fc.constantFrom('cap', 'obey', 'ignore')),
    whenResult: sometimes(fc.constant(isBad)),
  });

const hedge = (budget: BudgetChoice) =>
  given({
    idempotent: fc.constant(true as const),
    budget: fc.constant(budget),
    delay: fc.constantFrom(0, 5, 20, -1, { percentile: 0.9, warmup: 2 }),
    maxHedges: fc.integer({ min: 1, max: 2 }),
    on: sometimes(fc.constantFrom<ErrorMatcher>(Boom, always)),
    whenResult: sometimes(fc.constant(isBad)),
  });

const circuitBreaker = given({
  failureThreshold: fc.integer({ min: 1, max: 4 }),
  failureRate: sometimes(fc.constant(0.5)),
  window: sometimes(fc.constantFrom(6, '40ms')),
  minimumCalls: sometimes(fc.constant(3)),
  openFor: fc.constantFrom(30, 120, { initial: 20, multiplier: 2, max: 100 }),
  halfOpenCalls: fc.integer({ min: 1, max: 3 }),
  halfOpenFor: sometimes(fc.constant(25)),
  maxWait: fc.constantFrom(0, 0, 25, 200),
  maxQueue: fc.constantFrom(1, 1000),
  rateOver: fc.constantFrom('settled', 'started'),
  countRejections: fc.boolean(),
  whenResult: sometimes(fc.constant(isBad)),
});

const adaptiveThrottle = given({
  successThreshold: fc.constantFrom(0.5, 0.9),
  window: fc.constantFrom(20, 100, 1000),
  minimumCalls: fc.constantFrom(0, 0, 2),
  maxRejectionRate: fc.constantFrom(0.5, 1),
  on: sometimes(fc.constantFrom<ErrorMatcher>(Boom, always)),
});

const rateLimit = given({
  limit: fc.integer({ min: 1, max: 5 }),
  per: fc.constantFrom(20, 100),
  algorithm: fc.constantFrom('token-bucket', 'fixed-window'),
  maxWait: fc.constantFrom(0, 30, 500),
  maxQueue: fc.constantFrom(1, 1000),
});

const bulkhead = given({
  maxConcurrent: fc.integer({ min: 1, max: 3 }),
  maxQueue: fc.integer({ min: 0, max: 3 }),
  maxWait: sometimes(fc.constantFrom(0, 15)),
  order: fc.constantFrom('fifo', 'lifo', 'adaptive'),
});

const others = {
  fallback: given({ how: fc.constantFrom('value', 'late', 'throws'), on: sometimes(fc.constant('Boom')) }),
  cached: given({
    ttl: fc.constantFrom(10, 60),
    staleFor: fc.constantFrom(0, 30),
    staleIfError: fc.constantFrom(0, 80),
  }),
  dedup: fc.constant({}),
  timeout: fc.constantFrom({ attempt: 15 }, { attempt: 45 }, { total: 70 }, { attempt: 15, total: 70 }),
  rateLimit,
  bulkhead,
  chaos: fc.record({
    seed: fc.integer({ min: 0, max: 1000 }),
    rate: fc.constantFrom(0.2, 0.7),
    what: fc.constantFrom<Injected[]>(
      ['latency'],
      ['fault'],
      ['result'],
      ['behavior', 'latency', 'fault'],
      ['failing behavior'],
    ),
  }),
};

/** What decides whether the callee is asked at all: a circuit, a throttle, or nothing. */
const gates = fc.oneof(
  { weight: 2, arbitrary: fc.record({ circuitBreaker }) },
  { weight: 1, arbitrary: fc.record({ adaptiveThrottle }) },
  { weight: 1, arbitrary: fc.constant({}) },
);

/** Any kinds that may stand together, with options that make sense; Retry and Hedge of one class take from one budget. */
export const mixtures: fc.Arbitrary<Mixture> = budgets.chain((budget) =>
  fc
    .tuple(fc.record({ ...others, retry: retry(budget), hedge: hedge(budget) }, { requiredKeys: [] }), gates)
    .map(([mixture, gate]) => ({ ...mixture, ...gate })),
) as fc.Arbitrary<unknown> as fc.Arbitrary<Mixture>;

/** The policies of a mixture, for one callee. */
export function policiesOf({ fallback, retry: repetition, chaos, ...plain }: Mixture, callee: Callee): GivenPolicies {
  return {
    ...plain,
    ...(fallback && { fallback: substituteOf(fallback, callee) }),
    ...(repetition && { retry: retryOf(repetition) }),
    ...(chaos && { chaos: { enabled: true, seed: chaos.seed, rate: chaos.rate, ...injectionOf(chaos.what, callee) } }),
  };
}

function isBad(value: unknown): boolean {
  return (value as { readonly bad?: boolean }).bad === true;
}

function retryOf({ repeats: what, ...options }: NonNullable<Mixture['retry']>): NonNullable<GivenPolicies['retry']> {
  const { on } = repeats[what];
  return { ...options, ...(on && { on: on as never }) };
}

function substituteOf(
  { how, on }: NonNullable<Mixture['fallback']>,
  callee: Callee,
): NonNullable<GivenPolicies['fallback']> {
  const rules = on && { on: Boom };
  if (how === 'value') return { value: callee.answer(false), ...rules };
  const substitute = async () => {
    if (how === 'throws') throw callee.error('of the substitute');
    await callee.sleep(10);
    return callee.answer(false);
  };
  return { call: substitute, ...rules };
}

function injectionOf(what: readonly Injected[], callee: Callee): object {
  const all = {
    behavior: () => callee.sleep(5),
    'failing behavior': () => Promise.reject(callee.error('of a behavior')),
    latency: [0, 50],
    fault: () => callee.error('of a fault'),
    result: () => callee.answer(false),
  };
  return Object.fromEntries(what.map((form) => [form === 'failing behavior' ? 'behavior' : form, all[form]]));
}
