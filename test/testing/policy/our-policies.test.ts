import {
  AdaptiveThrottle,
  Bulkhead,
  Cached,
  CacheEvict,
  CachePut,
  Chaos,
  CircuitBreaker,
  Dedup,
  Fallback,
  Hedge,
  RateLimit,
  Retry,
  Timeout,
} from 'holdfast';
import { type PolicyClaims, type PolicyDecorator, policySuite } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { catalogue } from '../../../src/policies/catalogue.js';

let keys = 0;
const ids = new WeakMap<object, number>();
const key = (id: unknown) => {
  if (typeof id !== 'object' || id === null) return String(id);
  if (!ids.has(id)) ids.set(id, keys++);
  return `object ${ids.get(id)}`;
};

const wide = { maxConcurrent: 10_000 };

/** Each kind, in the ways in which it does different things; and what it changes. */
const uses: readonly (readonly [string, () => unknown, PolicyClaims?])[] = [
  ['retry', () => Retry()],
  ['retry', () => Retry({ maxAttempts: 5, delay: 0 })],
  ['circuitBreaker', () => CircuitBreaker(), { events: ['circuit'] }],
  [
    'circuitBreaker',
    () => CircuitBreaker({ failureRate: 0.5, window: '60s', slowRate: 0.5, slowCall: '1s' }),
    { events: ['circuit'] },
  ],
  ['adaptiveThrottle', () => AdaptiveThrottle(), { events: ['throttle'] }],
  ['rateLimit', () => RateLimit({ limit: 10_000, per: '1s' })],
  ['rateLimit', () => RateLimit({ limit: 1000, per: '1s', maxWait: '1m', maxQueue: 10_000 })],
  ['bulkhead', () => Bulkhead(wide)],
  ['bulkhead', () => Bulkhead({ maxConcurrent: 100, maxQueue: 10_000 })],
  ['timeout', () => Timeout({ attempt: '1h', total: '2h' })],
  ['cached', () => Cached({ ttl: '1m', key, max: 100 }), { attached: false, events: ['cache'] }],
  ['cacheEvict', () => CacheEvict({ cache: 'stock', all: true }), { events: ['cache'] }],
  ['cachePut', () => CachePut({ cache: 'stock', key }), { events: ['cache'] }],
  ['dedup', () => Dedup({ key }), { attached: false }],
  ['fallback', () => Fallback({ value: 'substitute' }), { errors: false }],
  ['hedge', () => Hedge({ idempotent: true, delay: '1s' })],
  ['chaos', () => Chaos({ enabled: true, rate: 0.000_001, fault: () => new Error('chaos') })],
];

describe('every policy of ours', () => {
  it('is on trial', () => {
    expect(new Set(uses.map(([kind]) => kind))).toEqual(new Set(Object.keys(catalogue)));
  });

  for (const [index, [kind, make, claims]] of uses.entries())
    describe(`${kind} (${index + 1})`, () => policySuite({ describe, it }, make as () => PolicyDecorator, claims));
});
