import { rejects, strictEqual } from 'node:assert';
import Bottleneck from 'bottleneck';
import { RateLimit } from 'holdfast';
import { Ratelimit } from 'mollitia';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { resolve } from '../harness/container.js';
import { answers } from '../harness/proof.js';
import { type Call, holdfast, limit, peer, type Question } from '../harness/question.js';
import { tokenBucket } from '../limits/token-bucket.js';
import { mollitia } from '../peers/mollitia.js';

function upstreamWith(permits: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @RateLimit({ limit: permits, per: '1h' })
    answer(): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** A call that finds a permit. The hour keeps a proof from seeing a second window; the permits keep a run from its end. */
export const rateLimit: Question = {
  id: 'rate-limit',
  asks: 'What does a rate limit cost?',
  measured: 1_000_000_000,
  proved: 2,
  subjects: [
    limit(tokenBucket),
    // An empty prefix spares it the joining of two strings per call.
    peer('rate-limiter-flexible', (fn, permits) => {
      const limiter = new RateLimiterMemory({ points: permits, duration: 3_600, keyPrefix: '' });
      const permitted = () => fn();
      return () => limiter.consume('upstream').then(permitted);
    }),
    // mollitia remembers the time of every call until the limit is reached.
    peer('mollitia', (fn, permits) => mollitia(fn, new Ratelimit({ limitForPeriod: permits, limitPeriod: 3_600_000 }))),
    // Without the high-water mark it would wait in a queue, not refuse.
    peer('bottleneck', (fn, permits) => {
      const reservoir = { reservoir: permits, reservoirRefreshAmount: permits, reservoirRefreshInterval: 3_600_000 };
      const limiter = new Bottleneck({ ...reservoir, highWater: 0, strategy: Bottleneck.strategy.OVERFLOW });
      return () => limiter.schedule(fn);
    }),
    holdfast((fn, permits) => {
      const upstream = resolve(upstreamWith(permits), fn);
      return () => upstream.answer();
    }),
  ],
  async prove(protect) {
    const fn = answers();
    const call = protect(fn);
    strictEqual((await call()) + (await call()), 84);
    await rejects(call, () => true, 'the third call finds no permit');
    strictEqual(fn.ran(), 2);
  },
};
