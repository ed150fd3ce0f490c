import { describe, expect, it, vi } from 'vitest';
import type { Clock } from '../../decorators/index.js';
import { flaky, protectForTest, settle, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

/** A call that wants to know it anew goes past the cache; all who ask for the same id at the same time are one. */
const policies = {
  cached: { ttl: '1h', key: (id: string, anew?: boolean) => (anew ? undefined : id) },
  dedup: { key: (id: string) => id },
} as const;

/** Answers the first call at once, and the later ones after a second. */
const slowing = (clock: () => Clock) => {
  let calls = 0;
  return async (id: string, _anew?: boolean): Promise<string> => {
    const call = ++calls;
    if (call > 1) await clock().sleep(1000);
    return `${id} ${call}`;
  };
};

describe('Cached → Dedup → method', () => {
  it('merges loads, and beside them calls that have no key for the cache', async () => {
    const method = vi.fn(async (id: string) => `answer ${id}`);
    const { call } = protectForTest(method, {
      cached: { ttl: '1h', key: (id: string) => (id === 'none' ? undefined : id) },
      dedup: {},
    });
    expect(await Promise.all([call('a'), call('a'), call('none'), call('none')])).toEqual([
      'answer a',
      'answer a',
      'answer none',
      'answer none',
    ]);
    expect(method).toHaveBeenCalledTimes(2);
    await call('none');
    expect(method).toHaveBeenCalledTimes(3);
  });

  it('lets a hit wait for nobody, not even for one who asks for the same anew', async () => {
    const { call, clock } = protectForTest(
      slowing((): Clock => clock),
      policies,
    );
    await call('a');
    const anew = watch(call('a', true));
    expect(await call('a')).toBe('a 1');
    expect(anew.state).toBe('pending');
    await clock.advance(1000);
    expect(anew.value).toBe('a 2');
  });

  it('merges a load with a call that goes past the cache and runs already', async () => {
    const method = flaky.hanging();
    const { call, events } = protectForTest(method as (id: string, anew?: boolean) => Promise<never>, policies);
    watch(call('a', true));
    watch(call('a'));
    await settle();
    expect(method.calls).toBe(1);
    expect(events.names.filter((name) => name === 'dedup.joined' || name === 'cache.missed')).toEqual([
      'cache.missed',
      'dedup.joined',
    ]);
  });

  it('spends no flight on a hit', async () => {
    const { call, runtime } = protectForTest(async () => 1, { cached: '1h', dedup: {} });
    for (let i = 0; i < 10; i++) await call();
    const [prepared] = runtime.methods();
    const flights = prepared?.policies.find(({ kind }) => kind === 'dedup')?.stats;
    expect(flights).toMatchObject({ leaders: 1, followers: 0, inFlight: 0 });
  });
});

describe('Dedup → Cached → method, exchanged on purpose', () => {
  it('lets one who could have a hit wait for another who asks anew', async () => {
    const { call, clock } = exchanged(
      ['dedup', 'cached'],
      policies,
      slowing((): Clock => clock),
    );
    await call('a');
    watch(call('a', true));
    const hit = watch(call('a'));
    await clock.advance(999);
    expect(hit.state).toBe('pending');
    await clock.advance(1);
    expect(hit.value).toBe('a 2');
  });
});
