import { AdaptiveThrottle, Bulkhead, CircuitBreaker, RateLimit } from 'holdfast';
import pLimit from 'p-limit';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { resolve } from '../harness/container.js';
import { type Call, holdfast, limit, peer, type Subject } from '../harness/question.js';

const hour = 3_600_000;
const byId = (id: string) => id;

function limitedUpstream(keys: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @RateLimit({ limit: 1_000, per: '1h', key: byId, maxKeys: keys })
    find(_id: string): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

function guardedUpstream(keys: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @CircuitBreaker({ failureThreshold: 5, key: byId, maxKeys: keys })
    find(_id: string): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

function slottedUpstream(keys: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @Bulkhead({ maxConcurrent: 10, key: byId, maxKeys: keys })
    find(_id: string): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

function throttledUpstream(keys: number) {
  class Upstream {
    constructor(readonly fn: Call) {}

    @AdaptiveThrottle({ key: byId, maxKeys: keys })
    find(_id: string): Promise<number> {
      return this.fn();
    }
  }
  return Upstream;
}

/** A thousand permits an hour for each id. */
export function limiterPerId(nextId: () => string): readonly Subject[] {
  return [
    limit((fn) => permitsById(fn, nextId)),
    peer('rate-limiter-flexible', (fn) => {
      const limiter = new RateLimiterMemory({ points: 1_000, duration: 3_600, keyPrefix: '' });
      const permitted = () => fn();
      return () => limiter.consume(nextId()).then(permitted);
    }),
    ours(limitedUpstream, nextId),
  ];
}

/** A circuit for each id. No peer has one; who needs it keeps them in a map without a bound. */
export function circuitPerId(nextId: () => string): readonly Subject[] {
  return [ours(guardedUpstream, nextId)];
}

/** Ten calls at a time for each id. */
export function bulkheadPerId(nextId: () => string): readonly Subject[] {
  return [
    peer('p-limit in a map without a bound', (fn) => {
      const limits = new Map<string, ReturnType<typeof pLimit>>();
      return () => {
        const id = nextId();
        const known = limits.get(id) ?? pLimit(10);
        limits.set(id, known);
        return known(fn);
      };
    }),
    ours(slottedUpstream, nextId),
  ];
}

/** A throttle for each id. No peer has one. */
export function throttlePerId(nextId: () => string): readonly Subject[] {
  return [ours(throttledUpstream, nextId)];
}

function ours(
  upstreamFor: (keys: number) => new (fn: Call) => { find(id: string): Promise<number> },
  nextId: () => string,
): Subject {
  return holdfast((fn, keys) => {
    const upstream = resolve(upstreamFor(keys), fn);
    return () => upstream.find(nextId());
  });
}

/** One number per id says it all: the time at which its bucket will be full again. */
function permitsById(fn: Call, nextId: () => string): Call {
  const fullAt = new Map<string, number>();
  const perPermit = hour / 1_000;
  return () => {
    const id = nextId();
    const now = performance.now();
    const full = Math.max(now, fullAt.get(id) ?? 0) + perPermit;
    if (full > now + hour) return Promise.reject(new Error('too many calls'));
    fullAt.set(id, full);
    return fn();
  };
}
