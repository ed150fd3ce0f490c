import type { ResilienceErrorCode } from '../../core/index.js';
import type { PreparedMethod } from '../../runtime/index.js';
import { type Metric, methodsOf, type Tell } from './metric.js';

type CallLabel = 'method' | 'result' | 'fallback';

const calls: Metric<CallLabel> = {
  type: 'counter',
  name: 'resilience_calls_total',
  help: 'Calls of protected methods, by what the caller got and whether a Fallback gave it',
  labels: ['method', 'result', 'fallback'],
  read(runtimes, tell) {
    for (const method of methodsOf(runtimes)) tellCalls(method, tell);
  },
};

/** A cancelled call has no answer, so none that a Fallback could have given. */
function tellCalls({ site, stats, policies }: PreparedMethod, tell: Tell<CallLabel>): void {
  const substitutes = policies.find(({ kind }) => kind === 'fallback')?.stats;
  const fallback = substitutes ? 'not_applied' : 'not_defined';
  tell({ method: site, result: 'value', fallback }, substitutes ? (substitutes.passed ?? 0) : stats.successes);
  tell({ method: site, result: 'error', fallback }, substitutes ? (substitutes.unanswered ?? 0) : stats.failures);
  tell({ method: site, result: 'cancelled', fallback }, stats.cancelled);
  if (!substitutes) return;
  tell({ method: site, result: 'value', fallback: 'applied' }, substitutes.answered ?? 0);
  tell({ method: site, result: 'error', fallback: 'applied' }, substitutes.failed ?? 0);
}

const attempts: Metric<'method'> = {
  type: 'counter',
  name: 'resilience_attempts_total',
  help: 'How often the protected methods themselves ran, retries and hedges included',
  labels: ['method'],
  read(runtimes, tell) {
    for (const { site, stats } of methodsOf(runtimes)) tell({ method: site }, stats.attempts);
  },
};

/** The errors that each kind of policy raises: known, and hence told, before the first one. */
const ownErrors: Readonly<Record<string, readonly ResilienceErrorCode[]>> = {
  circuitBreaker: ['HOLDFAST_CIRCUIT_OPEN'],
  adaptiveThrottle: ['HOLDFAST_THROTTLED'],
  rateLimit: ['HOLDFAST_RATE_LIMITED'],
  bulkhead: ['HOLDFAST_BULKHEAD_FULL', 'HOLDFAST_BULKHEAD_TIMEOUT'],
  timeout: ['HOLDFAST_TIMEOUT'],
};

const errors: Metric<'method' | 'code'> = {
  type: 'counter',
  name: 'resilience_errors_total',
  help: 'Errors that callers got, by the code of the error, or its name where it has none',
  labels: ['method', 'code'],
  read(runtimes, tell) {
    for (const { site, kinds, stats } of methodsOf(runtimes)) {
      for (const code of kinds.flatMap((kind) => ownErrors[kind] ?? [])) tell({ method: site, code }, 0);
      for (const [code, count] of stats.errors) tell({ method: site, code }, count);
    }
  },
};

/** What is told about every call. */
export const callMetrics: readonly Metric[] = [calls, attempts, errors];
