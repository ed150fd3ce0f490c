import { Fallback } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { scrape } from './scrape.js';

function watched(durations: boolean | { readonly buckets: readonly number[] } = true) {
  class Service {
    @Fallback({ value: undefined, on: RangeError })
    async work(duration: number, error?: Error): Promise<void> {
      await clock.sleep(duration);
      if (error) throw error;
    }
  }
  const metrics = prometheus({ durations });
  const { runtime, clock } = testRuntime({ listeners: [metrics] });
  const service = new Service();
  runtime.bind(service);
  const take = async (duration: number, error?: Error) => {
    const call = service.work(duration, error).catch(() => undefined);
    await clock.advance(duration);
    await call;
  };
  return { runtime, metrics, take };
}

describe('resilience_call_duration_seconds', () => {
  it('has buckets from a millisecond to half a minute, unless others are given', async () => {
    const bounds = async (durations?: { readonly buckets: readonly number[] }) => {
      const { metrics, take } = watched(durations);
      await take(1);
      return [...(await metrics.registry.metrics()).matchAll(/le="([^"]+)"/g)].map(([, le]) => le);
    };

    expect(await bounds()).toEqual([
      '0.001',
      '0.005',
      '0.01',
      '0.025',
      '0.05',
      '0.1',
      '0.25',
      '0.5',
      '1',
      '2.5',
      '5',
      '10',
      '30',
      '+Inf',
    ]);
    expect(await bounds({ buckets: [0.5, 2] })).toEqual(['0.5', '2', '+Inf']);
  });

  it('counts values, errors and substitutes alike', async () => {
    const { metrics, take } = watched({ buckets: [1] });

    await take(125);
    await take(250, new Error('for the caller'));
    await take(500, new RangeError('for the Fallback'));

    expect(await scrape(metrics.registry)).toMatchObject({
      'resilience_call_duration_seconds_bucket{le="1",method="Service.work"}': 3,
      'resilience_call_duration_seconds_sum{method="Service.work"}': 0.875,
    });
  });

  it.each([[[0.25, 1]], [[0.001, 0.5, 0.75, 30]]])(
    'is what a Histogram of prom-client with buckets %j would tell',
    async (buckets) => {
      const { metrics, take } = watched({ buckets });
      const registry = new Registry();
      const labelNames = ['method'];
      const peer = new Histogram({
        name: 'resilience_call_duration_seconds',
        help: '?',
        labelNames,
        buckets,
        registers: [registry],
      });

      for (const duration of [0, 1, 250, 251, 500, 750, 1000, 40_000]) {
        await take(duration);
        peer.observe({ method: 'Service.work' }, duration / 1000);
      }

      expect(await scrape(metrics.registry)).toMatchObject(await scrape(registry));
    },
  );

  it('is neither told nor measured when it is off', async () => {
    const { runtime, metrics, take } = watched(false);

    await take(100);

    expect(await metrics.registry.metrics()).not.toContain('duration');
    for (const name of ['call.started', 'call.succeeded', 'call.failed'] as const) {
      expect(runtime.events.channel(name).heard).toBe(false);
    }
  });

  it('stops measuring with its runtime', async () => {
    const { runtime, take } = watched();
    await take(1);

    await runtime.dispose();

    expect(runtime.events.channel('call.succeeded').heard).toBe(false);
  });
});
