import { type LinesOf, whole } from './line.js';

/** How the events of the policies read that keep load away from callees. */
export const loadLines: LinesOf<'rateLimit' | 'bulkhead' | 'cache'> = {
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
  'rateLimit.drained': {
    usual: 'info',
    tell: ({ limiter, permits }) => [`limiter ${limiter} was drained of ${permits} permits`, { limiter, permits }],
  },
  'bulkhead.refused': {
    usual: 'debug',
    tell: ({ site, bulkhead, reason }) => [
      `${site} was not called: bulkhead ${bulkhead} ${reason === 'full' ? 'is full' : 'had no slot in time'}`,
      { site, bulkhead, reason },
    ],
  },
  'bulkhead.queued': {
    usual: 'debug',
    tell: ({ site, bulkhead, queued }) => [`${site} waits for bulkhead ${bulkhead}`, { site, bulkhead, queued }],
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
};
