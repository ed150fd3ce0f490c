import { retryCircuitTimeout } from '../cases/what-do-retry-circuit-and-timeout-cost.js';
import { timeout } from '../cases/what-does-a-timeout-cost.js';
import { retry } from '../cases/what-does-retry-cost.js';
import type { Finding } from '../harness/finding.js';
import { bulkheadPerId, circuitPerId, limiterPerId, throttlePerId } from '../peers/keyed.js';
import { doesTheHeapStayFlat } from './does-the-heap-stay-flat.js';
import { whatACachedValueCosts } from './what-does-a-cached-value-cost.js';
import { allocationFlags, whatACallAllocates } from './what-does-a-call-allocate.js';
import { whatACallInFlightCosts } from './what-does-a-call-in-flight-cost.js';
import { whatAKeyCosts } from './what-does-a-key-cost.js';

/** How much of each a run of the memory questions does. */
export interface MemoryEffort {
  /** Repetitions of which the median counts. */
  readonly rounds: number;
  /** Calls in flight at once. */
  readonly inFlight: number;
  /** Ids of what there is one for each id. */
  readonly keys: number;
  /** Values that a cache keeps. */
  readonly values: number;
  /** Calls of the long run. */
  readonly calls: number;
}

/** A question about memory, to be asked in a process of its own. */
export interface MemoryQuestion {
  readonly id: string;
  readonly flags: readonly string[];
  measure(effort: MemoryEffort): Promise<readonly Finding[]>;
}

const perId = [
  { name: 'limiter', subjects: limiterPerId },
  { name: 'circuit', subjects: circuitPerId },
  { name: 'bulkhead', subjects: bulkheadPerId },
  { name: 'throttle', subjects: throttlePerId },
];

/** What is counted by the million hardly differs from round to round, and takes its time. */
const fewRounds = 2;

/** All questions about memory, in the order of the table. */
export const memoryQuestions: readonly MemoryQuestion[] = [
  ...[retry, timeout, retryCircuitTimeout].map((question) => ({
    id: `bytes-${question.id}`,
    flags: allocationFlags,
    measure: async ({ rounds }: MemoryEffort) => [await whatACallAllocates(question, rounds)],
  })),
  { id: 'heap-growth', flags: [], measure: async ({ calls }) => [await doesTheHeapStayFlat(calls)] },
  { id: 'in-flight', flags: [], measure: ({ inFlight, rounds }) => whatACallInFlightCosts(inFlight, rounds) },
  ...perId.map((each) => ({
    id: `key-${each.name}`,
    flags: [],
    measure: ({ keys, rounds }: MemoryEffort) => whatAKeyCosts(each, keys, rounds),
  })),
  {
    id: 'cached-bytes',
    flags: [],
    measure: async ({ values, rounds }) => [await whatACachedValueCosts(values, Math.min(rounds, fewRounds))],
  },
];
