import { CircuitBreaker, currentCall, Retry, Timeout } from 'holdfast';
import { resolve } from '../../harness/container.js';
import type { HttpSubject } from '../http-subject.js';
import { axiosWith, type Send } from './axios-with.js';

function upstreamWith(after: number, delay: number) {
  class Upstream {
    readonly #send: Send;

    constructor(send: Send) {
      this.#send = send;
    }

    @Retry({ maxAttempts: 3, delay })
    @CircuitBreaker({ failureThreshold: 5, openFor: '10s' })
    @Timeout(after)
    answer(path: string): Promise<number> {
      return this.#send(path, currentCall()?.signal);
    }
  }
  return Upstream;
}

/** A decorated method around axios: the share of the policies alone. */
export const axiosWithDecorators: HttpSubject = axiosWith(
  { name: 'axios in a decorated method', role: 'ours', does: ['retry', 'circuit', 'timeout'] },
  (send, { timeout, delay }) => {
    const upstream = resolve(upstreamWith(timeout, delay), send);
    return (path) => upstream.answer(path);
  },
);
