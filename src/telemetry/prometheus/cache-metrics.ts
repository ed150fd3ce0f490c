import type { Cache } from '../../policies/cache/index.js';
import type { Runtime } from '../../runtime/index.js';
import { Ledger } from './ledger.js';
import type { Metric } from './metric.js';

/** The results of a request, each with its counter. */
const results = {
  hit: 'hits',
  stale: 'stale',
  stale_if_error: 'staleIfError',
  miss: 'misses',
  bypass: 'bypassed',
} as const;

const ledger = new Ledger({
  hits: ({ stats }: Cache) => stats.hits,
  stale: ({ stats }: Cache) => stats.stale,
  staleIfError: ({ stats }: Cache) => stats.staleIfError,
  misses: ({ stats }: Cache) => stats.misses,
  bypassed: ({ stats }: Cache) => stats.bypassed,
  refreshes: ({ stats }: Cache) => stats.refreshes,
});

function cachesOf(runtimes: readonly Runtime[]) {
  return runtimes.flatMap(({ caches }) => ledger.accountsOf(caches));
}

const requests: Metric<'cache' | 'result' | 'store'> = {
  type: 'counter',
  name: 'resilience_cache_requests_total',
  help: 'Calls that came to a cache, by what it had for them',
  labels: ['cache', 'result', 'store'],
  read(runtimes, tell) {
    for (const { name: cache, total } of cachesOf(runtimes)) {
      for (const [result, counter] of Object.entries(results)) {
        tell({ cache, result, store: 'memory' }, total(counter));
      }
    }
  },
};

const revalidations: Metric<'cache'> = {
  type: 'counter',
  name: 'resilience_cache_revalidations_total',
  help: 'Stale values that were loaded anew behind their callers',
  labels: ['cache'],
  read(runtimes, tell) {
    for (const { name: cache, total } of cachesOf(runtimes)) tell({ cache }, total('refreshes'));
  },
};

/** What is told about Cached. */
export const cacheMetrics: readonly Metric[] = [requests, revalidations];
