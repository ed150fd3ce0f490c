import { DurationTally } from './duration-tally.js';
import type { HttpAccounts } from './http-accounts.js';
import type { Metric } from './metric.js';
import { type HistogramShape, type Tallied, TalliedHistogram } from './tallied-histogram.js';

/** What is told about the requests of the HTTP clients. */
export function httpMetrics(accounts: HttpAccounts): readonly Metric[] {
  return [requestsIn(accounts), errorsIn(accounts), retriesIn(accounts)];
}

function requestsIn(accounts: HttpAccounts): Metric<'service' | 'endpoint' | 'status'> {
  return {
    type: 'counter',
    name: 'resilience_http_requests_total',
    help: 'Requests that went over the wire, retries included, by the status of their answer; none where no answer came',
    labels: ['service', 'endpoint', 'status'],
    read(_, tell) {
      for (const { service, endpoint, counts } of accounts.all()) {
        for (const [status, count] of counts.requests) tell({ service, endpoint, status }, count);
      }
    },
  };
}

function errorsIn(accounts: HttpAccounts): Metric<'service' | 'endpoint' | 'error_type'> {
  return {
    type: 'counter',
    name: 'resilience_http_errors_total',
    help: 'Requests that were answered with an error, or not at all, by the kind of failure',
    labels: ['service', 'endpoint', 'error_type'],
    read(_, tell) {
      for (const { service, endpoint, counts } of accounts.all()) {
        for (const [type, count] of counts.errors) tell({ service, endpoint, error_type: type }, count);
      }
    },
  };
}

function retriesIn(accounts: HttpAccounts): Metric<'service' | 'endpoint'> {
  return {
    type: 'counter',
    name: 'resilience_http_retries_total',
    help: 'Requests that went over the wire as a second or further attempt',
    labels: ['service', 'endpoint'],
    read(_, tell) {
      for (const { service, endpoint, counts } of accounts.all()) tell({ service, endpoint }, counts.retries);
    },
  };
}

/** How long requests take: what the histogram is called. */
export const httpDuration: HistogramShape = {
  name: 'resilience_http_request_duration_seconds',
  help: 'Seconds from sending a request to its whole answer or its failure, once per attempt; cancelled requests have none',
  labels: ['service', 'endpoint'],
};

/** How long requests take, by service and endpoint. */
export class HttpHistogram extends TalliedHistogram {
  readonly #accounts: HttpAccounts;

  constructor(accounts: HttpAccounts, buckets: readonly number[]) {
    super(httpDuration, buckets);
    this.#accounts = accounts;
  }

  protected override tallies(): Iterable<Tallied> {
    const totals = new Map<string, Tallied>();
    for (const { service, endpoint, counts } of this.#accounts.all()) {
      if (counts.durations === undefined) continue; // of a runtime whose listener tells none
      const key = JSON.stringify([service, endpoint]);
      const total = totals.get(key) ?? [{ service, endpoint }, new DurationTally(this.bounds)];
      total[1].addAll(counts.durations);
      totals.set(key, total);
    }
    return totals.values();
  }
}
