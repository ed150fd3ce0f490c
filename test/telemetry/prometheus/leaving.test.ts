import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { AdaptiveThrottle, Bulkhead, Cached, CircuitBreaker, RateLimit, Retry } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { settle, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { moved, seriesOf } from './scrape.js';

const byKey = { key: (key: string) => key, maxKeys: 2 };

class Service {
  @AdaptiveThrottle({ ...byKey, name: 'throttle' })
  async throttled(_key: string): Promise<void> {}

  @RateLimit({ ...byKey, name: 'limiter', limit: 1, per: '100ms' })
  async limited(_key: string): Promise<void> {}

  @Bulkhead({ ...byKey, name: 'bulkhead', maxConcurrent: 1 })
  async narrow(_key: string): Promise<void> {}

  @CircuitBreaker({ ...byKey, name: 'circuit', failureThreshold: 1, openFor: '1s', maxOpenKeys: 1 })
  async broken(_key: string, fails = false): Promise<void> {
    if (fails) throw new Error('broken');
  }

  @Cached({ name: 'cache', ttl: '1h' })
  async cached(): Promise<string> {
    return 'answer';
  }

  @Retry({ delay: 0, maxAttempts: 2, budget: { name: 'budget', ratio: 0.5, minPerSecond: 0 } })
  async retried(): Promise<void> {
    throw new Error('always');
  }
}

function watched(metrics = prometheus()) {
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const service = new Service();
  runtime.bind(service);
  runtime.prepare(Service);
  const series = async (name: string) => moved(await seriesOf(metrics.registry, `resilience_${name}`));
  /** Calls with twelve keys, a second apart: there is room for two. */
  const twelve = async (call: (key: string) => Promise<unknown>) => {
    for (let n = 0; n < 12; n++) {
      await call(`key ${n}`);
      await clock.advance(1000);
    }
  };
  return { metrics, runtime, clock, service, series, twelve };
}

type World = ReturnType<typeof watched>;

describe('the counts of instances that nobody saw before they left', () => {
  it.each<[string, keyof Service, string, string]>([
    ['a throttle', 'throttled', 'throttle_calls_total', '{throttle="throttle",result="passed"}'],
    ['a limiter', 'limited', 'ratelimit_calls_total', '{limiter="limiter",result="permitted"}'],
    ['a bulkhead', 'narrow', 'bulkhead_calls_total', '{bulkhead="bulkhead",result="accepted"}'],
    ['a circuit', 'broken', 'circuit_calls_total', '{circuit="circuit",result="success",slow="false"}'],
  ])('are told with those of the others: of %s', async (_what, method, name, calls) => {
    const { service, series, twelve } = watched();

    await twelve((key) => service[method](key));

    expect([await series(name), await series(name)]).toEqual([{ [calls]: 12 }, { [calls]: 12 }]);
  });

  it('are told once by each of two registries, where one was looked at now and then', async () => {
    const [idle, busy] = [prometheus(), prometheus()];
    const { runtime, clock } = testRuntime({ record: false, listeners: [idle, busy] });
    const service = new Service();
    runtime.bind(service);
    const told = async ({ registry }: typeof idle) =>
      moved(await seriesOf(registry, 'resilience_bulkhead_calls_total'));
    const looks: Record<string, number>[] = [];

    for (let n = 1; n <= 12; n++) {
      await service.narrow(`key ${n}`);
      await clock.advance(1000);
      if (n % 4 === 0) looks.push(await told(busy));
    }

    const series = '{bulkhead="bulkhead",result="accepted"}';
    expect(looks).toEqual([{ [series]: 4 }, { [series]: 8 }, { [series]: 12 }]);
    expect(await told(idle)).toEqual({ [series]: 12 });
  });

  it('add up over runtimes', async () => {
    const metrics = prometheus();
    const [one, other]: [World, World] = [watched(metrics), watched(metrics)];

    await one.twelve((key) => one.service.narrow(key));
    await other.twelve((key) => other.service.narrow(key));

    expect(await one.series('bulkhead_calls_total')).toEqual({ '{bulkhead="bulkhead",result="accepted"}': 24 });
  });

  it('include the moves of a circuit, and the time that it spent in each state until it left', async () => {
    const { service, series, clock, runtime } = watched();
    await service.broken('a', true).catch(() => {});
    await clock.advance(1000);
    await service.broken('a'); // closes it again
    await clock.advance(500);
    for (const key of ['b', 'c']) await service.broken(key); // takes its place

    await clock.advance(10_000);

    expect([...runtime.circuits.keyed('circuit')!.entries()].map(([key]) => key).sort()).toEqual(['b', 'c']);
    expect(await series('circuit_transitions_total')).toEqual({
      '{circuit="circuit",from="closed",to="open"}': 1,
      '{circuit="circuit",from="open",to="half_open"}': 1,
      '{circuit="circuit",from="half_open",to="closed"}': 1,
    });
    expect(await series('circuit_state_seconds_total')).toEqual({
      '{circuit="circuit",state="closed"}': 0.5 + 10 + 10 + 11.5, // of a, b, c, and of the one that nobody used
      '{circuit="circuit",state="open"}': 1,
    });
  });

  it('are those since the first listener was attached, where that came late', async () => {
    const { runtime, clock } = testRuntime({ record: false });
    const service = new Service();
    runtime.bind(service);
    const uses = async (count: number) => {
      for (let n = 0; n < count; n++) await service.narrow(`key ${clock.now()} ${n}`);
      await clock.advance(1);
    };
    const [late, later] = [prometheus(), prometheus()];

    await uses(12);
    runtime.listen(late);
    await uses(12);
    runtime.listen(later);

    for (const { registry } of [late, later]) {
      expect(moved(await seriesOf(registry, 'resilience_bulkhead_calls_total'))).toEqual({
        '{bulkhead="bulkhead",result="accepted"}': 2 + 12,
      });
    }
  });
});

describe('the counts of an instance that was taken out, unseen, for another of its name', () => {
  it('are kept with those of the keys that split it', async () => {
    const { service, series, runtime } = watched();
    for (const key of ['a', 'b', 'c']) await service.narrow(key);

    runtime.bulkheads.remove('bulkhead');
    await runtime.bulkheads.register('bulkhead', {}).execute(async () => 'done');
    await service.narrow('d'); // goes on with what was taken out, of which nothing is told any more

    expect(await series('bulkhead_calls_total')).toEqual({ '{bulkhead="bulkhead",result="accepted"}': 4 });
  });

  it('are kept where it was a cache or a budget', async () => {
    const { service, series, runtime } = watched();
    await service.cached();
    await service.retried().catch(() => {});

    runtime.caches.remove('cache');
    runtime.budgets.remove('budget');
    runtime.caches.register('cache', { ttl: '1h' });
    runtime.budgets.get('budget');

    expect(await series('cache_requests_total')).toEqual({ '{cache="cache",result="miss",store="memory"}': 1 });
    expect(await series('retry_budget_exhausted_total')).toEqual({ '{budget="budget",kind="retry"}': 1 });
  });

  it('are forgotten once somebody has seen that the name is gone', async () => {
    const { service, series, runtime } = watched();
    await service.narrow('a');
    runtime.bulkheads.remove('bulkhead');
    const without = await series('bulkhead_calls_total');

    runtime.bulkheads.get('bulkhead');

    expect([without, await series('bulkhead_calls_total')]).toEqual([{}, {}]);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

it('an instance that left after it was seen is held by nobody until the next look', async () => {
  const { runtime, service, series, twelve } = watched();
  await service.narrow('first');
  const members = () => [...runtime.bulkheads.keyed('bulkhead')!.all()];
  const left = new WeakRef(members()[0]!);
  await series('bulkhead_calls_total');

  await twelve((key) => service.narrow(key));

  for (let n = 0; n < 5 && left.deref(); n++) {
    await settle();
    collectGarbage();
  }
  expect(left.deref()).toBeUndefined();
});
