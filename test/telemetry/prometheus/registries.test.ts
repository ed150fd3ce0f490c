import { Bulkhead, Cached, Dedup, markPermanent, RateLimit } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { memoryStore } from 'holdfast/stores';
import { chaosStore, type ManualClock, settle, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { seriesOf } from './scrape.js';

class Service {
  fails = false;

  constructor(readonly clock: ManualClock) {}

  @RateLimit({ name: 'search', limit: 2, per: '1s', maxWait: '500ms' })
  async limited(): Promise<void> {}

  @Bulkhead({ name: 'database', maxConcurrent: 1, maxQueue: 1, maxWait: '2s' })
  async narrow(duration: number): Promise<void> {
    await this.clock.sleep(duration);
  }

  @Cached({ name: 'answers', ttl: '1s', staleFor: '1s', staleIfError: '10s', key: (key?: string) => key })
  async cached(_key?: string): Promise<string> {
    if (this.fails) throw new Error('down');
    return 'answer';
  }

  @Dedup()
  async merged(duration: number): Promise<void> {
    await this.clock.sleep(duration);
  }
}

function watched() {
  const metrics = prometheus();
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const service = new Service(clock);
  runtime.bind(service);
  return { service, runtime, clock, series: (name: string) => seriesOf(metrics.registry, name) };
}

const outcome = (call: Promise<unknown>) => call.catch((error) => error);

describe('the metrics of a limiter', () => {
  it('tell calls that passed at once, after a wait, and not at all; and the permits that are left', async () => {
    const { service, clock, series } = watched();
    const atRest = await series('resilience_ratelimit_available_permits');

    const calls = Array.from({ length: 4 }, () => outcome(service.limited()));
    await clock.advance(0);
    const busy = {
      ...(await series('resilience_ratelimit_waiting')),
      ...(await series('resilience_ratelimit_available_permits')),
    };
    const waiting = await series('resilience_ratelimit_waiting');
    await clock.advance(500);
    await Promise.all(calls);

    expect(atRest).toEqual({});
    expect(waiting).toEqual({ '{limiter="search"}': 1 });
    expect(busy).toEqual({ '{limiter="search"}': 0 });
    expect(await series('resilience_ratelimit_calls_total')).toEqual({
      '{limiter="search",result="permitted"}': 2,
      '{limiter="search",result="waited"}': 1,
      '{limiter="search",result="rejected"}': 1,
    });
  });
});

describe('the metrics of a bulkhead', () => {
  it('tell who runs, who waits, and how calls fared', async () => {
    const { service, clock, series } = watched();

    const calls = [3000, 0, 0].map((duration) => outcome(service.narrow(duration)));
    await clock.advance(0);
    const [running, queued, limit] = [
      await series('resilience_bulkhead_running'),
      await series('resilience_bulkhead_queued'),
      await series('resilience_bulkhead_limit'),
    ];
    await clock.advance(3000);
    await Promise.all(calls);

    expect([running, queued, limit]).toEqual(Array.from({ length: 3 }, () => ({ '{bulkhead="database"}': 1 })));
    expect(await series('resilience_bulkhead_calls_total')).toEqual({
      '{bulkhead="database",result="accepted"}': 1,
      '{bulkhead="database",result="rejected"}': 1,
      '{bulkhead="database",result="timed_out"}': 1,
      '{bulkhead="database",result="shed"}': 0,
    });
    expect(await series('resilience_bulkhead_running')).toEqual({ '{bulkhead="database"}': 0 });
  });
});

describe('the metrics of a cache', () => {
  it('tell what it had for each call', async () => {
    const { service, clock, series } = watched();

    await service.cached('a'); // missed
    await service.cached('a'); // hit
    await service.cached(); // bypassed
    await clock.advance(1500);
    await service.cached('a'); // stale, refreshed behind
    await clock.advance(2500);
    service.fails = true;
    await service.cached('a'); // stale because loading fails

    expect(await series('resilience_cache_requests_total')).toEqual({
      '{cache="answers",result="hit",store="memory"}': 1,
      '{cache="answers",result="stale",store="memory"}': 1,
      '{cache="answers",result="stale_if_error",store="memory"}': 1,
      '{cache="answers",result="miss",store="memory"}': 1,
      '{cache="answers",result="bypass",store="memory"}': 1,
    });
    expect(await series('resilience_cache_revalidations_total')).toEqual({ '{cache="answers"}': 1 });
    expect(await series('resilience_cache_store_errors_total')).toEqual({ '{cache="answers",store="memory"}': 0 });
  });

  it('tell where it keeps its values, what goes wrong there, and errors that are kept as hits', async () => {
    const { runtime, clock, series } = watched();
    const store = chaosStore(memoryStore(), { clock, chaos: { fault: new Error('full'), operations: ['set'] } });
    const cache = runtime.caches.register('rates', { ttl: '1h', negativeTtl: '1h', store, storeRetry: false });
    const gone = () => Promise.reject(markPermanent(new Error('gone')));

    await cache.wrap('EUR', async () => 1);
    await outcome(cache.wrap('XXX', gone));
    await outcome(cache.wrap('XXX', gone));
    await settle();

    expect(await series('resilience_cache_requests_total')).toMatchObject({
      '{cache="rates",result="miss",store="memory"}': 2,
      '{cache="rates",result="hit",store="memory"}': 1,
    });
    expect(await series('resilience_cache_store_errors_total')).toEqual({ '{cache="rates",store="memory"}': 1 });
  });
});

describe('the metrics of Dedup', () => {
  it('tell who ran, who waited for another, and how many run now', async () => {
    const { service, clock, series } = watched();

    const calls = [1000, 1000, 1000, 500].map((duration) => service.merged(duration));
    await clock.advance(0);
    const inFlight = await series('resilience_dedup_inflight');
    await clock.advance(1000);
    await Promise.all(calls);

    expect(inFlight).toEqual({ '{method="Service.merged"}': 2 });
    expect(await series('resilience_dedup_inflight')).toEqual({ '{method="Service.merged"}': 0 });
    expect(await series('resilience_dedup_calls_total')).toEqual({
      '{method="Service.merged",role="leader"}': 2,
      '{method="Service.merged",role="follower"}': 2,
    });
  });
});

describe('an instance that somebody takes out of its registry', () => {
  it('is told no longer', async () => {
    const { runtime, service, series } = watched();
    await service.limited();

    runtime.limiters.remove('search');

    expect(await series('resilience_ratelimit_calls_total')).toEqual({});
  });

  it('has its counts kept when another takes its name', async () => {
    const { runtime, service, series } = watched();
    const permitted = async () =>
      (await series('resilience_ratelimit_calls_total'))['{limiter="search",result="permitted"}'];
    await service.limited();
    const before = await permitted();

    runtime.limiters.remove('search');
    runtime.limiters.register('search', { limit: 5 }).tryAcquire();

    expect([before, await permitted()]).toEqual([1, 2]);
  });
});
