import { describe, expect, it } from 'vitest';
import type { PolicyKind } from '../../src/core/index.js';
import { order } from '../../src/pipeline/index.js';
import { endableFrom, rankOf, reorder } from '../../src/pipeline/order.js';
import { catalogue } from '../../src/policies/catalogue.js';

describe('the one order', () => {
  it('names every place of every kind, once', () => {
    const places = Object.values(catalogue).flatMap((kind: PolicyKind) => kind.places);
    expect([...order].sort()).toEqual([...places].sort());
  });

  it('is what the design says', () => {
    expect(order).toEqual([
      'fallback',
      'cacheEvict',
      'cachePut',
      'cached',
      'dedup',
      'timeout.total',
      'retry',
      'hedge',
      'adaptiveThrottle',
      'circuitBreaker',
      'rateLimit',
      'timeout.attempt',
      'bulkhead',
      'chaos',
    ]);
  });

  it('exchanges places among each other, and leaves all others where they are', () => {
    expect(reorder([])).toEqual(order);
    expect(reorder(['retry'])).toEqual(order);
    expect(reorder(['circuitBreaker', 'retry'])).toEqual([
      'fallback',
      'cacheEvict',
      'cachePut',
      'cached',
      'dedup',
      'timeout.total',
      'circuitBreaker',
      'hedge',
      'adaptiveThrottle',
      'retry',
      'rateLimit',
      'timeout.attempt',
      'bulkhead',
      'chaos',
    ]);
    expect(reorder(['bulkhead', 'retry', 'fallback'])).toEqual([
      'bulkhead',
      'cacheEvict',
      'cachePut',
      'cached',
      'dedup',
      'timeout.total',
      'retry',
      'hedge',
      'adaptiveThrottle',
      'circuitBreaker',
      'rateLimit',
      'timeout.attempt',
      'fallback',
      'chaos',
    ]);
  });

  it('lets a kind from outside stand right before or right after one of ours', () => {
    const rank = (beside: NonNullable<PolicyKind['beside']>) => rankOf('own', { beside } as PolicyKind, order);
    const ranks = [
      rank({ after: 'timeout.total' }),
      rank({ before: 'retry' }),
      order.indexOf('retry'),
      rank({ after: 'retry' }),
    ];
    expect(ranks).toEqual([...ranks].sort((a, b) => a - b));
    expect(new Set(ranks).size).toBe(4);
    expect([rank({ after: 'bulkhead' }) > order.indexOf('bulkhead'), rank({ before: 'fallback' }) < 0]).toEqual([
      true,
      true,
    ]);
  });

  it.each([
    [[], 'timeout.attempt'],
    [['timeout.attempt', 'circuitBreaker'], 'circuitBreaker'],
    [['bulkhead', 'retry'], 'retry'],
    [['bulkhead', 'timeout.attempt'], 'timeout.attempt'],
  ])('exchanged by %j, everyone from %s outwards hears at once when a call ends', (places, innermost) => {
    const wanted = reorder(places);
    expect(wanted[endableFrom(wanted)]).toBe(innermost);
  });
});
