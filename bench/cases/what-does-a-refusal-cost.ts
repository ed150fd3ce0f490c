import { ConsecutiveBreaker, circuitBreaker, handleAll } from 'cockatiel';
import { CircuitBreaker } from 'holdfast';
import { resolve } from '../harness/container.js';
import { failsFirst, opensAfter } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { CircuitOpen, circuit, fiveInARow } from '../limits/circuit.js';
import { fiveOfFive, mollitia } from '../peers/mollitia.js';
import { opossum } from '../peers/opossum.js';

class Upstream {
  constructor(readonly fn: Call) {}

  @CircuitBreaker({ failureThreshold: 5, openFor: '1h' })
  answer(): Promise<number> {
    return this.fn();
  }
}

/** A call refused by an open circuit, its error caught. */
export const refusal: Question = {
  id: 'refusal',
  asks: 'What does a refusal by an open circuit cost?',
  ending: 'refusal',
  makes: () => failsFirst(5),
  subjects: [
    limit((fn) => circuit(fn, fiveInARow, refuseWithoutStack)),
    limit((fn) => circuit(fn, fiveInARow, refuseWithEmptyStack), 'limit, an Error without a stack'),
    peer('opossum', (fn) => opossum(fn, { volumeThreshold: 5 })),
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
  async prepare(call) {
    for (let failures = 0; failures < 5; failures++) await call().catch(() => undefined);
  },
  async prove(protect) {
    const fn = failsFirst(100);
    await opensAfter(5, protect(fn), fn);
  },
};

function refuseWithoutStack(): Promise<never> {
  return Promise.reject(Object.create(CircuitOpen.prototype));
}

function refuseWithEmptyStack(): Promise<never> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const error = new CircuitOpen();
  Error.stackTraceLimit = stackTraceLimit;
  return Promise.reject(error);
}
