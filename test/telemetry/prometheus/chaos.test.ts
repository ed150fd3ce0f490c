import { Chaos, Retry } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { seriesOf } from './scrape.js';

class Boom extends Error {}

class Service {
  @Retry({ maxAttempts: 3, delay: 0 })
  @Chaos({ enabled: true, rate: 1, latency: '1s', fault: Boom })
  async failing(): Promise<string> {
    return 'own';
  }

  @Chaos({ enabled: true, rate: 1, behavior: () => {}, result: 'other' })
  async lying(): Promise<string> {
    return 'own';
  }

  @Chaos({ rate: 1, result: 'other' })
  async spared(): Promise<string> {
    return 'own';
  }
}

describe('resilience_chaos_injected_total', () => {
  it('counts each thing that was injected into an attempt, and tells nothing of chaos that is off', async () => {
    const metrics = prometheus();
    const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
    const service = new Service();
    runtime.bind(service);

    const failing = service.failing().catch((error) => error);
    await clock.advance(3000);
    await failing;
    const answers = [await service.lying(), await service.lying(), await service.spared()];

    expect(answers).toEqual(['other', 'other', 'own']);
    expect(await seriesOf(metrics.registry, 'resilience_chaos_injected_total')).toEqual({
      '{method="Service.failing",what="behavior"}': 0,
      '{method="Service.failing",what="latency"}': 3,
      '{method="Service.failing",what="fault"}': 3,
      '{method="Service.failing",what="result"}': 0,
      '{method="Service.lying",what="behavior"}': 2,
      '{method="Service.lying",what="latency"}': 0,
      '{method="Service.lying",what="fault"}': 0,
      '{method="Service.lying",what="result"}': 2,
    });
  });
});
