import { CountBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { CircuitBreaker } from 'holdfast';
import { resolve } from '../harness/container.js';
import { failsFirst, opensAfter } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { halfOfAHundred, circuit as leanCircuit } from '../limits/circuit.js';
import { mollitia, slidingCount } from '../peers/mollitia.js';
import { opossum } from '../peers/opossum.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @CircuitBreaker({ failureRate: 0.5, window: 100, minimumCalls: 10, openFor: '1h' })
  answer(): Promise<number> {
    return this.fn();
  }
}

/** A closed circuit that opens when half of the last hundred calls failed, once ten are known. */
export const circuit: Question = {
  id: 'circuit',
  asks: 'What does a circuit over a count window cost?',
  subjects: [
    limit((fn) => leanCircuit(fn, halfOfAHundred)),
    peer('cockatiel', (fn) => {
      const breaker = new CountBreaker({ threshold: 0.5, size: 100, minimumNumberOfCalls: 10 });
      const policy = circuitBreaker(handleAll, { halfOpenAfter: 3_600_000, breaker });
      return () => policy.execute(fn);
    }),
    // opossum has no count window: it judges the calls of the last ten seconds.
    peer('opossum', (fn) => opossum(fn, { errorThresholdPercentage: 50, volumeThreshold: 10 })),
    peer('mollitia', (fn) => mollitia(fn, slidingCount(100, 10, 50))),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = failsFirst(100);
    await opensAfter(10, protect(fn), fn);
  },
};
