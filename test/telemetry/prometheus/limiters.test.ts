import { RateLimit, type RateLimitOptions } from 'holdfast';
import { prometheus } from 'holdfast/prometheus';
import { testRuntime } from 'holdfast/testing';
import { describe, expect, it } from 'vitest';
import { seriesOf } from './scrape.js';

type Headers = Readonly<Record<string, string>>;

const options: RateLimitOptions = { limit: 100, per: '1m', adopt: true };

class Maps {
  @RateLimit({ ...options, name: 'maps' })
  async tile(headers: Headers = {}, status = 200): Promise<object> {
    return { status, headers };
  }

  @RateLimit({ ...options, name: 'routes', key: (key: string) => key })
  async route(_key: string, headers: Headers = {}): Promise<object> {
    return { status: 200, headers };
  }
}

function watched() {
  const metrics = prometheus();
  const { runtime, clock } = testRuntime({ record: false, listeners: [metrics] });
  const maps = new Maps();
  runtime.bind(maps);
  runtime.prepare(Maps);
  const available = async (limiter: string) =>
    (await seriesOf(metrics.registry, 'resilience_ratelimit_available_permits'))[`{limiter="${limiter}"}`];
  return { runtime, clock, maps, available };
}

/** What a server says that grants so many calls more until it begins anew in half a minute. */
const left = (remaining: number) => ({ 'X-RateLimit-Remaining': String(remaining), 'X-RateLimit-Reset': '30' });

describe('the permits of a limiter that follows its server', () => {
  it('are those of its own limit before the server has told any, and while its answers tell none', async () => {
    const { maps, available } = watched();
    const atRest = await available('maps');

    await maps.tile();

    expect([atRest, await available('maps')]).toEqual([100, 99]);
  });

  it('are as many as the server leaves, until it begins anew', async () => {
    const { maps, available, clock } = watched();

    await maps.tile(left(3));
    const told = await available('maps');
    await maps.tile();
    const taken = await available('maps');
    await clock.advance(30_000);

    expect([told, taken, await available('maps')]).toEqual([3, 2, 100]);
  });

  it('are as many as its own limit has left, where the server leaves more', async () => {
    const { maps, available } = watched();

    await maps.tile(left(5000));

    expect(await available('maps')).toBe(99);
  });

  it('are none while the server says to come back later', async () => {
    const { maps, available, clock } = watched();

    await maps.tile({ 'Retry-After': '10' }, 429);
    const paused = await available('maps');
    await clock.advance(10_000);

    expect([paused, await available('maps')]).toEqual([0, 100]);
  });

  it('add up over keys, each with what the server leaves to it', async () => {
    const { maps, available } = watched();

    await maps.route('a', left(3));
    await maps.route('b', left(5));
    await maps.route('c');

    expect(await available('routes')).toBe(100 + 3 + 5 + 99);
  });
});
