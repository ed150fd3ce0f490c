import { Bulkhead, type Priority, type Runtime } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { type ManualClock, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { moved, scrape, seriesOf } from './scrape.js';

/** Judges by each single call that comes 100 ms after the one before: one slot more, or a tenth less. */
const quick = { algorithm: 'aimd', initialLimit: 1, window: 100, minSamples: 1 } as const;

const overload = Object.assign(new Error('too much'), { status: 503 });

class Service {
  constructor(readonly clock: ManualClock) {}

  @Bulkhead({ name: 'database', maxConcurrent: 1, maxQueue: 1, priority: (priority: Priority) => priority })
  async narrow(_priority: Priority): Promise<void> {
    await this.clock.sleep(100);
  }

  @Bulkhead({ name: 'split', maxConcurrent: 1, maxQueue: 1, priority: (p: Priority) => p, key: (_p, k: string) => k })
  async tenant(_priority: Priority, _key: string): Promise<void> {
    await this.clock.sleep(100);
  }

  @Bulkhead({ name: 'adaptive', adaptive: quick })
  async adapting(error?: Error): Promise<void> {
    await this.clock.sleep(100);
    if (error) throw error;
  }

  @Bulkhead({ name: 'adaptiveByKey', adaptive: quick, key: (key: string) => key })
  async adaptingFor(_key: string): Promise<void> {
    await this.clock.sleep(100);
  }
}

/** Some runtimes that are told of in one registry. */
function watched(count = 1) {
  const metrics = prometheus();
  const worlds = Array.from({ length: count }, () => {
    const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
    const over = async (duration: number, ...calls: Promise<unknown>[]) => {
      const outcomes = Promise.allSettled(calls);
      await clock.advance(duration);
      await outcomes;
    };
    return { runtime, clock, over, service: bound(runtime, clock) };
  });
  return { worlds, world: worlds[0]!, metrics, series: (name: string) => seriesOf(metrics.registry, name) };
}

function bound(runtime: Runtime, clock: ManualClock): Service {
  const service = new Service(clock);
  runtime.bind(service);
  runtime.prepare(Service);
  return service;
}

describe('metrics of bulkheads', () => {
  it('are there at 0 before the first call, with a limit that was found only where one is', async () => {
    const { metrics, series } = watched();

    const calls = await series('resilience_bulkhead_calls_total');
    expect(new Set(Object.values(calls))).toEqual(new Set([0]));
    expect(Object.keys(calls).filter((labels) => labels.includes('"database"'))).toEqual([
      '{bulkhead="database",result="accepted"}',
      '{bulkhead="database",result="rejected"}',
      '{bulkhead="database",result="timed_out"}',
      '{bulkhead="database",result="shed"}',
    ]);
    expect(await series('resilience_adaptive_limit')).toEqual({
      '{bulkhead="adaptive"}': 1,
      '{bulkhead="adaptiveByKey"}': 1,
    });
    expect(await scrape(metrics.registry)).toMatchObject({
      'resilience_errors_total{method="Service.narrow",code="HOLDFAST_BULKHEAD_FULL"}': 0,
    });
  });

  it('tell of a call that lost its place as shed, and not as rejected', async () => {
    const { metrics, series, world } = watched();
    const { service, over } = world;

    await over(200, service.narrow('normal'), service.narrow('low'), service.narrow('high'), service.narrow('low'));

    expect(await series('resilience_bulkhead_calls_total')).toMatchObject({
      '{bulkhead="database",result="accepted"}': 2,
      '{bulkhead="database",result="rejected"}': 1,
      '{bulkhead="database",result="timed_out"}': 0,
      '{bulkhead="database",result="shed"}': 1,
    });
    expect(await scrape(metrics.registry)).toMatchObject({
      'resilience_errors_total{method="Service.narrow",code="HOLDFAST_BULKHEAD_FULL"}': 2,
    });
  });

  it('add up what the bulkheads of all keys have shed, those of keys that have gone included', async () => {
    const { series, world } = watched();
    const { service, over, clock, runtime } = world;
    const shed = '{bulkhead="split",result="shed"}';

    for (const key of ['a', 'b']) {
      await over(200, ...(['normal', 'low', 'high'] as const).map((priority) => service.tenant(priority, key)));
    }
    const before = await series('resilience_bulkhead_calls_total');
    await clock.advance(24 * 3_600_000);
    await over(200, service.tenant('normal', 'c'));

    expect([...runtime.bulkheads.keyed('split')!.entries()].map(([key]) => key)).toEqual(['c']);
    expect(before[shed]).toBe(2);
    expect(moved(await series('resilience_bulkhead_calls_total'))).toEqual({
      '{bulkhead="split",result="accepted"}': 5,
      [shed]: 2,
    });
  });
});

describe('the limit of an adaptive bulkhead', () => {
  it('is told as it is now, which is how many slots there are', async () => {
    const { series, world } = watched();
    const { service, over } = world;
    const told = async () => ({
      found: (await series('resilience_adaptive_limit'))['{bulkhead="adaptive"}'],
      slots: (await series('resilience_bulkhead_limit'))['{bulkhead="adaptive"}'],
    });

    await over(100, service.adapting());
    await over(100, service.adapting());
    const risen = await told();
    await over(100, service.adapting(overload));

    expect(risen).toEqual({ found: 2, slots: 2 });
    expect(await told()).toEqual({ found: 1, slots: 1 });
  });

  it('comes and goes with the option', async () => {
    const { series, world } = watched();
    const { bulkheads } = world.runtime;

    bulkheads.get('adaptive').change({ adaptive: false });
    bulkheads.get('database').change({ maxConcurrent: 50, adaptive: 'vegas' });

    expect(await series('resilience_adaptive_limit')).toEqual({
      '{bulkhead="database"}': 20,
      '{bulkhead="adaptiveByKey"}': 1,
    });
    expect(await series('resilience_bulkhead_limit')).toMatchObject({ '{bulkhead="adaptive"}': 10 });
  });

  it('is that of all keys together', async () => {
    const { series, world } = watched();
    const { service, over } = world;

    for (let n = 0; n < 2; n++) await over(100, service.adaptingFor('a'));
    await over(100, service.adaptingFor('b'));

    expect(await series('resilience_adaptive_limit')).toMatchObject({ '{bulkhead="adaptiveByKey"}': 1 + 2 + 1 });
  });

  it('is that of all runtimes together', async () => {
    const { series, worlds } = watched(2);
    const [{ service, over } = expect.unreachable(), other] = worlds;

    for (let n = 0; n < 2; n++) await over(100, service.adapting());
    const both = await series('resilience_adaptive_limit');
    await other!.runtime.dispose();

    expect(both).toMatchObject({ '{bulkhead="adaptive"}': 2 + 1 });
    expect(await series('resilience_adaptive_limit')).toMatchObject({ '{bulkhead="adaptive"}': 2 });
  });
});
