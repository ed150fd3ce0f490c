import type { OpenMetricsContentType, Registry } from 'prom-client';
import { flag, maybe, optional, options, that } from '../../core/index.js';

/** A registry of prom-client, for either text format. */
export type AnyRegistry = Registry | Registry<OpenMetricsContentType>;

/** Where metrics go, and which there are. */
export interface PrometheusOptions<R extends AnyRegistry = AnyRegistry> {
  /** Whether anything is registered and counted at all. @default true */
  readonly enabled?: boolean;
  /** Where the metrics are registered; several listeners may share one. @default a registry of its own */
  readonly registry?: R;
  /**
   * Whether durations are told, as histograms: of calls, of attempts, and of the waits before retries. Everything else is counted anyway;
   * this costs every call and every attempt two looks at the clock. `buckets` are upper bounds in seconds, growing.
   * @default true, with buckets from 1 ms to 30 s
   */
  readonly durations?: boolean | { readonly buckets: readonly number[] };
  /**
   * Whether requests of the HTTP clients are told, by service and endpoint. `maxEndpoints` are the endpoints of a service with series of
   * their own; what goes to any other is told as that of the endpoint `other`.
   * @default true, with 200 endpoints
   */
  readonly http?: boolean | { readonly maxEndpoints: number };
}

const standardBuckets = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const standardEndpoints = 200;

const prometheusOptions = options<PrometheusOptions>()('prometheus()', {
  enabled: optional(flag(), true),
  registry: maybe(that<AnyRegistry>(isRegistry, 'must be a Registry of prom-client')),
  durations: optional(
    that<NonNullable<PrometheusOptions['durations']>>(
      isDurations,
      'must be true, false, or { buckets }: upper bounds in seconds, above 0 and growing',
    ),
    true,
  ),
  http: optional(
    that<NonNullable<PrometheusOptions['http']>>(
      isHttp,
      'must be true, false, or { maxEndpoints }: a whole number above 0',
    ),
    true,
  ),
});

/** The options, checked and complete. */
export interface PrometheusSettings {
  readonly enabled: boolean;
  readonly registry: AnyRegistry | undefined;
  /** Undefined: durations are not told. */
  readonly buckets: readonly number[] | undefined;
  /** Undefined: requests of the HTTP clients are not told. */
  readonly maxEndpoints: number | undefined;
}

/** Checks what was given, and fills in the rest. */
export function readOptions(given: PrometheusOptions): PrometheusSettings {
  const { enabled, registry, durations, http } = prometheusOptions.complete(prometheusOptions.check(given), '');
  const buckets = typeof durations === 'object' ? durations.buckets : standardBuckets;
  const maxEndpoints = typeof http === 'object' ? http.maxEndpoints : standardEndpoints;
  return { enabled, registry, buckets: durations ? buckets : undefined, maxEndpoints: http ? maxEndpoints : undefined };
}

/** By what it can do: a registry may come from another copy of prom-client. */
function isRegistry(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'registerMetric' in value && typeof value.registerMetric === 'function';
}

function isDurations(value: unknown): boolean {
  if (typeof value === 'boolean') return true;
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'buckets') return false;
  const { buckets } = value as { readonly buckets: unknown };
  return Array.isArray(buckets) && buckets.length > 0 && buckets.every(isBucket);
}

function isHttp(value: unknown): boolean {
  if (typeof value === 'boolean') return true;
  if (typeof value !== 'object' || value === null || Object.keys(value).join() !== 'maxEndpoints') return false;
  const { maxEndpoints } = value as { readonly maxEndpoints: unknown };
  return Number.isSafeInteger(maxEndpoints) && (maxEndpoints as number) > 0;
}

function isBucket(bound: unknown, index: number, bounds: readonly unknown[]): boolean {
  const least = index === 0 ? 0 : (bounds[index - 1] as number);
  return typeof bound === 'number' && Number.isFinite(bound) && bound > least;
}
