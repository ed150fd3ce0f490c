import { describe, expect, it, vi } from 'vitest';
import { type Call, currentCall } from '../../../src/core/index.js';
import type { ChaosOptions } from '../../../src/policies/chaos/index.js';
import { explain, type GivenPolicies } from '../../../src/runtime/index.js';
import { Boom, protectForTest, sequence, watch } from '../../../src/testing/index.js';

const always = { enabled: true, rate: 1 } as const;

/** Answers `ok`, and counts how often it was called. */
function answering() {
  return vi.fn(async (..._args: unknown[]): Promise<unknown> => 'ok');
}

describe('Chaos with a fault', () => {
  it('fails with a copy of an error, in place of the method', async () => {
    const method = answering();
    const boom = Object.assign(new Boom('injected'), { code: 'E_BOOM' });
    const { call, events } = protectForTest(method, { chaos: { ...always, fault: boom } });
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Boom);
    expect(error).toMatchObject({ name: 'Boom', message: 'injected', code: 'E_BOOM' });
    expect(error).not.toBe(boom);
    expect(method).not.toHaveBeenCalled();
    expect(events.of('chaos.injected')).toEqual([{ site: 'Service.method', attempt: 1, what: 'fault', error }]);
  });

  it('makes an error of a class, with a message that says where it comes from', async () => {
    const { call } = protectForTest(answering(), { chaos: { ...always, fault: RangeError } });
    const error = await call().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(RangeError);
    expect((error as Error).message).toBe('Service.method failed: @Chaos injected this error');
    await expect(protectForTest(answering(), { chaos: { ...always, fault: Error } }).call()).rejects.toThrow(
      'Service.method failed: @Chaos injected this error',
    );
  });

  it('fails with the very error that a function returns or throws', async () => {
    const returned = new Boom('returned');
    const thrown = new Boom('thrown');
    const first = protectForTest(answering(), { chaos: { ...always, fault: () => returned } });
    await expect(first.call()).rejects.toBe(returned);
    const fault = () => {
      throw thrown;
    };
    const second = protectForTest(answering(), { chaos: { ...always, fault } });
    await expect(second.call()).rejects.toBe(thrown);
    expect(second.events.of('chaos.injected')).toMatchObject([{ what: 'fault', error: thrown }]);
  });

  it('asks a function for each call and its arguments; undefined lets the method answer', async () => {
    const method = answering();
    const tenant = { name: 'tenant' };
    const fault = vi.fn(function (this: unknown, call: { readonly site: string }, user: string) {
      return user === 'guinea pig' ? new Boom(`${call.site} ${(this as typeof tenant).name}`) : undefined;
    });
    const { call, events, runtime } = protectForTest(method, { chaos: { ...always, fault } });
    await expect(call.call(tenant, 'guinea pig')).rejects.toThrow('Service.method tenant');
    expect(await call.call(tenant, 'customer')).toBe('ok');
    expect(method).toHaveBeenCalledTimes(1);
    expect(events.of('chaos.injected')).toHaveLength(1);
    expect(statsOf(runtime)).toEqual({ passed: 1, behavior: 0, latency: 0, fault: 1, result: 0 });
  });

  it.each([['an answer'], [null], [false], [Promise.resolve(new Boom('late'))]])(
    'says that a function gave no error, but %j',
    async (given) => {
      const { call } = protectForTest(answering(), { chaos: { ...always, fault: () => given as unknown as Error } });
      await expect(call()).rejects.toThrow(
        'Service.method: @Chaos: fault must give an error, or undefined for none, but got',
      );
    },
  );
});

describe('Chaos with a result', () => {
  it.each([[5], [undefined], [null], [''], [{ a: 1 }]])('answers %j in place of the method', async (result) => {
    const method = answering();
    const { call, events } = protectForTest(method, { chaos: { ...always, result } });
    expect(await call()).toBe(result);
    expect(method).not.toHaveBeenCalled();
    expect(events.of('chaos.injected')).toEqual([{ site: 'Service.method', attempt: 1, what: 'result' }]);
  });

  it('calls a function with the call and the arguments, and waits for a promise', async () => {
    const result = async (call: { readonly site: string }, ...args: unknown[]) => [call.site, ...args];
    const { call } = protectForTest(answering(), { chaos: { ...always, result } });
    expect(await call('a', 2)).toEqual(['Service.method', 'a', 2]);
  });

  it('fails as the function does', async () => {
    const boom = new Boom('no answer');
    const { call } = protectForTest(answering(), { chaos: { ...always, result: () => Promise.reject(boom) } });
    await expect(call()).rejects.toBe(boom);
  });
});

