import { describe, expect, it, vi } from 'vitest';
import { Fallback, Retry } from '../../../decorators/index.js';
import { currentCall } from '../../../src/core/index.js';
import { Boom, flaky, protectForTest, testRuntime } from '../../../src/testing/index.js';

describe('Fallback', () => {
  it.each([1, 2])('FB1 answers after %d retries, and knows the method that it answers for', async (retries) => {
    const method = flaky.failing(Array(10).fill(new Boom('down')), 'own');
    const { call } = protectForTest(method as () => Promise<string>, {
      retry: { maxAttempts: retries + 1, delay: 0, budget: false },
      fallback: () => `instead of ${currentCall()?.site}`,
    });
    expect(await call()).toBe('instead of Service.method');
    expect(method.calls).toBe(retries + 1);
  });

  it('FB2 asks one and the same instance of the container for all methods, with what was injected into it', async () => {
    const counter = { count: 33 };
    class Backup {
      readonly counter: { count: number };

      constructor(injected: { count: number }) {
        this.counter = injected;
      }

      fallback(): number {
        return ++this.counter.count;
      }
    }
    class Service {
      @Fallback({ use: Backup })
      @Retry({ maxAttempts: 2, delay: 0 })
      async one(): Promise<number> {
        throw new Boom('one');
      }
      @Fallback({ use: Backup })
      async two(): Promise<number> {
        throw new Boom('two');
      }
    }
    const backup = new Backup(counter);
    const resolve = vi.fn((token: unknown) => (token === Backup ? backup : undefined));
    const { runtime } = testRuntime({ resolve });
    const service = new Service();
    runtime.bind(service);
    expect([await service.one(), await service.two(), await service.one()]).toEqual([34, 35, 36]);
  });

  class E0 extends Error {}
  class E0S extends E0 {}
  class E1 extends E0 {}
  class E1S extends E1 {}
  class E2 extends E1 {}
  class E2S extends E2 {}
  const thrown = { Error, RangeError, E0, E0S, E1, E1S, E2, E2S };

  it.each([
    ['A', { on: [E0, E2], except: [E1] }, ['E0', 'E0S']],
    ['B', { on: [Error, E1], except: [E0, E2] }, ['Error', 'RangeError']],
    ['C', { on: [E1, E2], except: [E0] }, []],
  ] as const)('FB5 %s answers for what on names and except does not', async (_name, rules, answered) => {
    const seen: string[] = [];
    for (const [name, Thrown] of Object.entries(thrown)) {
      const error = new Thrown('x');
      const { call } = protectForTest(() => Promise.reject(error), { fallback: { value: 'substitute', ...rules } });
      const outcome = await call().catch((reason: unknown) => reason);
      if (outcome === 'substitute') seen.push(name);
      else expect(outcome).toBe(error);
    }
    expect(seen).toEqual(answered);
  });

  it('FB8 is counted with the call as a failure whose substitute failed', async () => {
    const own = new Error('substitute failed');
    const { call, runtime, events } = protectForTest(() => Promise.reject(new Boom('down')), {
      fallback: () => Promise.reject(own),
    });
    await expect(call()).rejects.toBe(own);
    const [method] = runtime.methods();
    expect(method?.stats).toMatchObject({ successes: 0, failures: 1 });
    expect(method?.policies[0]?.stats).toMatchObject({ applied: 1, answered: 0, failed: 1 });
    expect(events.of('fallback.applied')).toHaveLength(1);
  });
});
