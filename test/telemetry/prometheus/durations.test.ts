import { definePolicy, Fallback, Hedge, type Next, option, type Policy, Retry } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { type ManualClock, testRuntime } from 'holdfast/testing';
import { Histogram, Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { moved, scrape, seriesOf } from './scrape.js';

/** What histograms are made of. */
const timed = ['call.succeeded', 'call.failed', 'call.attempted', 'retry.scheduled'] as const;

function watched(
  durations: boolean | { readonly buckets: readonly number[] } = true,
  metrics = prometheus({ durations }),
) {
  class Service {
    @Fallback({ value: undefined, on: RangeError })
    async work(duration: number, error?: Error): Promise<void> {
      await clock.sleep(duration);
      if (error) throw error;
    }
  }
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
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
      const series = Object.keys(await seriesOf(metrics.registry, 'resilience_call_duration_seconds_bucket'));
      return series.map((labels) => /le="([^"]+)"/.exec(labels)?.[1]);
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

  it('is that of all runtimes together, bucket by bucket', async () => {
    const one = watched({ buckets: [1, 2] });
    const other = watched({ buckets: [1, 2] }, one.metrics);

    await one.take(500);
    await one.take(1500);
    await other.take(750);
    await other.take(2500);

    expect(await scrape(one.metrics.registry)).toMatchObject({
      'resilience_call_duration_seconds_bucket{le="1",method="Service.work"}': 2,
      'resilience_call_duration_seconds_bucket{le="2",method="Service.work"}': 3,
      'resilience_call_duration_seconds_bucket{le="+Inf",method="Service.work"}': 4,
      'resilience_call_duration_seconds_sum{method="Service.work"}': 5.25,
      'resilience_attempt_duration_seconds_sum{method="Service.work",kind="primary"}': 5.25,
    });
  });

  it('is neither told nor measured when it is off', async () => {
    const { runtime, metrics, take } = watched(false);

    await take(100);

    expect(await metrics.registry.metrics()).not.toMatch(/duration_seconds|delay_seconds|histogram/);
    for (const name of timed) expect(runtime.events.channel(name).heard).toBe(false);
  });

  it('stops measuring with its runtime', async () => {
    const { runtime, take } = watched();
    await take(1);
    const before = timed.map((name) => runtime.events.channel(name).heard);

    await runtime.dispose();

    expect(before).toEqual(timed.map(() => true));
    for (const name of timed) expect(runtime.events.channel(name).heard).toBe(false);
  });
});

describe('resilience_attempt_duration_seconds', () => {
  /** How long each run of the method takes, and whether it fails then. */
  class Replica {
    runs: (readonly [duration: number, fails?: 'fails'])[] = [];

    constructor(readonly clock: ManualClock) {}

    @Retry({ delay: '1s', jitter: 'none' })
    @Hedge({ idempotent: true, delay: '10s' })
    async read(): Promise<void> {
      await this.#run();
    }

    @Retry({ delay: '1s', jitter: 'none' })
    async write(): Promise<void> {
      await this.#run();
    }

    async #run(): Promise<void> {
      const [duration, fails] = this.runs.shift() ?? [0];
      await this.clock.sleep(duration);
      if (fails) throw new Error('no answer');
    }
  }

  function replica() {
    const metrics = prometheus({ durations: { buckets: [5] } });
    const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
    const service = new Replica(clock);
    runtime.bind(service);
    const figure = (what: string) => seriesOf(metrics.registry, `resilience_attempt_duration_seconds_${what}`);
    return { runtime, clock, service, figure };
  }

  it('tells how long the method ran, apart for first attempts, retries and hedges; waits are no part of it', async () => {
    const { clock, service, figure } = replica();
    service.runs = [[2000, 'fails'], [1000, 'fails'], [14_000], [500]]; // a hedge fails, too; that of the retry overtakes it

    const call = service.read();
    await clock.advance(20_000);
    await call;

    expect(await figure('sum')).toEqual({
      '{method="Replica.read",kind="primary"}': 2,
      '{method="Replica.read",kind="retry"}': 14, // also what nobody waited for
      '{method="Replica.read",kind="hedge"}': 1.5,
    });
    expect(await figure('count')).toEqual({
      '{method="Replica.read",kind="primary"}': 1,
      '{method="Replica.read",kind="retry"}': 1,
      '{method="Replica.read",kind="hedge"}': 2,
    });
    expect(moved(await figure('bucket'))).toEqual({
      '{le="5",method="Replica.read",kind="primary"}': 1,
      '{le="+Inf",method="Replica.read",kind="primary"}': 1,
      '{le="+Inf",method="Replica.read",kind="retry"}': 1,
      '{le="5",method="Replica.read",kind="hedge"}': 2,
      '{le="+Inf",method="Replica.read",kind="hedge"}': 2,
    });
  });

  it('knows from the start the kinds that the policies of a method can bring', async () => {
    const { runtime, figure } = replica();

    runtime.prepare(Replica);

    expect(await figure('count')).toEqual({
      '{method="Replica.read",kind="primary"}': 0,
      '{method="Replica.read",kind="retry"}': 0,
      '{method="Replica.read",kind="hedge"}': 0,
      '{method="Replica.write",kind="primary"}': 0,
      '{method="Replica.write",kind="retry"}': 0,
    });
  });

  it('tells of an attempt of a kind that was not expected, too, such as the retry of a policy from outside', async () => {
    const twice: Policy = {
      summary: 'twice',
      wrap: (next: Next) => (call) => next(call).then(() => next(call.fork(call.attempt + 1))),
    };
    const Twice = definePolicy({
      kind: 'twice',
      after: 'retry',
      options: option.options<object>()('@Twice', {}),
      create: () => twice,
    });
    class Outside {
      @Twice({})
      async work(): Promise<void> {}
    }
    const { runtime, figure } = replica();
    const outside = new Outside();
    runtime.bind(outside);

    await outside.work();

    expect(await figure('count')).toEqual({
      '{method="Outside.work",kind="primary"}': 1,
      '{method="Outside.work",kind="retry"}': 1,
    });
  });
});

describe('resilience_retry_delay_seconds', () => {
  it('has series for methods with a Retry alone', async () => {
    class Two {
      @Retry()
      async retried(): Promise<void> {}

      @Fallback({ value: undefined })
      async covered(): Promise<void> {}
    }
    const metrics = prometheus();
    const { runtime } = testRuntime({ record: false, listeners: [metrics] });

    runtime.prepare(Two);

    expect(await seriesOf(metrics.registry, 'resilience_retry_delay_seconds_count')).toEqual({
      '{method="Two.retried",reason="computed"}': 0,
      '{method="Two.retried",reason="retry_after"}': 0,
    });
  });
});