describe('Chaos with a behavior', () => {
  it('runs it before the method, once per attempt, and waits for it', async () => {
    const steps: string[] = [];
    const behavior = async () => {
      steps.push('begins');
      await Promise.resolve();
      steps.push('ends');
    };
    const { call, events } = protectForTest(async () => steps.push('method'), { chaos: { ...always, behavior } });
    await call();
    expect(steps).toEqual(['begins', 'ends', 'method']);
    expect(events.of('chaos.injected')).toEqual([{ site: 'Service.method', attempt: 1, what: 'behavior' }]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Boom('of the behavior');
      },
    ],
    ['rejects', () => Promise.reject(new Boom('of the behavior'))],
  ])('fails as it does when it %s, without the method', async (_how, behavior) => {
    const method = answering();
    const { call, events } = protectForTest(method, { chaos: { ...always, behavior, result: 5 } });
    await expect(call()).rejects.toThrow('of the behavior');
    expect(events.of('chaos.injected').map(({ what }) => what)).toEqual(['behavior']);
    expect(method).not.toHaveBeenCalled();
  });
});

describe('Chaos with a latency', () => {
  it.each([
    [250, 250],
    ['2s', 2000],
    [() => '1m', 60_000],
    ['4w', 2_419_200_000], // longer than a timer can be
  ] as const)('waits %s before the method', async (latency, wait) => {
    const method = answering();
    const { call, clock, events, runtime } = protectForTest(method, { chaos: { ...always, latency } });
    const seen = watch(call());
    await clock.advance(wait - 1);
    expect(method).not.toHaveBeenCalled();
    await clock.advance(1);
    expect(seen).toMatchObject({ state: 'resolved', value: 'ok' });
    expect(events.of('chaos.injected')).toEqual([{ site: 'Service.method', attempt: 1, what: 'latency', delay: wait }]);
    expect(statsOf(runtime)).toMatchObject({ passed: 0, latency: 1 });
  });

  it.each<[NonNullable<ChaosOptions['latency']>]>([[0], ['0s'], [() => undefined], [() => 0], [() => -5]])(
    'does not wait for %s',
    async (latency) => {
      const { call, clock, events, runtime } = protectForTest(answering(), { chaos: { ...always, latency } });
      expect(await call()).toBe('ok');
      expect(clock.pending).toBe(0);
      expect(events.of('chaos.injected')).toEqual([]);
      expect(statsOf(runtime)).toMatchObject({ passed: 1, latency: 0 });
    },
  );

  it('draws from a range with the number that decided to strike', async () => {
    const random = sequence(0, 0.25, 0.4999, 0.5);
    const chaos = { enabled: true, rate: 0.5, latency: ['100ms', 300] } as const;
    const { call, clock, events } = protectForTest(answering(), { chaos }, { random });
    const calls = [call(), call(), call(), call()].map((one) => watch(one));
    await clock.advance(300);
    expect(calls.map(({ state }) => state)).toEqual(Array(4).fill('resolved'));
    expect(events.of('chaos.injected').map(({ delay }) => delay)).toEqual([100, 200, expect.closeTo(299.96)]);
  });

  it.each(['soon', '5', Number.NaN, null, {}])('says that a function gave no duration, but %j', async (given) => {
    const { call } = protectForTest(answering(), { chaos: { ...always, latency: () => given as unknown as number } });
    await expect(call()).rejects.toThrow(
      'Service.method: @Chaos: latency must give a duration, or undefined for none, but got',
    );
  });
});

describe('Chaos with several', () => {
  const behavior = () => undefined;

  it('runs the behavior, then waits, then fails, and tells of each', async () => {
    const { call, clock, events, runtime } = protectForTest(answering(), {
      chaos: { ...always, behavior, latency: 100, fault: Boom },
    });
    const seen = watch(call());
    await clock.advance(99);
    expect(events.of('chaos.injected').map(({ what }) => what)).toEqual(['behavior', 'latency']);
    await clock.advance(1);
    expect(seen).toMatchObject({ state: 'rejected', error: { name: 'Boom' } });
    expect(events.of('chaos.injected').map(({ what }) => what)).toEqual(['behavior', 'latency', 'fault']);
    expect(statsOf(runtime)).toEqual({ passed: 0, behavior: 1, latency: 1, fault: 1, result: 0 });
  });

  it('runs the behavior, then waits, then answers', async () => {
    const { call, clock, events } = protectForTest(answering(), {
      chaos: { ...always, behavior, latency: 100, result: 5 },
    });
    const seen = watch(call());
    await clock.advance(100);
    expect(seen.value).toBe(5);
    expect(events.of('chaos.injected').map(({ what }) => what)).toEqual(['behavior', 'latency', 'result']);
  });

  it('draws one number per attempt, and injects all or nothing', async () => {
    const random = { next: vi.fn(sequence(0.3, 0.29999, 0.9).next) };
    const chaos = { enabled: true, rate: 0.3, behavior, fault: Boom };
    const { call, events, runtime } = protectForTest(answering(), { chaos }, { random });
    expect(await call()).toBe('ok');
    await expect(call()).rejects.toThrow(Boom);
    expect(await call()).toBe('ok');
    expect(random.next).toHaveBeenCalledTimes(3);
    expect(events.of('chaos.injected').map(({ what }) => what)).toEqual(['behavior', 'fault']);
    expect(statsOf(runtime)).toEqual({ passed: 2, behavior: 1, latency: 0, fault: 1, result: 0 });
  });
});

