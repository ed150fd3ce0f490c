import { describe, expect, it, vi } from 'vitest';
import { Boom, flaky, protectForTest, watch } from '../../src/testing/index.js';
import { exchanged } from './exchanged.js';

const own = { value: 'own' };
const down = { error: new Boom('down') };

describe('Fallback → Cached → method', () => {
  it('keeps no substitute as if it were an answer', async () => {
    const method = flaky.failing([new Boom('x')], 'own');
    const { call, runtime } = protectForTest(method, { fallback: { value: 'substitute' }, cached: '1h' });
    expect([await call(), await call(), await call()]).toEqual(['substitute', 'own', 'own']);
    expect(method.calls).toBe(2);
    expect(runtime.caches.get('Service.method').stats).toMatchObject({ misses: 2, stored: 1, hits: 1 });
  });

  it('prefers an answer that has grown old to a substitute', async () => {
    const substitute = vi.fn(() => 'substitute');
    const method = flaky.scripted([own, down, down, own]);
    const { call, clock } = protectForTest(method, { fallback: substitute, cached: { ttl: 100, staleIfError: '1h' } });
    await call();
    await clock.advance(1000);
    expect([await call(), await call()]).toEqual(['own', 'own']);
    expect([method.calls, substitute.mock.calls.length]).toEqual([3, 0]);
    await clock.advance(3_600_000);
    expect(await call()).toBe('own'); // the method is well again
  });

  it('asks for a substitute for each of those who waited for one load', async () => {
    const substitute = vi.fn((_error: unknown, who: { readonly name: string }) => `for ${who.name}`);
    const { call, runtime } = protectForTest(
      (_who: { readonly name: string }): Promise<unknown> => Promise.reject(new Boom('x')),
      { fallback: substitute as never, cached: { ttl: '1h', key: () => 'all' } },
    );
    expect(await Promise.all([call({ name: 'Ann' }), call({ name: 'Bob' })])).toEqual(['for Ann', 'for Bob']);
    expect(runtime.caches.get('Service.method').stats).toMatchObject({ loads: 1, stored: 0 });
  });

  it('gives what is kept to those who come while a substitute is on its way to another', async () => {
    const { call, clock } = protectForTest(
      (id: string): Promise<string> => (id === 'bad' ? Promise.reject(new Boom('x')) : Promise.resolve(`own ${id}`)),
      {
        fallback: (): Promise<string> => clock.sleep(100).then(() => 'substitute'),
        cached: { ttl: '1h', key: (id: string) => id },
      },
    );
    await call('good');
    const bad = watch(call('bad'));
    expect(await call('good')).toBe('own good');
    expect(bad.state).toBe('pending');
    await clock.advance(100);
    expect(bad.value).toBe('substitute');
  });
});

describe('Cached → Fallback → method, exchanged on purpose', () => {
  it('keeps the substitute, and gives it long after the method is well again', async () => {
    const method = flaky.failing([new Boom('x')], 'own');
    const { call } = exchanged(['cached', 'fallback'], { fallback: { value: 'substitute' }, cached: '1h' }, method);
    expect([await call(), await call(), await call()]).toEqual(Array(3).fill('substitute'));
    expect(method.calls).toBe(1);
  });

  it('puts a substitute in the place of an answer that has grown old', async () => {
    const method = flaky.scripted([own, down]);
    const { call, clock } = exchanged(
      ['cached', 'fallback'],
      { fallback: { value: 'substitute' }, cached: { ttl: 100, staleIfError: '1h' } },
      method,
    );
    await call();
    await clock.advance(1000);
    expect(await call()).toBe('substitute');
  });
});
