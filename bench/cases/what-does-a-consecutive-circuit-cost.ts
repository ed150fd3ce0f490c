import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { CircuitBreaker } from 'holdfast';
import { resolve } from '../harness/container.js';
import { failsFirst, opensAfter } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { circuit, fiveInARow } from '../limits/circuit.js';
import { fiveOfFive, mollitia } from '../peers/mollitia.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @CircuitBreaker({ failureThreshold: 5, openFor: '1h' })
  answer(): Promise<number> {
    return this.fn();
  }
}

/** A closed circuit that opens after five failures in a row. opossum, which knows rates only, cannot say that. */
export const consecutiveCircuit: Question = {
  id: 'consecutive-circuit',
  asks: 'What does a circuit that counts consecutive failures cost?',
  subjects: [
    limit((fn) => circuit(fn, fiveInARow)),
    peer('cockatiel', (fn) => {
      const policy = circuitBreaker(handleAll, { halfOpenAfter: 3_600_000, breaker: new ConsecutiveBreaker(5) });
      return () => policy.execute(fn);
    }),
    peer('mollitia', (fn) => mollitia(fn, fiveOfFive())),
    holdfast((fn) => {
      const upstream = resolve(Upstream, fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = failsFirst(100);
    await opensAfter(5, protect(fn), fn);
  },
};