describe('What Chaos calls', () => {
  it.each(['fault', 'latency', 'result', 'behavior'] as const)('sees the current call: %s', async (option) => {
    const seen: unknown[] = [];
    const look = (call: Call) => {
      seen.push(currentCall() === call, call.site, call.attempt);
      return undefined;
    };
    const { call } = protectForTest(answering(), {
      chaos: { ...always, behavior: () => Promise.resolve(), [option]: look },
    });
    await call();
    expect(seen).toEqual([true, 'Service.method', 1]);
    expect(currentCall()).toBeUndefined();
  });

  it.each(['fault', 'latency', 'result', 'behavior'] as const)('may cancel the call: %s', async (option) => {
    const method = answering();
    const cancel = (call: Call) => {
      call.cancel('cancelled');
      return undefined;
    };
    const late = option === 'behavior' ? {} : { behavior: () => Promise.resolve() };
    const { call, runtime } = protectForTest(method, { chaos: { ...always, ...late, [option]: cancel }, retry: {} });
    await expect(call()).rejects.toBe('cancelled');
    expect(method).not.toHaveBeenCalled();
    expect([...runtime.methods()][0]?.stats).toMatchObject({ calls: 1, cancelled: 1, failures: 0 });
  });

  it('is given the signal of the attempt, not that of the caller', async () => {
    const { signal } = new AbortController();
    const behavior = vi.fn((_call: unknown, { signal: given }: { signal: AbortSignal }) => {
      expect(given).toBe(currentCall()?.signal);
      expect(given).not.toBe(signal);
    });
    const { call } = protectForTest(answering(), { chaos: { ...always, behavior } });
    await call({ signal });
    expect(behavior).toHaveBeenCalledTimes(1);
  });

  // The injected wait put the method behind the point where a call decides whether it is watched: what the method ended went on.
  it.each<[GivenPolicies]>([[{}], [{ rateLimit: { limit: 10 }, timeout: '1m' }]])(
    'leaves the method able to cancel its call at once: %j',
    async (around) => {
      const method = () => {
        currentCall()?.cancel('by the method');
        return new Promise(() => {});
      };
      const { call, clock, events, runtime } = protectForTest(method, {
        ...around,
        chaos: { ...always, latency: 100 },
      });
      events.stop(); // calls that are listened to are watched in any case
      const seen = watch(call());
      await clock.advance(100);
      expect(seen).toEqual({ state: 'rejected', error: 'by the method' });
      expect([...runtime.methods()][0]?.stats).toMatchObject({ cancelled: 1, failures: 0 });
    },
  );
});

describe('Chaos that is not enabled', () => {
  it.each([[{}], [{ enabled: false }]])('is no part of the pipeline: %j', async (enabled) => {
    const random = { next: vi.fn(() => 0) };
    const { call, runtime } = protectForTest(answering(), { chaos: { ...enabled, rate: 1, fault: Boom } }, { random });
    expect(await call()).toBe('ok');
    expect(random.next).not.toHaveBeenCalled();
    expect([...runtime.methods()][0]?.policies).toEqual([]);
    expect(explain(call)[0]?.text).not.toContain('chaos');
  });

  it('needs nothing to inject', () => {
    expect(() => protectForTest(answering(), { chaos: {} })).not.toThrow();
  });
});

describe('explain', () => {
  it.each([
    [{ fault: Boom }, 'fault at a rate of 1'],
    [{ rate: 0.25, result: undefined, latency: 5, behavior: () => 1 }, 'behavior, latency, result at a rate of 0.25'],
    [{ rate: undefined, fault: Boom }, 'fault at a rate of 0.001'],
  ])('says what is injected, and how often', (chaos, summary) => {
    const { call } = protectForTest(answering(), { chaos: { ...always, ...chaos } as object });
    expect(explain(call)).toMatchObject([{ nesting: [{ kind: 'chaos', summary }] }]);
  });
});

function statsOf(runtime: ReturnType<typeof protectForTest>['runtime']) {
  return [...runtime.methods()][0]?.policies[0]?.stats;
}
