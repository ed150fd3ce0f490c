import type { Events } from '../../core/index.js';
import type { Failure } from './failure.js';

/** How much a line matters, in winston's usual words. */
export type Severity = 'warn' | 'info' | 'debug';

/** What there is a line for: what changes, what is refused, repeated, late, or answered with something else. */
export type LoggedEvent =
  | 'retry.scheduled'
  | 'retry.exhausted'
  | 'circuit.moved'
  | 'circuit.thresholdReached'
  | 'circuit.refused'
  | 'circuit.waited'
  | 'rateLimit.refused'
  | 'rateLimit.waited'
  | 'rateLimit.drained'
  | 'bulkhead.refused'
  | 'bulkhead.queued'
  | 'timeout.struck'
  | 'fallback.applied'
  | 'cache.servedStale'
  | 'cache.refreshFailed'
  | 'runtime.defaulted'
  | 'runtime.renamed'
  | 'runtime.disposed';

/** A sentence, and the facts beside it: names, numbers and errors; never a key, an argument or a result. */
export type Told = readonly [message: string, facts: Readonly<Record<string, unknown>>];

/** How one kind of event reads. */
export interface Line<Name extends LoggedEvent> {
  readonly usual: Severity;
  /** Undefined: this one is not worth a line. */
  tell(event: Events[Name], failure: (error: unknown) => Failure | undefined): Told | undefined;
}

/** How every kind of event reads. */
export const lines: { readonly [Name in LoggedEvent]: Line<Name> } = {
  'retry.scheduled': {
    usual: 'debug',
    tell: ({ site, attempt, delay, error }, failure) => [
      `${site} failed in attempt ${attempt}, the next one follows in ${whole(delay)} ms`,
      { site, attempt, delay, error: failure(error) },
    ],
  },
  'retry.exhausted': {
    usual: 'debug',
    tell: ({ site, attempt, reason, error }, failure) => [
      `${site} is not tried again after attempt ${attempt}: ${reason}`,
      { site, attempt, reason, error: failure(error) },
    ],
  },
  'circuit.moved': {
    usual: 'warn',
    tell: ({ circuit, from, to }) => [`circuit ${circuit} moved from ${from} to ${to}`, { circuit, from, to }],
  },
  'circuit.thresholdReached': {
    usual: 'warn',
    tell: ({ circuit }) => [`circuit ${circuit} would have opened, but only watches`, { circuit }],
  },
  'circuit.refused': {
    usual: 'debug',
    tell: ({ site, circuit, retryAfter }) => [
      `${site} was not called: circuit ${circuit} lets no call pass`,
      { site, circuit, retryAfter },
    ],
  },
  'circuit.waited': {
    usual: 'debug',
    tell: ({ site, circuit, waited }) => [
      `${site} waited ${whole(waited)} ms for circuit ${circuit}`,
      { site, circuit, waited },
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
  'timeout.struck': {
    usual: 'debug',
    tell: ({ site, scope, after, attempt }) => [
      `${site} ran out of time: ${scope === 'total' ? 'the call' : `attempt ${attempt}`} took longer than ${after} ms`,
      { site, scope, after, attempt },
    ],
  },
  'fallback.applied': {
    usual: 'info',
    tell: ({ site, error }, failure) => [
      `${site} failed and is answered by its fallback`,
      { site, error: failure(error) },
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
  'runtime.defaulted': {
    usual: 'warn',
    tell: ({ site, className }) => [
      `${className} uses the default runtime although a container has another: resolve it from the container, or bind it`,
      { site, className },
    ],
  },
  'runtime.renamed': {
    usual: 'warn',
    tell: ({ site, taken }) => [`two methods are called ${taken}: the second one is known as ${site}`, { site, taken }],
  },
  'runtime.disposed': { usual: 'debug', tell: () => ['the runtime has been disposed', {}] },
};

function whole(milliseconds: number): number {
  return Math.round(milliseconds);
}
