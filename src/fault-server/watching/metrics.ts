import { Gauge, Counter as PromCounter, Registry } from 'prom-client';
import type { Service } from '../service.js';
import { DurationMetric } from './metrics-durations.js';
import type { MetricsTally } from './metrics-tally.js';

/** What the metrics of a server are read from. */
export interface MetricsSource {
  readonly service: Pick<Service, 'stats' | 'settings'>;
  readonly tally: MetricsTally;
  /** Seconds since 1970. */
  readonly startedAt: number;
}

/** One value of a metric. */
type Sample = readonly [value: number, labels?: Readonly<Record<string, string>>];

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  read(source: MetricsSource): Iterable<Sample>;
}

/** All metrics of one server in a registry of its own, so that several servers in a process are told apart; they are read when somebody scrapes. */
export function metricsOf(source: MetricsSource): Registry {
  const registry = new Registry();
  for (const metric of counters) registry.registerMetric(counter(metric, source));
  for (const metric of gauges) registry.registerMetric(gauge(metric, source));
  registry.registerMetric(new DurationMetric(source.tally));
  return registry;
}

const counters: readonly Metric[] = [
  {
    name: 'fault_server_requests_total',
    help: 'Requests that ended, by how: answered, failed on command, refused, timedOut, abandoned by the client, closed with the server',
    labels: ['method', 'route', 'outcome', 'status'],
    *read({ tally }) {
      for (const { count, ...labels } of tally.requests) yield [count, labels];
    },
  },
  {
    name: 'fault_server_faults_total',
    help: 'How often each kind of fault struck',
    labels: ['kind'],
    *read({ service }) {
      for (const [kind, count] of Object.entries(service.stats.faults)) yield [count, { kind }];
    },
  },
  {
    name: 'fault_server_connections_total',
    help: 'Connections of clients that were let in; those that were refused are seen by nobody',
    read: ({ service }) => [[service.stats.connections.accepted]],
  },
  {
    name: 'fault_server_connections_failed_total',
    help: 'Connections that failed on command, before anything was asked on them or later',
    read: ({ service }) => [[service.stats.connections.failed]],
  },
  {
    name: 'fault_server_replayed_answers_total',
    help: 'Requests that were answered as one of the same name before them',
    read: ({ service }) => [[service.stats.replayed]],
  },
];

const gauges: readonly Metric[] = [
  figure(
    'requests_in_flight',
    'Requests that are there and have no answer yet',
    ({ service }) => service.stats.inFlight,
  ),
  figure('connections_open', 'Connections of clients', ({ service }) => service.stats.connections.open),
  figure('slots_busy', 'Requests that hold a slot', ({ service }) => service.stats.concurrency),
  figure('slots_busy_peak', 'The most slots that were busy at once', ({ service }) => service.stats.peakConcurrency),
  figure('slots_limit', 'Slots in all', ({ service }) => service.settings.maxConcurrency),
  figure('workers_busy', 'Workers that are busy', ({ service }) => service.stats.busyWorkers),
  figure('workers_limit', 'Workers in all', ({ service }) => service.settings.workers),
  figure('requests_queued', 'Requests that wait for a slot or a worker', ({ service }) => service.stats.queued),
  figure(
    'queue_limit',
    'Requests that may wait for a slot, and as many for a worker',
    ({ service }) => service.settings.queueLimit,
  ),
  figure(
    'remembered_answers',
    'Answers that are remembered by the names of their requests',
    ({ service }) => service.stats.remembered,
  ),
  figure('start_time_seconds', 'When the server started, in seconds since 1970', ({ startedAt }) => startedAt),
];

function figure(name: string, help: string, value: (source: MetricsSource) => number): Metric {
  return { name: `fault_server_${name}`, help, read: (source) => [[value(source)]] };
}

function counter({ name, help, labels = [], read }: Metric, source: MetricsSource): PromCounter {
  return new PromCounter({
    ...{ name, help, labelNames: [...labels], registers: [] },
    collect() {
      this.reset();
      for (const [value, of = {}] of read(source)) this.inc(of, value);
    },
  });
}

function gauge({ name, help, read }: Metric, source: MetricsSource): Gauge {
  return new Gauge({
    ...{ name, help, registers: [] },
    collect() {
      for (const [value] of read(source)) this.set(value);
    },
  });
}
