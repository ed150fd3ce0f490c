import {
  ConsecutiveBreaker,
  ConstantBackoff,
  circuitBreaker,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import { CircuitBreaker, Retry, Timeout } from 'holdfast';
import { Retry as RetryModule, Timeout as TimeoutModule } from 'mollitia';
import { resolve } from '../harness/container.js';
import { answersAfter, failsFirst, provesToGiveUp } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { circuit, fiveInARow } from '../limits/circuit.js';
import { retry as leanRetry } from '../limits/retry.js';
import { sharedTimer } from '../limits/timeout.js';
import { fiveOfFive, mollitia } from '../peers/mollitia.js';
import { opossum } from '../peers/opossum.js';

function upstreamWith(after: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @Retry({ maxAttempts: 3, delay: 1 })
    @CircuitBreaker({ failureThreshold: 5, openFor: '1h' })
    @Timeout(after)
    answer(): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** The stack that most callers of a remote service want; each attempt has its own timeout. */
export const retryCircuitTimeout: Question = {
  id: 'retry-circuit-timeout',
  asks: 'What do retry, circuit and timeout cost together?',
  measured: 30_000,
  company: 30_000,
  proved: 20,
  subjects: [
    limit((fn, after) => leanRetry(circuit(sharedTimer(fn, after), fiveInARow))),
    // The best of two worlds that a careful user can put together: the cheapest retry around the cheapest timeout.
    peer('cockatiel retry + opossum', (fn, after) => {
      const guarded = opossum(fn, { timeout: after, volumeThreshold: 5 });
      const policy = retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(1) });
      return () => policy.execute(guarded);
    }),
    peer('cockatiel', (fn, after) => {
      const policy = wrap(
        retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(1) }),
        circuitBreaker(handleAll, { halfOpenAfter: 3_600_000, breaker: new ConsecutiveBreaker(5) }),
        timeout(after, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }),
      );
      return () => policy.execute(fn);
    }),
    peer('mollitia', (fn, after) =>
      mollitia(fn, new RetryModule({ attempts: 2, interval: 1 }), fiveOfFive(), new TimeoutModule({ delay: after })),
    ),
    holdfast((fn, after) => {
      const upstream = resolve(upstreamWith(after), fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const failing = failsFirst(2);
    await answersAfter(protect(failing), failing, 3);

    await provesToGiveUp(protect);
  },
};
