import type { EventName } from 'holdfast';

/** Every event there is, and whether logs have a line for it; the compiler asks for those that are missing. */
export const everyEvent: Readonly<Record<EventName, 'line' | 'silent'>> = {
  'call.started': 'silent',
  'call.attempted': 'silent',
  'call.succeeded': 'silent',
  'call.failed': 'silent',
  'retry.scheduled': 'line',
  'retry.exhausted': 'line',
  'retry.budgetSpent': 'line',
  'hedge.started': 'line',
  'hedge.won': 'line',
  'circuit.moved': 'line',
  'circuit.thresholdReached': 'line',
  'circuit.refused': 'line',
  'circuit.waited': 'line',
  'circuit.probed': 'line',
  'rateLimit.refused': 'line',
  'rateLimit.waited': 'line',
  'rateLimit.drained': 'line',
  'bulkhead.refused': 'line',
  'bulkhead.queued': 'line',
  'timeout.struck': 'line',
  'fallback.applied': 'line',
  'cache.hit': 'silent',
  'cache.missed': 'silent',
  'cache.servedStale': 'line',
  'cache.stored': 'silent',
  'cache.evicted': 'silent',
  'cache.refreshFailed': 'line',
  'dedup.joined': 'silent',
  'chaos.injected': 'line',
  'http.requested': 'silent',
  'http.answered': 'silent',
  'http.failed': 'silent',
  'runtime.defaulted': 'line',
  'runtime.renamed': 'line',
  'runtime.disposed': 'line',
};

/** The names of all events. */
export const eventNames = Object.keys(everyEvent) as EventName[];
