import {
  anything,
  callback,
  count,
  durationRule,
  flag,
  maybe,
  optional,
  options,
  rate,
  read,
} from '../../core/index.js';
import type { ChaosFunction } from './chaos-function.js';
import { type Fault, readFault } from './fault.js';
import { type Latency, readLatency } from './latency.js';

/** What is injected into some attempts, before the method or in its place. */
export interface ChaosOptions {
  /** Whether it acts at all: as long as it does not, nothing of it is left in a call. @default false */
  readonly enabled?: boolean;
  /** The share of attempts that are struck, above 0 and at most 1. @default 0.001 */
  readonly rate?: number;
  /** What an attempt fails with, in place of the method; not together with `result`. */
  readonly fault?: Fault;
  /** How long an attempt waits first, as if the callee were slow. */
  readonly latency?: Latency;
  /** What an attempt answers, in place of the method: a value, or a function (a `ChaosFunction`) that gives it or a promise of it. */
  readonly result?: unknown;
  /** Runs before everything else of an attempt, which fails when it does. */
  readonly behavior?: ChaosFunction<unknown>;
  /** Makes chance repeat itself: each run strikes the same attempts. Without it chance is that of the runtime. */
  readonly seed?: number;
}

const faultRule = 'must be an error that can be copied, a class of errors, or a function that gives an error';
const latencyRule = `must be a duration (${durationRule}), a range [min, max], or a function that gives a duration`;

export const chaosOptions = options<ChaosOptions>()('@Chaos', {
  enabled: optional(flag(), false),
  rate: optional(rate(), 0.001),
  fault: maybe(read(readFault, faultRule)),
  latency: maybe(read(readLatency, latencyRule)),
  result: anything(),
  behavior: maybe(callback<ChaosFunction<unknown>>()),
  seed: maybe(count({ max: 2 ** 32 - 1 })),
});

export type ChaosSettings = ReturnType<typeof chaosOptions.complete>;

/** Tells what is wrong with the things to inject, taken together. */
export function formFault(given: ChaosOptions): string | undefined {
  if ('fault' in given && 'result' in given) return 'has fault and result: an attempt comes to one of them';
  const forms = ['fault', 'latency', 'result', 'behavior'];
  if (!given.enabled || forms.some((form) => form in given)) return undefined;
  return `must have at least one of ${forms.join(', ')}`;
}
