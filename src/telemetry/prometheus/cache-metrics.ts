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

/** An error that is kept is an answer like another. */
const hits = ({ stats }: Cache) => stats.hits + stats.negative;

/** What the caches of each name have counted. */
export const cacheLedger = new Ledger(({ caches }: Runtime) => caches, {
  hits,
  stale: ({ stats }) => stats.stale,
  staleIfError: ({ stats }) => stats.staleIfError,
  misses: ({ stats }) => stats.misses,
  bypassed: ({ stats }) => stats.bypassed,
  refreshes: ({ stats }) => stats.refreshes,
  storeFailures: ({ stats }) => stats.storeFailures,
});

/** Where the caches of one name keep their values. */
function storeOf(instances: readonly Cache[]): string {
  return instances[0]?.store ?? 'memory';
}

const requests: Metric<'cache' | 'result' | 'store'> = {
  type: 'counter',
  name: 'resilience_cache_requests_total',
  help: 'Calls that came to a cache, by what it had for them',
  labels: ['cache', 'result', 'store'],
  read(runtimes, tell) {
    for (const { name: cache, instances, total } of cacheLedger.accountsOf(runtimes)) {
      const store = storeOf(instances);
      for (const [result, counter] of Object.entries(results)) {
        tell({ cache, result, store }, total(counter));
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
    for (const { name: cache, total } of cacheLedger.accountsOf(runtimes)) tell({ cache }, total('refreshes'));
  },
};

const storeErrors: Metric<'cache' | 'store'> = {
  type: 'counter',
  name: 'resilience_cache_store_errors_total',
  help: 'Operations of a store that failed, took too long or were refused, and values that could not be kept',
  labels: ['cache', 'store'],
  read(runtimes, tell) {
    for (const { name: cache, instances, total } of cacheLedger.accountsOf(runtimes))
      tell({ cache, store: storeOf(instances) }, total('storeFailures'));
  },
};

/** What is told about Cached. */
export const cacheMetrics: readonly Metric[] = [requests, revalidations, storeErrors];
