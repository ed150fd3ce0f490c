import { Hedge, Retry } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime, type UnrecordedRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { seriesOf } from './scrape.js';

class Boom extends Error {}

/** Its retries share a budget of half a retry per call, its hedges one that is never enough for any. */
class Service {
  @Retry({ delay: 0, budget: { name: 'shared', ratio: 0.5, minPerSecond: 0 } })
  async retried(): Promise<void> {
    throw new Boom();
  }

  @Hedge({ idempotent: true, delay: 0, budget: { name: 'hedges', ratio: 0.125, minPerSecond: 0 } })
  async hedged(): Promise<void> {}

  @Retry({ budget: false })
  async unbounded(): Promise<void> {}
}

function watched(metrics = prometheus()) {
  const { runtime }: UnrecordedRuntime = testRuntime({ record: false, listeners: [metrics] });
  const service = new Service();
  runtime.bind(service);
  runtime.prepare(Service);
  return { service, runtime, metrics, series: (name: string) => seriesOf(metrics.registry, name) };
}

const outcome = (call: Promise<unknown>) => call.catch((error) => error);

describe('resilience_retry_budget_balance', () => {
  it('tells what each budget has left, as calls earn and retries spend', async () => {
    const { service, series } = watched();
    const seen = [await series('resilience_retry_budget_balance')];

    for (let n = 0; n < 3; n++) {
      await outcome(service.retried());
      seen.push(await series('resilience_retry_budget_balance'));
    }
    await service.hedged();

    expect(seen.map((balances) => balances['{budget="shared"}'])).toEqual([0, 0.5, 0, 0.5]);
    expect(await series('resilience_retry_budget_balance')).toEqual({
      '{budget="hedges"}': 0.125,
      '{budget="shared"}': 0.5,
    });
  });

  it('is told of budgets that nobody has used yet, and of one without an end as infinite', async () => {
    const { runtime, series } = watched();

    runtime.budgets.register('stock', { quota: 500 });
    runtime.budgets.register('tokens', { tokens: 10 });
    runtime.budgets.register('endless', { inFlight: 1 });

    expect(await series('resilience_retry_budget_balance')).toMatchObject({
      '{budget="stock"}': 500,
      '{budget="tokens"}': 10,
      '{budget="endless"}': Number.POSITIVE_INFINITY,
    });
  });

  it('is that of all runtimes together', async () => {
    const one = watched();
    const other = watched(one.metrics);

    await outcome(one.service.retried());
    await outcome(other.service.retried());

    expect((await one.series('resilience_retry_budget_balance'))['{budget="shared"}']).toBe(1);
  });
});

describe('resilience_retry_budget_exhausted_total', () => {
  it('counts the retries and the hedges that were not made, each for itself', async () => {
    const { service, series } = watched();

    for (let n = 0; n < 5; n++) await outcome(service.retried()); // the second and the fourth may retry, and then not again
    for (let n = 0; n < 3; n++) await service.hedged();

    expect(await series('resilience_retry_budget_exhausted_total')).toEqual({
      '{budget="shared",kind="retry"}': 5,
      '{budget="shared",kind="hedge"}': 0,
      '{budget="hedges",kind="retry"}': 0,
      '{budget="hedges",kind="hedge"}': 3,
    });
  });
});
