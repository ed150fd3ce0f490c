import axiosRetry, { exponentialDelay } from 'axios-retry';
import {
  ConsecutiveBreaker,
  circuitBreaker,
  ExponentialBackoff,
  handleAll,
  retry,
  TimeoutStrategy,
  timeout,
  wrap,
} from 'cockatiel';
import CircuitBreaker from 'opossum';
import type { HttpSubject } from '../http-subject.js';
import { axiosWith, type Send } from './axios-with.js';

const retries = 2;
const cooldown = 10_000;

/** opossum around a function of one argument, with all off that can be: percentiles and snapshots. */
function opossum(send: Send, after: number): (path: string) => Promise<number> {
  const breaker = new CircuitBreaker((path: string) => send(path), {
    timeout: after,
    rollingPercentilesEnabled: false,
    enableSnapshots: false,
    resetTimeout: cooldown,
    volumeThreshold: 5,
  });
  return (path) => breaker.fire(path);
}

/** Axios with what people put around it. */
export const axiosWithPeers: readonly HttpSubject[] = [
  axiosWith({ name: 'axios-retry', role: 'peer', does: ['retry'] }, (send, { delay }, axios) => {
    axiosRetry(axios, { retries, retryDelay: (attempt, error) => exponentialDelay(attempt, error, delay) });
    return (path) => send(path);
  }),
  // Its timeout ends the request by the signal that it hands on, as its documentation has it.
  axiosWith(
    { name: 'axios + cockatiel', role: 'peer', does: ['retry', 'circuit', 'timeout'] },
    (send, { timeout: after, delay }) => {
      const policy = wrap(
        timeout(after, { strategy: TimeoutStrategy.Aggressive, abortOnReturn: false }),
        retry(handleAll, { maxAttempts: retries, backoff: new ExponentialBackoff({ initialDelay: delay }) }),
        circuitBreaker(handleAll, { halfOpenAfter: cooldown, breaker: new ConsecutiveBreaker(5) }),
      );
      return (path) => policy.execute(({ signal }) => send(path, signal));
    },
  ),
  axiosWith({ name: 'axios + opossum', role: 'peer', does: ['circuit', 'timeout'] }, (send, { timeout: after }) =>
    opossum(send, after),
  ),
  // The best of two worlds that a careful user can put together; nothing ends a request that took too long.
  axiosWith(
    { name: 'axios + opossum + cockatiel retry', role: 'peer', does: ['retry', 'circuit', 'timeout'] },
    (send, { timeout: after, delay }) => {
      const guarded = opossum(send, after);
      const policy = retry(handleAll, {
        maxAttempts: retries,
        backoff: new ExponentialBackoff({ initialDelay: delay }),
      });
      return (path) => policy.execute(() => guarded(path));
    },
  ),
];
