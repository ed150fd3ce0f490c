import type { Events } from 'holdfast';
import { type PrometheusOptions, prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { Counter, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { RuntimeDisposedError, TimeoutError } from '../../../src/core/index.js';
import {
  ClientClosedError,
  ConnectTimeoutError,
  NetworkError,
  PoolTimeoutError,
  type RequestFacts,
} from '../../../src/http/errors/index.js';
import { moved, scrape, seriesOf } from './scrape.js';

const names = ['http.requested', 'http.answered', 'http.failed'] as const;

/** The event of a request to the endpoint of a service; what else it is about makes no difference. */
function facts(given: Partial<Events['http.requested']> = {}): Events['http.requested'] {
  const url = 'https://api.example.com/repos/a/b?page=7';
  const endpoint = 'GET /repos/:owner/:name';
  return { site: 'A.b', service: 'github', method: 'GET', url, endpoint, requestId: 'r-1', attempt: 1, ...given };
}

function watched(options: PrometheusOptions = {}, metrics = prometheus(options)) {
  const { runtime } = testRuntime({ record: false, listeners: [metrics] });
  const { events } = runtime;
  const answer = (status: number, given: Partial<Events['http.answered']> = {}) => {
    events.emit('http.requested', facts(given));
    events.emit('http.answered', { ...facts(given), duration: 0, ...given, status });
  };
  const fail = (error: unknown, given: Partial<Events['http.failed']> = {}) => {
    events.emit('http.requested', facts(given));
    events.emit('http.failed', { ...facts(given), cancelled: false, duration: 0, ...given, error });
  };
  const series = async (name: string) => moved(await seriesOf(metrics.registry, `resilience_http_${name}`));
  return { runtime, metrics, answer, fail, series };
}

const repo = 'service="github",endpoint="GET /repos/:owner/:name"';

describe('resilience_http_requests_total', () => {
  it('counts what went over the wire by the status of the answer, and as none where no answer came', async () => {
    const { answer, fail, series } = watched();

    for (const status of [200, 204, 200, 404, 429, 503]) answer(status);
    fail(new Error('no answer'));

    expect(await series('requests_total')).toEqual({
      [`{${repo},status="200"}`]: 2,
      [`{${repo},status="204"}`]: 1,
      [`{${repo},status="404"}`]: 1,
      [`{${repo},status="429"}`]: 1,
      [`{${repo},status="503"}`]: 1,
      [`{${repo},status="none"}`]: 1,
    });
  });

  it('keeps services and their endpoints apart', async () => {
    const { answer, series } = watched();

    answer(200, { endpoint: 'search' });
    answer(200, { service: 'gitlab', endpoint: 'search' });
    answer(200, { service: 'gitlab', endpoint: 'user' });
    answer(200, { service: 'gitlab', endpoint: 'user' });

    expect(await series('requests_total')).toEqual({
      '{service="github",endpoint="search",status="200"}': 1,
      '{service="gitlab",endpoint="search",status="200"}': 1,
      '{service="gitlab",endpoint="user",status="200"}': 2,
    });
  });

  it('tells nothing of URLs, methods that protect, and request ids', async () => {
    const { metrics, answer, fail } = watched();

    answer(500);
    fail(new Error('at https://api.example.com/repos/a/b'));

    expect(await metrics.registry.metrics()).not.toMatch(/example|A\.b|r-1|page/);
  });
});

const request: RequestFacts = { ...facts(), maxAttempts: 3, duration: 1, timestamp: 0 };

function aborted(reason?: unknown): unknown {
  const controller = new AbortController();
  controller.abort(reason);
  return controller.signal.reason;
}

describe('resilience_http_errors_total', () => {
  it.each<[number, Record<string, number>]>([
    [200, {}],
    [304, {}],
    [400, { http: 1 }],
    [404, { http: 1 }],
    [429, { rateLimit: 1 }],
    [500, { http: 1 }],
    [503, { http: 1 }],
  ])('makes of an answer with %i %j', async (status, counted) => {
    const { answer, series } = watched();

    answer(status);

    const told = Object.entries(counted).map(([type, count]) => [`{${repo},error_type="${type}"}`, count]);
    expect(await series('errors_total')).toEqual(Object.fromEntries(told));
  });

  const reset = { code: 'ECONNRESET', reason: 'socket hang up', sent: true };

  it.each<[string, unknown, string]>([
    ['a connection that broke', new NetworkError(request, reset), 'network'],
    ['a connection that did not come about', new ConnectTimeoutError(request, 100), 'timeout'],
    ['no free connection', new PoolTimeoutError(request, 100), 'timeout'],
    ['an attempt that took too long', new TimeoutError('attempt', 100, { site: 'A.b' }), 'timeout'],
    ['a patience of the caller that ran out', new DOMException('too late', 'TimeoutError'), 'timeout'],
    ['a closed client', new ClientClosedError(request), 'closed'],
    ['a disposed runtime', new RuntimeDisposedError('A.b'), 'closed'],
    ['a caller who left', aborted(), 'cancelled'],
    ['a cancelled request of axios', Object.assign(new Error('canceled'), { code: 'ERR_CANCELED' }), 'cancelled'],
    ['an error that nobody knows', new Error('boom'), 'other'],
    ['an error with a type of its own', Object.assign(new Error('boom'), { type: 'https://example.com' }), 'other'],
    ['a type that is inherited by every object', { type: 'constructor' }, 'other'],
    ['a text', aborted('leaving'), 'other'],
    ['nothing', aborted(null), 'other'],
  ])('calls %s by its kind', async (_, error, type) => {
    const { fail, series } = watched();

    fail(error);

    expect(await series('errors_total')).toEqual({ [`{${repo},error_type="${type}"}`]: 1 });
  });

  it('has series at 0 for what may happen anywhere, from the first request to an endpoint on', async () => {
    const { runtime, metrics } = watched();

    runtime.events.emit('http.requested', facts());

    expect(await seriesOf(metrics.registry, 'resilience_http_errors_total')).toEqual({
      [`{${repo},error_type="http"}`]: 0,
      [`{${repo},error_type="rateLimit"}`]: 0,
      [`{${repo},error_type="network"}`]: 0,
      [`{${repo},error_type="timeout"}`]: 0,
    });
    expect(await seriesOf(metrics.registry, 'resilience_http_retries_total')).toEqual({ [`{${repo}}`]: 0 });
    expect(await seriesOf(metrics.registry, 'resilience_http_request_duration_seconds_count')).toEqual({
      [`{${repo}}`]: 0,
    });
  });
});

describe('resilience_http_retries_total', () => {
  it('counts attempts beyond the first, whatever becomes of them', async () => {
    const { answer, fail, series } = watched();

    fail(new Error('no answer'));
    answer(503, { attempt: 2 });
    answer(200, { attempt: 3 });
    answer(200);

    expect(await series('retries_total')).toEqual({ [`{${repo}}`]: 2 });
  });
});

describe('resilience_http_request_duration_seconds', () => {
  it('counts answers and failures in seconds, but not those whose caller left or whose client was closed', async () => {
    const { answer, fail, series } = watched({ durations: { buckets: [0.5, 2] } });

    answer(200, { duration: 250 });
    answer(503, { duration: 500 });
    fail(new TimeoutError('attempt', 3000, { site: 'A.b' }), { duration: 3000 });
    fail(aborted(), { duration: 10_000 });
    fail(new ClientClosedError(request), { duration: 10_000 });

    expect(await series('request_duration_seconds_bucket')).toEqual({
      [`{le="0.5",${repo}}`]: 2,
      [`{le="2",${repo}}`]: 2,
      [`{le="+Inf",${repo}}`]: 3,
    });
    expect(await series('request_duration_seconds_sum')).toEqual({ [`{${repo}}`]: 3.75 });
    expect(await series('request_duration_seconds_count')).toEqual({ [`{${repo}}`]: 3 });
  });

  it('is not told where durations are off; the counts still are', async () => {
    const { metrics, answer, series } = watched({ durations: false });

    answer(200, { duration: 250 });

    expect(await metrics.registry.metrics()).not.toContain('duration');
    expect(await series('requests_total')).toEqual({ [`{${repo},status="200"}`]: 1 });
  });
});

describe('the endpoints of a service', () => {
  const endpointsOf = async (registry: Registry) => {
    const series = Object.keys(await seriesOf(registry, 'resilience_http_retries_total'));
    return series.map((labels) => /service="(.*)",endpoint="(.*)"/.exec(labels)?.slice(1).join(' '));
  };

  it.each([
    ['200', {}, 200],
    ['as many as are allowed', { http: { maxEndpoints: 3 } }, 3],
  ])('have series of their own up to %s; all others share one', async (_, options, most) => {
    const { metrics, answer, series } = watched(options);

    for (let n = 0; n < most + 5; n++) answer(200, { endpoint: `endpoint ${n}`, duration: 1000 });
    for (let n = 0; n < most + 5; n++) answer(200, { endpoint: `endpoint ${n}`, duration: 1000, attempt: 2 });

    const requests = await series('requests_total');
    expect(Object.keys(requests)).toHaveLength(most + 1);
    expect(requests['{service="github",endpoint="endpoint 0",status="200"}']).toBe(2);
    expect(requests[`{service="github",endpoint="endpoint ${most - 1}",status="200"}`]).toBe(2);
    expect(requests['{service="github",endpoint="other",status="200"}']).toBe(10);
    expect((await series('retries_total'))['{service="github",endpoint="other"}']).toBe(5);
    expect((await series('request_duration_seconds_sum'))['{service="github",endpoint="other"}']).toBe(10);
    expect(await endpointsOf(metrics.registry)).toHaveLength(most + 1);
  });

  it('are bounded for each service by itself', async () => {
    const { metrics, answer } = watched({ http: { maxEndpoints: 1 } });

    for (const service of ['github', 'gitlab']) {
      for (const endpoint of ['repo', 'user', 'search']) answer(200, { service, endpoint });
    }

    expect(await endpointsOf(metrics.registry)).toEqual(['github repo', 'github other', 'gitlab repo', 'gitlab other']);
  });
});

describe('HTTP metrics', () => {
  it('MX8: are neither registered nor counted when they are off', async () => {
    const { runtime, metrics, answer } = watched({ http: false });

    answer(200);

    expect(await metrics.registry.metrics()).not.toContain('http');
    expect(names.map((name) => runtime.events.channel(name).heard)).toEqual([false, false, false]);
  });

  it('of several runtimes add up in one registry, those of a runtime that tells no durations included', async () => {
    const registry = new Registry();
    const one = watched({ registry });
    const other = watched({ registry });
    const untimed = watched({ registry, durations: false });

    one.answer(200, { duration: 500 });
    other.answer(200, { duration: 250 });
    other.fail(new Error('no answer'), { attempt: 2 });
    untimed.answer(200, { duration: 125 });

    expect(await scrape(registry)).toMatchObject({
      [`resilience_http_requests_total{${repo},status="200"}`]: 3,
      [`resilience_http_errors_total{${repo},error_type="other"}`]: 1,
      [`resilience_http_retries_total{${repo}}`]: 1,
      [`resilience_http_request_duration_seconds_sum{${repo}}`]: 0.75,
      [`resilience_http_request_duration_seconds_bucket{le="0.25",${repo}}`]: 2,
      [`resilience_http_request_duration_seconds_bucket{le="+Inf",${repo}}`]: 3,
    });
  });

  it('leave with their runtime, which is not heard any more', async () => {
    const registry = new Registry();
    const one = watched({ registry });
    const other = watched({ registry });
    one.answer(200);
    other.answer(200);

    await one.runtime.dispose();
    const left = await other.series('requests_total');
    const heard = names.map((name) => one.runtime.events.channel(name).heard);
    await other.runtime.dispose();

    expect(left).toEqual({ [`{${repo},status="200"}`]: 1 });
    expect(heard).toEqual([false, false, false]);
    expect(registry.getMetricsAsArray()).toEqual([]);
  });

  it('come with the first listener that wants them, and with none after all have left', async () => {
    const registry = new Registry();
    const without = watched({ registry, http: false });
    const before = await registry.metrics();
    const eager = watched({ registry });
    eager.answer(200);
    without.answer(200);
    const both = await eager.series('requests_total');
    await eager.runtime.dispose();
    await without.runtime.dispose();
    watched({ registry, http: false });

    expect(before).not.toContain('http');
    expect(both).toEqual({ [`{${repo},status="200"}`]: 1 });
    expect(await registry.metrics()).not.toContain('http');
  });

  it('that a registry has no room for are not held against listeners without them', async () => {
    const registry = new Registry();
    const mine = new Counter({ name: 'resilience_http_requests_total', help: 'Mine', registers: [registry] });
    testRuntime({ record: false, listeners: [prometheus({ registry, http: false, durations: false })] });

    expect(() => testRuntime({ record: false, listeners: [prometheus({ registry })] })).toThrow(
      'prometheus(): registry has a metric of its own named resilience_http_requests_total',
    );
    testRuntime({ record: false, listeners: [prometheus({ registry, http: false })] });

    expect(registry.getSingleMetric('resilience_http_requests_total')).toBe(mine);
    expect(await registry.metrics()).toContain('resilience_call_duration_seconds');
  });
});
