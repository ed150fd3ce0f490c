import { CircuitBreaker } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { type ManualClock, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { moved, seriesOf } from './scrape.js';

class Boom extends Error {}

class Service {
  constructor(readonly clock: ManualClock) {}

  @CircuitBreaker({ name: 'api', failureRate: 0.5, window: 4, openFor: '10s', slowCall: '1s', ignore: RangeError })
  async work(duration: number, error?: Error): Promise<void> {
    await this.clock.sleep(duration);
    if (error) throw error;
  }

  @CircuitBreaker({ name: 'split', failureThreshold: 1, key: (tenant: string) => tenant, maxKeys: 2 })
  async tenant(_name: string, error?: Error): Promise<void> {
    if (error) throw error;
  }
}

function watched() {
  const metrics = prometheus();
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const service = new Service(clock);
  runtime.bind(service);
  const work = async (...args: Parameters<Service['work']>) => {
    const call = service.work(...args).catch(() => {});
    await clock.advance(args[0]);
    await call;
  };
  const tenant = (name: string, error?: Error) => service.tenant(name, error).catch(() => {});
  return { runtime, clock, metrics, work, tenant, series: (name: string) => seriesOf(metrics.registry, name) };
}

describe('resilience_circuit_calls_total', () => {
  it('tells calls apart by what they said of the callee, and the slow ones from the prompt ones', async () => {
    const { work, series } = watched();

    await work(0);
    await work(1500);
    await work(0, new RangeError('says nothing'));
    await work(1500, new Boom());
    await work(0, new Boom());
    await work(0);
    await work(0);

    expect(await series('resilience_circuit_calls_total')).toEqual({
      '{circuit="api",result="success",slow="false"}': 1,
      '{circuit="api",result="success",slow="true"}': 1,
      '{circuit="api",result="failure",slow="false"}': 1,
      '{circuit="api",result="failure",slow="true"}': 1,
      '{circuit="api",result="ignored",slow="false"}': 1,
      '{circuit="api",result="not_permitted",slow="false"}': 2,
    });
    expect(await series('resilience_circuit_failures_total')).toEqual({ '{circuit="api"}': 2 });
  });
});

describe('resilience_circuit_state', () => {
  it('follows a circuit through opening, trial and closing, with its moves and the time in each state', async () => {
    const { clock, work, series } = watched();
    for (let n = 0; n < 2; n++) await work(1000);
    for (let n = 0; n < 2; n++) await work(0, new Boom());

    const open = moved(await series('resilience_circuit_state'));
    await clock.advance(10_000);
    const trial = moved(await series('resilience_circuit_state'));
    await clock.advance(3000);
    await work(0);

    expect(open).toEqual({ '{circuit="api",state="open"}': 1 });
    expect(trial).toEqual({ '{circuit="api",state="half_open"}': 1 });
    expect(moved(await series('resilience_circuit_state'))).toEqual({ '{circuit="api",state="closed"}': 1 });
    expect(await series('resilience_circuit_transitions_total')).toEqual({
      '{circuit="api",from="closed",to="open"}': 1,
      '{circuit="api",from="open",to="half_open"}': 1,
      '{circuit="api",from="half_open",to="closed"}': 1,
      '{circuit="api",from="half_open",to="open"}': 0,
    });
    expect(await series('resilience_circuit_state_seconds_total')).toEqual({
      '{circuit="api",state="closed"}': 2,
      '{circuit="api",state="open"}': 10,
      '{circuit="api",state="half_open"}': 3,
      '{circuit="api",state="forced_open"}': 0,
      '{circuit="api",state="disabled"}': 0,
      '{circuit="api",state="metrics_only"}': 0,
    });
  });

  it('shows moves by hand once there are any', async () => {
    const { runtime, work, series } = watched();
    await work(0);

    runtime.circuits.get('api').forceOpen();
    runtime.circuits.get('api').metricsOnly();

    expect(moved(await series('resilience_circuit_transitions_total'))).toEqual({
      '{circuit="api",from="closed",to="forced_open"}': 1,
      '{circuit="api",from="forced_open",to="metrics_only"}': 1,
    });
    expect(moved(await series('resilience_circuit_state'))).toEqual({ '{circuit="api",state="metrics_only"}': 1 });
  });
});

describe('the ratios', () => {
  it('are NaN below the minimum of calls, and then those of the window', async () => {
    const { work, series } = watched();
    const ratios = async () => [
      ...Object.values(await series('resilience_circuit_failure_ratio')),
      ...Object.values(await series('resilience_circuit_slow_ratio')),
      ...Object.values(await series('resilience_circuit_buffered_calls')),
    ];

    await work(0, new Boom());
    const early = await ratios();
    for (let n = 0; n < 2; n++) await work(0);
    await work(1001);

    expect(early).toEqual([Number.NaN, Number.NaN, 1]);
    expect(await ratios()).toEqual([0.25, 0.25, 4]);
  });

  it('are those of all runtimes together, each by its calls', async () => {
    const metrics = prometheus();
    for (const [failures, successes] of [
      [3, 1],
      [1, 7],
    ] as const) {
      const { runtime } = testRuntime({ record: false, listeners: [metrics] });
      const circuit = runtime.circuits.register('api', { failureRate: 1, window: 100, minimumCalls: 1 });
      for (let n = 0; n < successes; n++) await circuit.execute(async () => {});
      for (let n = 0; n < failures; n++) await circuit.execute(() => Promise.reject(new Boom())).catch(() => {});
    }

    expect(await seriesOf(metrics.registry, 'resilience_circuit_failure_ratio')).toEqual({ '{circuit="api"}': 4 / 12 });
    expect(await seriesOf(metrics.registry, 'resilience_circuit_buffered_calls')).toEqual({ '{circuit="api"}': 12 });
  });
});

describe('a circuit that is split by key', () => {
  it('is told in one sum', async () => {
    const { tenant, series } = watched();

    await tenant('a', new Boom());
    await tenant('a');
    await tenant('b');

    expect(moved(await series('resilience_circuit_calls_total'))).toEqual({
      '{circuit="split",result="success",slow="false"}': 1,
      '{circuit="split",result="failure",slow="false"}': 1,
      '{circuit="split",result="not_permitted",slow="false"}': 1,
    });
    expect(moved(await series('resilience_circuit_state'))).toEqual({
      '{circuit="split",state="closed"}': 2, // that of b, and the one for calls without a key
      '{circuit="split",state="open"}': 1,
    });
  });

  // A key that is not used any more gives way to another, and takes its circuit with it: the sum over the circuits that are left
  // was less than at the scrape before, which a counter must never be.
  it('keeps what the circuits of keys had counted that are gone', async () => {
    const { tenant, series } = watched();
    const successes = async () =>
      (await series('resilience_circuit_calls_total'))['{circuit="split",result="success",slow="false"}'];
    const seen: (number | undefined)[] = [];

    for (const name of ['a', 'b', 'a', 'c', 'd', 'e']) {
      await tenant(name);
      await tenant(name);
      seen.push(await successes());
    }

    expect(seen).toEqual([2, 4, 6, 8, 10, 12]);
  });
});
