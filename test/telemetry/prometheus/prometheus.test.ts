import { Retry, type Runtime } from 'holdfast';
import { type PrometheusOptions, prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import {
  AggregatorRegistry,
  Gauge,
  Histogram,
  type OpenMetricsContentType,
  Registry,
  type RegistryContentType,
} from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { moved, scrape, seriesOf } from './scrape.js';

class Service {
  @Retry()
  async work(): Promise<string> {
    return 'done';
  }
}

class Other {
  @Retry()
  async work(): Promise<string> {
    return 'done';
  }
}

async function call(runtime: Runtime, times: number, service: Service | Other = new Service()): Promise<void> {
  runtime.bind(service);
  for (let n = 0; n < times; n++) await service.work();
}

function openMetrics(): Registry<OpenMetricsContentType> {
  const registry = new Registry<OpenMetricsContentType>();
  registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  return registry;
}

const values = (method: string) => `resilience_calls_total{method="${method}",result="value",fallback="not_defined"}`;

describe('prometheus()', () => {
  it('has a registry of its own, apart from that of the process', async () => {
    const [one, other] = [prometheus(), prometheus()];
    const { runtime } = testRuntime({ record: false, listeners: [one] });

    await call(runtime, 1);

    expect(one.registry).not.toBe(other.registry);
    expect(await scrape(one.registry)).toMatchObject({ [values('Service.work')]: 1 });
    expect(await other.registry.metrics()).toBe('\n');
  });

  it('writes to the registry that it is given, beside what is there', async () => {
    const registry = new Registry();
    new Gauge({ name: 'mine', help: 'Mine', registers: [registry] }).set(7);
    const metrics = prometheus({ registry });
    const { runtime } = testRuntime({ record: false, listeners: [metrics] });

    await call(runtime, 1);

    expect(metrics.registry).toBe(registry);
    expect(await scrape(registry)).toMatchObject({ mine: 7, [values('Service.work')]: 1 });
  });

  it('MX8: registers nothing, and counts nothing, when it is off', async () => {
    const metrics = prometheus({ enabled: false });
    const { runtime } = testRuntime({ record: false, listeners: [metrics] });

    await call(runtime, 1);

    expect(metrics.registry.getMetricsAsArray()).toEqual([]);
    expect(runtime.events.channel('call.succeeded').heard).toBe(false);
  });

  it('MX9: tells all series at 0 as soon as a class is prepared', async () => {
    const metrics = prometheus();
    const { runtime } = testRuntime({ record: false, listeners: [metrics] });

    const before = await scrape(metrics.registry);
    runtime.prepare(Service);
    const prepared = await scrape(metrics.registry);
    await call(runtime, 1);

    expect(before).toEqual({});
    expect(prepared).toMatchObject({ [values('Service.work')]: 0 });
    expect(moved(prepared)).toEqual({ 'resilience_retry_budget_balance{budget="Service"}': 100 });
    expect(Object.keys(await scrape(metrics.registry))).toEqual(Object.keys(prepared));
  });

  it('never lets a counter go backwards from one scrape to the next', async () => {
    const metrics = prometheus();
    const { runtime } = testRuntime({ record: false, listeners: [metrics] });
    const seen: number[] = [];

    for (let n = 0; n < 3; n++) {
      await call(runtime, 2);
      seen.push((await scrape(metrics.registry))[values('Service.work')] as number);
    }
    metrics.registry.resetMetrics();
    seen.push((await scrape(metrics.registry))[values('Service.work')] as number);

    expect(seen).toEqual([2, 4, 6, 6]);
  });
});

describe('several runtimes', () => {
  it.each([
    ['through one listener', (registry: Registry) => [prometheus({ registry })]],
    ['through a listener each', (registry: Registry) => [prometheus({ registry }), prometheus({ registry })]],
  ])('add up in one registry %s, where they have the same methods', async (_, listenersFor) => {
    const registry = new Registry();
    const [first, second = first] = listenersFor(registry);
    const one = testRuntime({ record: false, listeners: [first!] });
    const other = testRuntime({ record: false, listeners: [second!] });

    await call(one.runtime, 2);
    await call(other.runtime, 3);
    await call(other.runtime, 4, new Other());

    expect(await scrape(registry)).toMatchObject({
      [values('Service.work')]: 5,
      [values('Other.work')]: 4,
      'resilience_call_duration_seconds_count{method="Service.work"}': 5,
      'resilience_call_duration_seconds_count{method="Other.work"}': 4,
      'resilience_attempt_duration_seconds_count{method="Service.work",kind="primary"}': 5,
      'resilience_attempt_duration_seconds_bucket{le="+Inf",method="Service.work",kind="primary"}': 5,
      'resilience_attempt_duration_seconds_count{method="Other.work",kind="primary"}': 4,
    });
  });

  it('leave with their series, and the last one with all metrics', async () => {
    const registry = new Registry();
    new Gauge({ name: 'mine', help: 'Mine', registers: [registry] });
    const metrics = prometheus({ registry });
    const one = testRuntime({ record: false, listeners: [metrics] });
    const other = testRuntime({ record: false, listeners: [metrics] });
    await call(one.runtime, 2);
    await call(other.runtime, 3);

    await one.runtime.dispose();
    const left = await scrape(registry);
    await other.runtime.dispose();

    expect(left[values('Service.work')]).toBe(3);
    expect(left['resilience_call_duration_seconds_count{method="Service.work"}']).toBe(3);
    expect(left['resilience_attempt_duration_seconds_count{method="Service.work",kind="primary"}']).toBe(3);
    expect(await scrape(registry)).toEqual({ mine: 0 });
  });

  it('come and go without conflict, as in a hot reload, also when the registry was cleared', async () => {
    const registry = new Registry();
    for (const clear of [false, true, false]) {
      const { runtime } = testRuntime({ record: false, listeners: [prometheus({ registry })] });
      await call(runtime, 1);
      if (clear) registry.clear();
      else await runtime.dispose();
    }
    const { runtime } = testRuntime({ record: false, listeners: [prometheus({ registry })] });
    await call(runtime, 1);

    expect(await scrape(registry)).toMatchObject({ [values('Service.work')]: 2 }); // one was cleared, but never detached
  });

  it('add up across two copies of this package, as after a hot reload that keeps the registry', async () => {
    const registry = new Registry();
    vi.resetModules();
    const copy = await import('holdfast/prometheus');
    const one = testRuntime({ record: false, listeners: [prometheus({ registry })] });
    const other = testRuntime({ record: false, listeners: [copy.prometheus({ registry })] });

    await call(one.runtime, 1);
    await call(other.runtime, 2);

    expect(copy.prometheus).not.toBe(prometheus);
    expect(await scrape(registry)).toMatchObject({ [values('Service.work')]: 3 });
  });

  it('tell a registry with durations beside one without', async () => {
    const registry = new Registry();
    const quiet = testRuntime({ record: false, listeners: [prometheus({ registry, durations: false })] });
    const loud = testRuntime({ record: false, listeners: [prometheus({ registry })] });

    await call(quiet.runtime, 1);
    await call(loud.runtime, 1, new Other());

    expect(await seriesOf(registry, 'resilience_call_duration_seconds_count')).toEqual({ '{method="Other.work"}': 1 });
  });
});

describe('the text', () => {
  const total = /^# TYPE (\S+) (\S+)$/gm;

  it('has _total on counters and on nothing else', async () => {
    const metrics = prometheus();
    testRuntime({ record: false, listeners: [metrics] });

    const types = [...(await metrics.registry.metrics()).matchAll(total)];

    expect(types.length).toBeGreaterThan(10);
    for (const [, name, type] of types) expect([name, name?.endsWith('_total')]).toEqual([name, type === 'counter']);
  });

  it('is OpenMetrics where the registry is: families without _total, samples with it, one EOF', async () => {
    const metrics = prometheus({ registry: openMetrics() });
    const { runtime } = testRuntime({ record: false, listeners: [metrics] });
    await call(runtime, 1);

    for (let n = 0; n < 2; n++) {
      const text = await metrics.registry.metrics();
      const families = [...text.matchAll(total)].map(([, name]) => name);

      expect(text).toContain('# TYPE resilience_calls counter\n');
      expect(text).toContain(`\n${values('Service.work')} 1\n`);
      expect(text).toContain('# TYPE resilience_attempt_duration_seconds histogram\n');
      expect(text).toContain('\nresilience_attempt_duration_seconds_count{method="Service.work",kind="primary"} 1\n');
      expect(families.filter((name) => name?.endsWith('_total'))).toEqual([]);
      expect(new Set(families).size).toBe(families.length);
      expect(text.match(/# EOF/g)).toHaveLength(1);
    }
  });

  it('registers once in an OpenMetrics registry, whoever attaches after a scrape', async () => {
    const registry = openMetrics();
    const metrics = prometheus({ registry });
    testRuntime({ record: false, listeners: [metrics] });
    await registry.metrics();
    const families = registry.getMetricsAsArray().length;

    testRuntime({ record: false, listeners: [metrics] });
    await registry.metrics();

    expect(registry.getMetricsAsArray()).toHaveLength(families);
  });

  it('changes with the format of its registry', async () => {
    const registry = new Registry<RegistryContentType>();
    const { runtime } = testRuntime({ record: false, listeners: [prometheus({ registry })] });
    await call(runtime, 1);

    registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
    await registry.metrics();
    registry.setContentType(Registry.PROMETHEUS_CONTENT_TYPE);

    expect(await registry.metrics()).toContain('# TYPE resilience_calls_total counter\n');
  });

  it('is told as JSON, too, histogram included', async () => {
    const metrics = prometheus({ durations: { buckets: [1] } });
    const { runtime } = testRuntime({ record: false, listeners: [metrics] });
    await call(runtime, 1);

    const json = await metrics.registry.getMetricsAsJSON();

    expect(json.find(({ name }) => name === 'resilience_call_duration_seconds')).toMatchObject({
      type: 'histogram',
      values: [
        { metricName: 'resilience_call_duration_seconds_bucket', labels: { le: 1, method: 'Service.work' }, value: 1 },
        { metricName: 'resilience_call_duration_seconds_bucket', labels: { le: '+Inf' }, value: 1 },
        { metricName: 'resilience_call_duration_seconds_sum', labels: { method: 'Service.work' }, value: 0 },
        { metricName: 'resilience_call_duration_seconds_count', labels: { method: 'Service.work' }, value: 1 },
      ],
    });
  });
});

describe('the workers of a cluster', () => {
  it('add up: counters, gauges and every bucket of the histograms', async () => {
    const worker = async (times: number) => {
      const metrics = prometheus({ durations: { buckets: [1] } });
      const { runtime } = testRuntime({ record: false, listeners: [metrics] });
      await call(runtime, times);
      return metrics.registry.getMetricsAsJSON();
    };

    const all = AggregatorRegistry.aggregate([await worker(2), await worker(3)]);

    expect(await scrape(all)).toMatchObject({
      [values('Service.work')]: 5,
      'resilience_retry_budget_balance{budget="Service"}': 201, // two floors of 100, and a fifth of 5 calls
      'resilience_call_duration_seconds_count{method="Service.work"}': 5,
      'resilience_attempt_duration_seconds_bucket{le="1",method="Service.work",kind="primary"}': 5,
      'resilience_attempt_duration_seconds_count{method="Service.work",kind="primary"}': 5,
      'resilience_attempt_duration_seconds_count{method="Service.work",kind="retry"}': 0,
      'resilience_retry_delay_seconds_count{method="Service.work",reason="computed"}': 0,
    });
  });
});

describe('bad use', () => {
  const durationsRule = 'must be true, false, or { buckets }: upper bounds in seconds, above 0 and growing';
  const httpRule = 'must be true, false, or { maxEndpoints }: a whole number above 0';

  it.each([
    [null, ' takes an object of options, but got null'],
    [{ prefix: 'x' }, ': prefix is no option; it takes enabled, registry, durations, http'],
    [{ enabled: 'yes' }, ": enabled must be true or false, but got 'yes'"],
    [{ registry: {} }, ': registry must be a Registry of prom-client, but got {}'],
    [{ durations: 3 }, `: durations ${durationsRule}, but got 3`],
    [{ durations: { buckets: [] } }, `: durations ${durationsRule}, but got { buckets: [] }`],
    [{ durations: { buckets: [0] } }, `: durations ${durationsRule}, but got { buckets: [ 0 ] }`],
    [{ durations: { buckets: [2, 1] } }, `: durations ${durationsRule}, but got { buckets: [ 2, 1 ] }`],
    [{ durations: { buckets: [1], le: 1 } }, `: durations ${durationsRule}, but got { buckets: [ 1 ], le: 1 }`],
    [{ http: 200 }, `: http ${httpRule}, but got 200`],
    [{ http: { maxEndpoints: 0 } }, `: http ${httpRule}, but got { maxEndpoints: 0 }`],
    [{ http: { maxEndpoints: 1.5 } }, `: http ${httpRule}, but got { maxEndpoints: 1.5 }`],
    [{ http: { maxEndpoints: 1, most: 2 } }, `: http ${httpRule}, but got { maxEndpoints: 1, most: 2 }`],
  ])('is refused: %j', (options, message) => {
    expect(() => prometheus(options as PrometheusOptions)).toThrow(
      expect.objectContaining({ code: 'HOLDFAST_INVALID_OPTIONS', message: `prometheus()${message}` }),
    );
  });

  it('refuses a registry that has a metric of that name, and leaves it as it is', async () => {
    const registry = new Registry();
    new Gauge({ name: 'resilience_retries_total', help: 'Mine', registers: [registry] });

    expect(() => testRuntime({ record: false, listeners: [prometheus({ registry })] })).toThrow(
      'prometheus(): registry has a metric of its own named resilience_retries_total',
    );
    expect(registry.getMetricsAsArray()).toHaveLength(1);
  });

  it('is not held against a listener that comes after one that was refused', async () => {
    const registry = new Registry();
    new Gauge({ name: 'resilience_call_duration_seconds', help: 'Mine', registers: [registry] });
    const refused = prometheus({ registry, durations: { buckets: [1] } });
    expect(() => testRuntime({ record: false, listeners: [refused] })).toThrow(
      'registry has a metric of its own named',
    );

    const { runtime } = testRuntime({ record: false, listeners: [prometheus({ registry, durations: false })] });
    await call(runtime, 1);
    const counted = await scrape(registry);
    await runtime.dispose();
    registry.clear();
    testRuntime({ record: false, listeners: [prometheus({ registry, durations: { buckets: [2] } })] });

    expect(counted).toMatchObject({ [values('Service.work')]: 1, resilience_call_duration_seconds: 0 });
    expect(registry.getSingleMetric('resilience_call_duration_seconds')).toBeInstanceOf(Histogram);
  });

  it('refuses other buckets for the same registry', () => {
    const registry = new Registry();
    testRuntime({ record: false, listeners: [prometheus({ registry, durations: { buckets: [1, 2] } })] });

    expect(() =>
      testRuntime({ record: false, listeners: [prometheus({ registry, durations: { buckets: [1, 3] } })] }),
    ).toThrow(
      'prometheus(): durations must have the same buckets as those of the other listener on this registry, but got [ 1, 3 ]',
    );
  });

  it('refuses to count one runtime twice in one registry', () => {
    const registry = new Registry();

    expect(() =>
      testRuntime({ record: false, listeners: [prometheus({ registry }), prometheus({ registry })] }),
    ).toThrow('prometheus(): registry is told of this runtime already, by another listener');
  });
});
