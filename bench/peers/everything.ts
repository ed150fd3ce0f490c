import { ConstantBackoff, handleAll, retry } from 'cockatiel';
import { Bulkhead, Cached, CircuitBreaker, Dedup, RateLimit, Retry, Timeout } from 'holdfast';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { resolve } from '../harness/container.js';
import { type Call, holdfast, limit, peer, type Subject } from '../harness/question.js';
import { tenAtOnce } from '../limits/bulkhead.js';
import { promisesInAnLru } from '../limits/cache.js';
import { circuit, fiveInARow } from '../limits/circuit.js';
import { retry as leanRetry } from '../limits/retry.js';
import { sharedTimer } from '../limits/timeout.js';
import { tokenBucket } from '../limits/token-bucket.js';
import { opossum } from './opossum.js';

const permits = 1_000_000_000;
const byId = (id: string) => id;

function upstreamWith(after: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @Cached({ ttl: '1h', key: byId })
    @Dedup({ key: byId })
    @Retry({ maxAttempts: 3, delay: 1 })
    @CircuitBreaker({ failureThreshold: 5, openFor: '1h' })
    @RateLimit({ limit: permits, per: '1h' })
    @Timeout(after)
    @Bulkhead({ maxConcurrent: 10 })
    find(_id: string): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** Cache, dedup, retry, circuit, rate limit, timeout and bulkhead around one function. `nextId` decides between hit and miss. */
export function everything(nextId: () => string): readonly Subject[] {
  return [
    limit((fn, after) => {
      const guarded = leanRetry(circuit(tokenBucket(sharedTimer(tenAtOnce(fn), after), permits), fiveInARow));
      return promisesInAnLru(guarded, nextId);
    }),
    // Promises in an LRU, which merge calls as well (its own `fetch` costs twice as much), the cheapest retry, the cheapest
    // limiter, and a circuit with timeout and capacity.
    peer('lru-cache + cockatiel + rate-limiter-flexible + opossum', (fn, after) => {
      const guarded = opossum(fn, { timeout: after, capacity: 10, volumeThreshold: 5 });
      const limiter = new RateLimiterMemory({ points: permits, duration: 3_600, keyPrefix: '' });
      const limited = () => limiter.consume('upstream').then(guarded);
      const policy = retry(handleAll, { maxAttempts: 2, backoff: new ConstantBackoff(1) });
      return promisesInAnLru(() => policy.execute(limited), nextId);
    }),
    holdfast((fn, after) => {
      const upstream = resolve(upstreamWith(after), fn);
      return () => upstream.find(nextId());
    }),
  ];
}
