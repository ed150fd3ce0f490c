import type { Question } from '../harness/question.js';
import { cacheHundred } from './what-do-a-hundred-callers-of-a-key-cost.js';
import { everythingOnAHit } from './what-do-all-policies-cost-on-a-hit.js';
import { everythingOnAMiss } from './what-do-all-policies-cost-on-a-miss.js';
import { retryCircuitTimeout } from './what-do-retry-circuit-and-timeout-cost.js';
import { bulkhead } from './what-does-a-bulkhead-cost.js';
import { cacheHit } from './what-does-a-cache-hit-cost.js';
import { cacheMiss } from './what-does-a-cache-miss-cost.js';
import { circuit } from './what-does-a-circuit-cost.js';
import { consecutiveCircuit } from './what-does-a-consecutive-circuit-cost.js';
import { fallback } from './what-does-a-fallback-cost.js';
import { hedged } from './what-does-a-hedge-cost.js';
import { queue } from './what-does-a-queue-cost.js';
import { rateLimit } from './what-does-a-rate-limit-cost.js';
import { refusal } from './what-does-a-refusal-cost.js';
import { staleHit } from './what-does-a-stale-hit-cost.js';
import { timeout } from './what-does-a-timeout-cost.js';
import { adaptiveBulkhead } from './what-does-an-adaptive-bulkhead-cost.js';
import { adaptiveThrottle } from './what-does-an-adaptive-throttle-cost.js';
import { emptyPipeline } from './what-does-an-empty-pipeline-cost.js';
import { chaos } from './what-does-chaos-cost.js';
import { hundredDedup } from './what-does-dedup-cost-a-hundred-callers.js';
import { loneDedup } from './what-does-dedup-cost-a-lone-caller.js';
import { retry } from './what-does-retry-cost.js';

/** All questions about time, in the order of the table. */
export const questions: readonly Question[] = [
  emptyPipeline,
  retry,
  circuit,
  consecutiveCircuit,
  adaptiveThrottle,
  timeout,
  hedged,
  fallback,
  bulkhead,
  queue,
  adaptiveBulkhead,
  rateLimit,
  cacheHit,
  staleHit,
  cacheMiss,
  cacheHundred,
  loneDedup,
  hundredDedup,
  retryCircuitTimeout,
  everythingOnAMiss,
  everythingOnAHit,
  chaos,
  refusal,
];
