import type { Events } from '../../core/index.js';
import { type LinesOf, whole } from './line.js';

/** Why a bulkhead refused a call, in words. */
const refusals: Readonly<Record<Events['bulkhead.refused']['reason'], (bulkhead: string) => string>> = {
  full: (bulkhead) => `bulkhead ${bulkhead} is full`,
  timeout: (bulkhead) => `bulkhead ${bulkhead} had no slot in time`,
  shed: (bulkhead) => `it lost its place in the queue of bulkhead ${bulkhead}`,
};

/** How the events of the policies read that keep load away from callees. */
export const loadLines: LinesOf<'throttle' | 'rateLimit' | 'bulkhead' | 'cache'> = {
  'throttle.refused': {
    usual: 'debug',
    tell: ({ site, throttle, rejectionRate }) => [
      `${site} was not called: throttle ${throttle} refuses a share of the calls`,
      { site, throttle, rejectionRate },
    ],
  },
  'rateLimit.refused': {
    usual: 'debug',
    tell: ({ site, limiter, weight, retryAfter }) => [
      `${site} was not called: limiter ${limiter} has no permit for it`,
      { site, limiter, weight, retryAfter },
    ],
  },
  'rateLimit.waited': {
    usual: 'debug',
    tell: ({ site, limiter, weight, waited }) => [
      `${site} waited ${whole(waited)} ms for limiter ${limiter}`,
      { site, limiter, weight, waited },
    ],
  },
  'rateLimit.adopted': {
    usual: 'debug',
    tell: ({ site, limiter, available, nextIn }) => [
      `limiter ${limiter} keeps to what its server told: ${available === 0 ? `nothing for ${whole(nextIn)} ms` : `${available} permits now`}`,
      { site, limiter, available, nextIn },
    ],
  },
  'rateLimit.drained': {
    usual: 'info',
    tell: ({ limiter, permits }) => [`limiter ${limiter} was drained of ${permits} permits`, { limiter, permits }],
  },
  'bulkhead.refused': {
    usual: 'debug',
    tell: ({ site, bulkhead, reason }) => [
      `${site} was not called: ${refusals[reason](bulkhead)}`,
      { site, bulkhead, reason },
    ],
  },
  'bulkhead.queued': {
    usual: 'debug',
    tell: ({ site, bulkhead, queued }) => [`${site} waits for bulkhead ${bulkhead}`, { site, bulkhead, queued }],
  },
  'bulkhead.resized': {
    usual: 'debug',
    tell: ({ bulkhead, from, to }) => [
      `bulkhead ${bulkhead} was resized from ${from} to ${to} slots`,
      { bulkhead, from, to },
    ],
  },
  'cache.servedStale': {
    usual: 'debug',
    tell: ({ site, cache, age, error }, failure) =>
      error === undefined
        ? undefined // every day, and no error to tell of
        : [`${site} failed and is answered from cache ${cache}`, { site, cache, age, error: failure(error) }],
  },
  'cache.refreshFailed': {
    usual: 'warn',
    tell: ({ site, cache, error }, failure) => [
      `${site} could not refresh a stale value in cache ${cache}`,
      { site, cache, error: failure(error) },
    ],
  },
  'cache.storeFailed': {
    usual: 'warn',
    tell: ({ site, cache, operation, store, error }, failure) => [
      `cache ${cache} had trouble with its store at ${operation}`,
      { site, cache, operation, store, error: failure(error) },
    ],
  },
  'cache.unknown': {
    usual: 'warn',
    tell: ({ site, cache }) => [`${site} changes cache ${cache}, which there is not, or not yet`, { site, cache }],
  },
};
