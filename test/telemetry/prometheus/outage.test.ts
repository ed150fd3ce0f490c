import { Hedge, Retry, Timeout } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { type ManualClock, testRuntime } from 'holdfast/testing';
import { expect, it } from 'vitest';
import { moved, scrape } from './scrape.js';

/** How long each run of the method takes, and whether it fails then. */
type Run = readonly [duration: number, fails?: 'fails'];

class Store {
  runs: Run[] = [];

  constructor(readonly clock: ManualClock) {}

  @Retry({ maxAttempts: 4, delay: '1s', jitter: 'none', budget: { tokens: 4, tokenRatio: 0.5 } })
  @Hedge({ idempotent: true, delay: '2s', budget: false })
  @Timeout({ attempt: '5s' })
  async read(): Promise<void> {
    const [duration, fails] = this.runs.shift() ?? [0];
    await this.clock.sleep(duration);
    if (fails) throw new Error('no answer');
  }
}

/** All series that the policies of `Store.read` can bring, by metric. */
const all = {
  resilience_calls_total: ['value', 'error', 'cancelled'].map(
    (result) => `method="Store.read",result="${result}",fallback="not_defined"`,
  ),
  resilience_attempts_total: ['method="Store.read"'],
  resilience_errors_total: ['method="Store.read",code="HOLDFAST_TIMEOUT"'],
  resilience_retry_calls_total: [
    ...['value', 'not_retryable', 'max_attempts', 'max_duration'],
    ...['budget_exhausted', 'retry_after', 'deadline', 'cancelled'],
  ].flatMap((result) =>
    ['false', 'true'].map((retried) => `method="Store.read",retried="${retried}",result="${result}"`),
  ),
  resilience_retries_total: ['method="Store.read"'],
  resilience_retry_budget_balance: ['budget="Store"'],
  resilience_retry_budget_exhausted_total: ['retry', 'hedge'].map((kind) => `budget="Store",kind="${kind}"`),
  resilience_hedges_total: ['won', 'lost', 'failed', 'suppressed'].map(
    (result) => `method="Store.read",result="${result}"`,
  ),
  resilience_timeout_calls_total: ['false', 'true'].map(
    (struck) => `method="Store.read",scope="attempt",timed_out="${struck}"`,
  ),
  resilience_timeout_zombies: ['method="Store.read",scope="attempt"'],
  ...histogram('resilience_call_duration_seconds', ['method="Store.read"']),
  ...histogram(
    'resilience_attempt_duration_seconds',
    ['primary', 'retry', 'hedge'].map((kind) => `method="Store.read",kind="${kind}"`),
  ),
  ...histogram(
    'resilience_retry_delay_seconds',
    ['computed', 'retry_after'].map((reason) => `method="Store.read",reason="${reason}"`),
  ),
};

function histogram(name: string, labels: readonly string[]): Record<string, readonly string[]> {
  const buckets = labels.flatMap((each) => [`le="10",${each}`, `le="+Inf",${each}`]);
  return { [`${name}_bucket`]: buckets, [`${name}_sum`]: labels, [`${name}_count`]: labels };
}

it('MX9: tells exactly the series that the policies can bring before the first call, and of an outage what happened', async () => {
  const metrics = prometheus({ durations: { buckets: [10] } });
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const store = new Store(clock);
  runtime.bind(store);
  runtime.prepare(Store);
  const series = Object.entries(all).flatMap(([name, labels]) => labels.map((each) => `${name}{${each}}`));
  const before = await scrape(metrics.registry);
  const read = async (patience: number, ...runs: readonly Run[]) => {
    store.runs = [...runs];
    const call = store.read().catch((error) => error);
    await clock.advance(patience);
    await call;
  };

  // Both copies fail, then those of the retry run out of time and go on; no token is left for another one.
  await read(15_000, [125, 'fails'], [125, 'fails'], [20_000], [20_000]);
  // The copy overtakes the first attempt.
  await read(5000, [4000], [125]);
  const after = await scrape(metrics.registry);

  expect(Object.keys(before).sort()).toEqual(series.sort());
  expect(moved(before)).toEqual({ 'resilience_retry_budget_balance{budget="Store"}': 4 });
  expect(Object.keys(after).sort()).toEqual(series);
  expect(moved(after)).toEqual({
    'resilience_calls_total{method="Store.read",result="value",fallback="not_defined"}': 1,
    'resilience_calls_total{method="Store.read",result="error",fallback="not_defined"}': 1,
    'resilience_attempts_total{method="Store.read"}': 6,
    'resilience_errors_total{method="Store.read",code="HOLDFAST_TIMEOUT"}': 1,
    'resilience_retry_calls_total{method="Store.read",retried="false",result="value"}': 1,
    'resilience_retry_calls_total{method="Store.read",retried="true",result="budget_exhausted"}': 1,
    'resilience_retries_total{method="Store.read"}': 1,
    'resilience_retry_budget_balance{budget="Store"}': 2.5,
    'resilience_retry_budget_exhausted_total{budget="Store",kind="retry"}': 1,
    'resilience_hedges_total{method="Store.read",result="failed"}': 2,
    'resilience_hedges_total{method="Store.read",result="won"}': 1,
    'resilience_timeout_calls_total{method="Store.read",scope="attempt",timed_out="false"}': 3,
    'resilience_timeout_calls_total{method="Store.read",scope="attempt",timed_out="true"}': 2,
    'resilience_timeout_zombies{method="Store.read",scope="attempt"}': 2,
    'resilience_call_duration_seconds_bucket{le="10",method="Store.read"}': 2,
    'resilience_call_duration_seconds_bucket{le="+Inf",method="Store.read"}': 2,
    'resilience_call_duration_seconds_sum{method="Store.read"}': 8.25 + 2.125,
    'resilience_call_duration_seconds_count{method="Store.read"}': 2,
    'resilience_attempt_duration_seconds_bucket{le="10",method="Store.read",kind="primary"}': 2,
    'resilience_attempt_duration_seconds_bucket{le="+Inf",method="Store.read",kind="primary"}': 2,
    'resilience_attempt_duration_seconds_sum{method="Store.read",kind="primary"}': 0.125 + 4,
    'resilience_attempt_duration_seconds_count{method="Store.read",kind="primary"}': 2,
    'resilience_attempt_duration_seconds_bucket{le="10",method="Store.read",kind="hedge"}': 2,
    'resilience_attempt_duration_seconds_bucket{le="+Inf",method="Store.read",kind="hedge"}': 2,
    'resilience_attempt_duration_seconds_sum{method="Store.read",kind="hedge"}': 0.125 + 0.125,
    'resilience_attempt_duration_seconds_count{method="Store.read",kind="hedge"}': 2,
    'resilience_retry_delay_seconds_bucket{le="10",method="Store.read",reason="computed"}': 1,
    'resilience_retry_delay_seconds_bucket{le="+Inf",method="Store.read",reason="computed"}': 1,
    'resilience_retry_delay_seconds_sum{method="Store.read",reason="computed"}': 1,
    'resilience_retry_delay_seconds_count{method="Store.read",reason="computed"}': 1,
  });
});
