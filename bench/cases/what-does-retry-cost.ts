import { ConstantBackoff, handleAll, retry as retryPolicy } from 'cockatiel';
import { Retry } from 'holdfast';
import { Retry as RetryModule } from 'mollitia';
import pRetry from 'p-retry';
import { resolve } from '../harness/container.js';
import { answersAfter, failsFirst } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { retry as leanRetry } from '../limits/retry.js';
import { mollitia } from '../peers/mollitia.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @Retry({ maxAttempts: 3, delay: 1 })
  answer(): Promise<number> {
    return this.fn();
  }
}

/** A call that succeeds at the first of its three attempts. */
export const retry: Question = {
  id: 'retry',
  asks: 'What does retry cost?',
  subjects: [
    limit(leanRetry),
    // A constant backoff spares cockatiel the random numbers of its default; nobody listens to its events.
    peer('cockatiel', (fn) => {
      const policy = retryPolicy(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(1) });
      return () => policy.execute(fn);
    }),
    // Every option given, in one object for all calls: p-retry copies it per call, and adding what is missing costs it 20 times more.
    peer('p-retry', (fn) => {
      const options = {
        retries: 2,
        minTimeout: 1,
        factor: 1,
        maxTimeout: Number.POSITIVE_INFINITY,
        maxRetryTime: Number.POSITIVE_INFINITY,
        randomize: false,
        onFailedAttempt: () => {},
        shouldRetry: () => true,
        shouldConsumeRetry: () => true,
      };
      return () => pRetry(fn, options);
    }),
    peer('mollitia', (fn) => mollitia(fn, new RetryModule({ attempts: 2, interval: 1 }))),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = failsFirst(2);
    await answersAfter(protect(fn), fn, 3);
  },
};
