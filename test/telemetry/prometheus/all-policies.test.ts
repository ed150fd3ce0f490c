import { Bulkhead, Cached, Chaos, CircuitBreaker, Dedup, Fallback, Hedge, RateLimit, Retry, Timeout } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { expect, it } from 'vitest';
import { moved, scrape } from './scrape.js';

class Shop {
  @Fallback({ value: 'substitute' })
  @Cached('1m')
  @Dedup()
  @Timeout({ total: '10s', attempt: '1s' })
  @Retry()
  @Hedge({ idempotent: true, delay: '1s' })
  @CircuitBreaker('shop')
  @RateLimit({ limit: 10, per: '1m', name: 'orders' })
  @Bulkhead({ maxConcurrent: 5, name: 'database' })
  @Chaos({ enabled: true, rate: 0.01, seed: 1, fault: Error })
  async order(): Promise<string> {
    return 'done';
  }
}

it('MX1: counts a call that succeeds at once with every policy, once in each, and nothing else', async () => {
  const metrics = prometheus({ durations: { buckets: [1] } });
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const shop = new Shop();
  runtime.bind(shop);
  runtime.prepare(Shop);
  const atRest = moved(await scrape(metrics.registry));

  const call = shop.order();
  await clock.advance(2000);
  await call;

  expect(atRest).toEqual({
    'resilience_retry_budget_balance{budget="Shop"}': 100,
    'resilience_circuit_state{circuit="shop",state="closed"}': 1,
    'resilience_circuit_failure_ratio{circuit="shop"}': Number.NaN,
    'resilience_circuit_slow_ratio{circuit="shop"}': Number.NaN,
    'resilience_ratelimit_available_permits{limiter="orders"}': 10,
    'resilience_bulkhead_limit{bulkhead="database"}': 5,
  });
  expect(moved(await scrape(metrics.registry))).toEqual({
    ...atRest,
    'resilience_calls_total{method="Shop.order",result="value",fallback="not_applied"}': 1,
    'resilience_attempts_total{method="Shop.order"}': 1,
    'resilience_retry_calls_total{method="Shop.order",retried="false",result="value"}': 1,
    'resilience_retry_budget_balance{budget="Shop"}': 100.2,
    'resilience_timeout_calls_total{method="Shop.order",scope="total",timed_out="false"}': 1,
    'resilience_timeout_calls_total{method="Shop.order",scope="attempt",timed_out="false"}': 1,
    'resilience_circuit_calls_total{circuit="shop",result="success",slow="false"}': 1,
    'resilience_circuit_state_seconds_total{circuit="shop",state="closed"}': 2,
    'resilience_circuit_buffered_calls{circuit="shop"}': 1,
    'resilience_ratelimit_calls_total{limiter="orders",result="permitted"}': 1,
    'resilience_ratelimit_available_permits{limiter="orders"}': 9,
    'resilience_bulkhead_calls_total{bulkhead="database",result="accepted"}': 1,
    'resilience_cache_requests_total{cache="Shop.order",result="miss",store="memory"}': 1,
    'resilience_dedup_calls_total{method="Shop.order",role="leader"}': 1,
    'resilience_call_duration_seconds_bucket{le="1",method="Shop.order"}': 1,
    'resilience_call_duration_seconds_bucket{le="+Inf",method="Shop.order"}': 1,
    'resilience_call_duration_seconds_count{method="Shop.order"}': 1,
    'resilience_attempt_duration_seconds_bucket{le="1",method="Shop.order",kind="primary"}': 1,
    'resilience_attempt_duration_seconds_bucket{le="+Inf",method="Shop.order",kind="primary"}': 1,
    'resilience_attempt_duration_seconds_count{method="Shop.order",kind="primary"}': 1,
  });
});
