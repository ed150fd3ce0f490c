import { Hedge, RateLimit } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { type ManualClock, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { moved, seriesOf } from './scrape.js';

class Boom extends Error {}

/** How long each copy of a call takes, and whether it fails then. */
type Copies = (readonly [duration: number, error?: Error])[];

class Service {
  constructor(readonly clock: ManualClock) {}

  @Hedge({ idempotent: true, delay: '1s', budget: false })
  async plain(copies: Copies): Promise<void> {
    await this.#run(copies);
  }

  @Hedge({ idempotent: true, delay: '1s', budget: { ratio: 0.25, minPerSecond: 0 } })
  async bounded(copies: Copies): Promise<void> {
    await this.#run(copies);
  }

  @Hedge({ idempotent: true, delay: '1s', budget: false })
  @RateLimit({ limit: 1, per: '1h' })
  async limited(copies: Copies): Promise<void> {
    await this.#run(copies);
  }

  async #run(copies: Copies): Promise<void> {
    const [duration, error] = copies.shift() ?? [0];
    await this.clock.sleep(duration);
    if (error) throw error;
  }
}

function watched() {
  const metrics = prometheus();
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const service = new Service(clock);
  runtime.bind(service);
  const run = async (call: Promise<void>) => {
    const outcome = call.catch(() => {});
    await clock.advance(10_000);
    await outcome;
  };
  return { service, run, series: (name: string) => seriesOf(metrics.registry, name) };
}

describe('resilience_hedges_total', () => {
  it('tells copies that won from those that were outrun, and those that failed', async () => {
    const { service, run, series } = watched();

    await run(service.plain([[500]])); // answers before there is a copy
    await run(service.plain([[5000], [500]]));
    for (let n = 0; n < 2; n++) await run(service.plain([[2000], [5000]]));
    for (let n = 0; n < 3; n++) await run(service.plain([[5000], [500, new Boom()]]));

    expect(await series('resilience_hedges_total')).toEqual({
      '{method="Service.plain",result="won"}': 1,
      '{method="Service.plain",result="lost"}': 2,
      '{method="Service.plain",result="failed"}': 3,
      '{method="Service.plain",result="suppressed"}': 0,
    });
  });

  it('counts as suppressed what the budget, or a policy further in, did not allow', async () => {
    const { service, run, series } = watched();

    await run(service.bounded([[5000]]));
    await run(service.limited([[5000]]));

    expect(moved(await series('resilience_hedges_total'))).toEqual({
      '{method="Service.bounded",result="suppressed"}': 1,
      '{method="Service.limited",result="suppressed"}': 1,
    });
  });
});
