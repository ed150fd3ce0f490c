import { Timeout } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { seriesOf } from './scrape.js';

class Service {
  @Timeout({ attempt: 500, total: '5s' })
  async work(run: () => Promise<void>, _signal?: AbortSignal): Promise<void> {
    await run();
  }
}

function watched() {
  const metrics = prometheus();
  const { runtime, clock } = testRuntime({ listeners: [metrics] });
  const service = new Service();
  runtime.bind(service);
  return { service, clock, series: (name: string) => seriesOf(metrics.registry, name) };
}

const outcome = (call: Promise<unknown>) => call.catch((error) => error);

describe('resilience_timeout_calls_total', () => {
  it('MX7: tells calls that ran out of time from those that did not, and the histogram counts both', async () => {
    const { service, clock, series } = watched();

    for (const duration of [2000, 2000, 100]) {
      const call = outcome(service.work(() => clock.sleep(duration)));
      await clock.advance(2000);
      await call;
    }

    expect(await series('resilience_timeout_calls_total')).toEqual({
      '{method="Service.work",scope="total",timed_out="false"}': 3,
      '{method="Service.work",scope="total",timed_out="true"}': 0,
      '{method="Service.work",scope="attempt",timed_out="false"}': 1,
      '{method="Service.work",scope="attempt",timed_out="true"}': 2,
    });
    expect(await series('resilience_call_duration_seconds_count')).toEqual({ '{method="Service.work"}': 3 });
    expect(await series('resilience_call_duration_seconds_sum')).toEqual({ '{method="Service.work"}': 1.1 });
  });

  it('counts a call whose caller left in neither way', async () => {
    const { service, series } = watched();
    const leaving = new AbortController();

    const call = outcome(service.work(() => new Promise(() => {}), leaving.signal));
    leaving.abort();
    await call;

    expect(Object.values(await series('resilience_timeout_calls_total'))).toEqual([0, 0, 0, 0]);
    expect(await series('resilience_call_duration_seconds_count')).toEqual({ '{method="Service.work"}': 0 });
  });
});
