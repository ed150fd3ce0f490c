import { AdaptiveThrottle, type Runtime } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { sequence, testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { moved, scrape, seriesOf } from './scrape.js';

class Boom extends Error {}

class Service {
  @AdaptiveThrottle({ name: 'api', successThreshold: 0.9, minimumCalls: 0 })
  async work(fails: boolean): Promise<void> {
    if (fails) throw new Boom();
  }

  @AdaptiveThrottle({ name: 'split', key: (tenant: string) => tenant, maxKeys: 1, window: '1s', minimumCalls: 0 })
  async tenant(_name: string, fails: boolean): Promise<void> {
    if (fails) throw new Boom();
  }
}

/** Some runtimes that are told of in one registry; chance is against every call. */
function watched(count = 1) {
  const metrics = prometheus();
  const worlds = Array.from({ length: count }, () => {
    const { runtime, clock } = testRuntime({ record: false, listeners: [metrics], random: sequence(0) });
    return { runtime, clock, service: bound(runtime) };
  });
  return { worlds, metrics, series: (name: string) => seriesOf(metrics.registry, `resilience_throttle_${name}`) };
}

function bound(runtime: Runtime): Service {
  const service = new Service();
  runtime.bind(service);
  runtime.prepare(Service);
  return service;
}

const settled = (call: Promise<void>) => call.catch(() => undefined);

describe('metrics of throttles', () => {
  it('are there at 0 before the first call, its error included', async () => {
    const { metrics, series } = watched();

    expect(await series('calls_total')).toEqual({
      '{throttle="api",result="passed"}': 0,
      '{throttle="api",result="refused"}': 0,
      '{throttle="split",result="passed"}': 0,
      '{throttle="split",result="refused"}': 0,
    });
    expect(await series('rejection_ratio')).toEqual({ '{throttle="api"}': 0, '{throttle="split"}': 0 });
    expect(await scrape(metrics.registry)).toMatchObject({
      'resilience_errors_total{method="Service.work",code="HOLDFAST_THROTTLED"}': 0,
    });
  });

  it('tell what was passed on and what was refused, and the share that is refused now', async () => {
    const { worlds, metrics, series } = watched();
    const [world] = worlds;

    await settled(world!.service.work(false));
    for (let n = 0; n < 4; n++) await settled(world!.service.work(true));

    expect(moved(await series('calls_total'))).toEqual({
      '{throttle="api",result="passed"}': 2,
      '{throttle="api",result="refused"}': 3,
    });
    expect(moved(await series('rejection_ratio'))).toEqual({ '{throttle="api"}': (5 - 1 / 0.9) / 6 });
    expect(await scrape(metrics.registry)).toMatchObject({
      'resilience_errors_total{method="Service.work",code="HOLDFAST_THROTTLED"}': 3,
    });
  });

  it('count on when keys go, and weigh the shares of keys by what was asked of each', async () => {
    const { worlds, series } = watched();
    const [world] = worlds;

    await settled(world!.service.tenant('a', true));
    await settled(world!.service.tenant('a', true));
    await settled(world!.service.tenant('b', false)); // finds no room beside the one that refuses
    const ratio = moved(await series('rejection_ratio'));
    const before = moved(await series('calls_total'));
    await world!.clock.advance(1000);
    await settled(world!.service.tenant('c', false)); // takes the place of the first

    expect(ratio).toEqual({ '{throttle="split"}': ((2 / 3) * 2) / 3 });
    expect(before).toEqual({ '{throttle="split",result="passed"}': 2, '{throttle="split",result="refused"}': 1 });
    expect(moved(await series('calls_total'))).toEqual({
      '{throttle="split",result="passed"}': 3,
      '{throttle="split",result="refused"}': 1,
    });
  });

  it('of one name in several runtimes are one series: counts add up, shares do not', async () => {
    const { worlds, series } = watched(2);
    const [one, other] = worlds;

    await settled(one!.service.work(true));
    await settled(one!.service.work(true));
    await settled(other!.service.work(false));

    expect(moved(await series('calls_total'))).toEqual({
      '{throttle="api",result="passed"}': 2,
      '{throttle="api",result="refused"}': 1,
    });
    expect(moved(await series('rejection_ratio'))).toEqual({ '{throttle="api"}': ((2 / 3) * 2) / 3 });
  });
});
