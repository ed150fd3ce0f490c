import { type CurrentCall, currentCall, Timeout } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { moved, seriesOf } from './scrape.js';

class Service {
  @Timeout({ attempt: 500, total: '5s' })
  async work(run: () => Promise<void>, _signal?: AbortSignal): Promise<void> {
    await run();
  }

  @Timeout({ total: 500 })
  async patient(run: () => Promise<void>): Promise<void> {
    await run();
  }
}

function watched() {
  const metrics = prometheus();
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
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

describe('resilience_timeout_zombies', () => {
  it('tells how many methods go on although their limit has struck', async () => {
    const { service, clock, series } = watched();
    const seen: unknown[] = [];

    const calls = [2000, 3000].map((duration) => outcome(service.work(() => clock.sleep(duration))));
    for (const pause of [499, 1, 1500, 1000]) {
      await clock.advance(pause);
      seen.push((await series('resilience_timeout_zombies'))['{method="Service.work",scope="attempt"}']);
    }
    await Promise.all(calls);

    expect(seen).toEqual([0, 2, 1, 0]);
  });

  it('tells those of whole calls from those of attempts', async () => {
    const { service, clock, series } = watched();

    const call = outcome(service.patient(() => clock.sleep(1000)));
    await clock.advance(500);
    await call;

    expect(await series('resilience_timeout_zombies')).toEqual({ '{method="Service.patient",scope="total"}': 1 });
  });

  it('counts no method that ends when it is told to', async () => {
    const { service, clock, series } = watched();
    const listening = () => {
      const { signal } = currentCall() as CurrentCall;
      return new Promise<void>((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason));
      });
    };

    const call = outcome(service.patient(listening));
    await clock.advance(500);
    await call;

    expect(moved(await series('resilience_timeout_calls_total'))).toEqual({
      '{method="Service.patient",scope="total",timed_out="true"}': 1,
    });
    expect(moved(await series('resilience_timeout_zombies'))).toEqual({});
  });
});
