import { Retry } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { moved, seriesOf } from './scrape.js';

class Boom extends Error {}

class Service {
  /** What the next attempts throw, before they succeed. */
  errors: Error[] = [];

  @Retry({ maxAttempts: 6, delay: 0, except: TypeError })
  async often(): Promise<string> {
    const error = this.errors.shift();
    if (error) throw error;
    return 'done';
  }

  @Retry({ maxAttempts: 1 })
  async once(): Promise<string> {
    throw new Boom();
  }

  @Retry({ maxAttempts: 10, maxDuration: '1s', delay: 0 })
  async slow(work: () => Promise<void>): Promise<string> {
    await work();
    throw new Boom();
  }

  @Retry({ maxDelay: '1s' })
  async told(): Promise<string> {
    throw Object.assign(new Boom(), { retryAfter: 60_000 });
  }

  @Retry({ delay: 0, budget: { name: 'half', ratio: 0.5, minPerSecond: 0 } })
  async bounded(): Promise<string> {
    throw new Boom();
  }

  @Retry({ delay: '1s', jitter: 'none' })
  async waiting(_signal: AbortSignal): Promise<string> {
    throw new Boom();
  }
}

function watched() {
  const metrics = prometheus();
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const service = new Service();
  runtime.bind(service);
  const calls = async () => moved(await seriesOf(metrics.registry, 'resilience_retry_calls_total'));
  const retries = async () => moved(await seriesOf(metrics.registry, 'resilience_retries_total'));
  return { service, runtime, clock, metrics, calls, retries };
}

const outcome = (call: Promise<unknown>) => call.catch((error) => error);

describe('resilience_retry_calls_total', () => {
  it('MX2: counts a call that failed three times and then succeeded once, and its three retries', async () => {
    const { service, calls, retries } = watched();
    service.errors = [new Boom(), new Boom(), new Boom()];

    await service.often();

    expect(await calls()).toEqual({ '{method="Service.often",retried="true",result="value"}': 1 });
    expect(await retries()).toEqual({ '{method="Service.often"}': 3 });
  });

  it('counts a call that succeeded at once', async () => {
    const { service, calls, retries } = watched();

    await service.often();

    expect(await calls()).toEqual({ '{method="Service.often",retried="false",result="value"}': 1 });
    expect(await retries()).toEqual({});
  });

  it('MX4: counts a call whose time for retries was over', async () => {
    const { service, clock, calls, retries } = watched();

    const call = outcome(service.slow(() => clock.sleep(1500)));
    await clock.advance(1500);
    await call;

    expect(await calls()).toEqual({ '{method="Service.slow",retried="false",result="max_duration"}': 1 });
    expect(await retries()).toEqual({});
  });

  it('RT14: counts a call that was allowed one attempt as one whose attempts ran out', async () => {
    const { service, calls } = watched();

    await outcome(service.once());

    expect(await calls()).toEqual({ '{method="Service.once",retried="false",result="max_attempts"}': 1 });
  });

  it('RT31: counts a call that stopped at an error that is not retried', async () => {
    const { service, calls } = watched();
    service.errors = [new Boom(), new Boom(), new TypeError('no use')];

    await outcome(service.often());

    expect(await calls()).toEqual({ '{method="Service.often",retried="true",result="not_retryable"}': 1 });
  });

  it('counts a call whose callee asked for more patience than there is', async () => {
    const { service, calls } = watched();

    await outcome(service.told());

    expect(await calls()).toEqual({ '{method="Service.told",retried="false",result="retry_after"}': 1 });
  });

  it('counts a call whose caller left during a wait', async () => {
    const { service, clock, calls } = watched();
    const leaving = new AbortController();

    const call = outcome(service.waiting(leaving.signal));
    await clock.advance(500);
    leaving.abort();
    await call;

    expect(await calls()).toEqual({ '{method="Service.waiting",retried="true",result="cancelled"}': 1 });
  });
});

describe('a budget that is spent', () => {
  it('is told as the result of the call that it stopped, before its first retry or after', async () => {
    const { service, calls, retries } = watched();

    for (let n = 0; n < 3; n++) await outcome(service.bounded()); // half a retry per call: the second one has one

    expect(await calls()).toEqual({
      '{method="Service.bounded",retried="false",result="budget_exhausted"}': 2,
      '{method="Service.bounded",retried="true",result="budget_exhausted"}': 1,
    });
    expect(await retries()).toEqual({ '{method="Service.bounded"}': 1 });
  });
});

describe('resilience_retry_delay_seconds', () => {
  it('tells the waits of the backoff from those that the callee asked for', async () => {
    class Server {
      readonly errors = [new Boom(), Object.assign(new Boom(), { retryAfter: 3000 }), new Boom()];

      @Retry({ delay: '1s', jitter: 'none', maxAttempts: 4 })
      async ask(): Promise<string> {
        const error = this.errors.shift();
        if (error) throw error;
        return 'answer';
      }
    }
    const { runtime, clock, metrics } = watched();
    const server = new Server();
    runtime.bind(server);

    const call = server.ask();
    await clock.advance(60_000);
    await call;

    const told = await seriesOf(metrics.registry, 'resilience_retry_delay_seconds_sum');
    expect(told).toMatchObject({
      '{method="Server.ask",reason="computed"}': 5, // 1 s, and 4 s for the third
      '{method="Server.ask",reason="retry_after"}': 3,
    });
    expect(moved(await seriesOf(metrics.registry, 'resilience_retry_delay_seconds_count'))).toEqual({
      '{method="Server.ask",reason="computed"}': 2,
      '{method="Server.ask",reason="retry_after"}': 1,
    });
  });
});
