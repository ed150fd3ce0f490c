import { describe, expect, it } from 'vitest';
import { markPermanent, TimeoutError } from '../../../src/core/index.js';
import { type CircuitBreakerOptions, CircuitOpenError } from '../../../src/policies/circuit-breaker/index.js';
import type { GivenPolicies } from '../../../src/runtime/index.js';
import { Boom, protectForTest, settle, watch } from '../../../src/testing/index.js';
import { controlled, outcomes } from './controlled.js';

class Business extends Error {
  override readonly name = 'Business';
}
class NotFound extends Error {
  override readonly name = 'NotFound';
}

function circuitOver(options: CircuitBreakerOptions, others: GivenPolicies = {}) {
  const method = controlled();
  const over = protectForTest(method, { circuitBreaker: options, ...others });
  return { ...over, method, circuit: over.runtime.circuits.get('Service.method') };
}

describe('a circuit judges errors', () => {
  it('CB34 as failures, as answers of the callee, or not at all', async () => {
    const { call, method, circuit } = circuitOver({ except: Business, ignore: NotFound });
    for (const error of [new TypeError('a'), new Business('b'), new NotFound('c')]) {
      method.does = () => Promise.reject(error);
      await outcomes(1, call);
    }
    expect(circuit.stats).toMatchObject({ calls: 2, failures: 1, successes: 1, ignored: 1 });
  });

  it('CB13 by `on` and `except`', async () => {
    const on = circuitOver({ failureThreshold: 2, on: Boom });
    expect(await outcomes(3, on.call)).toEqual(['Boom', 'Boom', 'CircuitOpenError']);
    const except = circuitOver({ failureThreshold: 2, except: Boom });
    expect(await outcomes(3, except.call)).toEqual(['Boom', 'Boom', 'Boom']);
    expect(except.circuit.stats).toMatchObject({ successes: 3, consecutiveFailures: 0 });
  });

  it('with what is marked permanent as an answer of the callee', async () => {
    const { call, method, circuit } = circuitOver({});
    method.does = () => Promise.reject(markPermanent(new Boom('no such thing')));
    await outcomes(9, call);
    expect(circuit.stats).toMatchObject({ successes: 9, failures: 0 });
  });

  class E0 extends Error {}
  class E0S extends E0 {}
  class E1 extends E0 {}
  class E1S extends E1 {}
  class E2 extends E1 {}
  class E2S extends E2 {}
  const all = { Error, E0, E0S, E1, E1S, E2, E2S };

  it.each([
    ['A', { on: [E0, E2], except: E1 }, ['E0', 'E0S']],
    ['B', { on: [Error, E1], except: [E0, E2] }, ['Error']],
    ['C', { on: [E1, E2], except: E0 }, []],
  ] as const)('CB9 by the hierarchy of their classes: %s', async (_name, rules, failures) => {
    const opened: string[] = [];
    for (const [name, Thrown] of Object.entries(all)) {
      const { call, method, circuit } = circuitOver({ window: 1, failureRate: 1, ...rules });
      method.does = () => Promise.reject(new Thrown());
      await outcomes(1, call);
      if (circuit.state === 'open') opened.push(name);
    }
    expect(opened).toEqual(failures);
  });

  it('as failures when the predicate that should judge them throws, and reports that', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const fault = () => {
      throw new Error('broken predicate');
    };
    const { call, circuit } = circuitOver({ on: fault });
    expect(await outcomes(1, call)).toEqual(['Boom']);
    expect(circuit.stats.failures).toBe(1);
    expect((await warned).message).toContain('broken predicate');
  });

  it('and results by whenResult, as successes when that throws', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const { call, method, circuit } = circuitOver({
      whenResult: (result: string) => {
        if (result === 'odd') throw new Error('broken whenResult');
        return result === 'bad';
      },
    });
    for (const result of ['bad', 'good', 'odd']) {
      method.does = () => result;
      expect(await call()).toBe(result);
    }
    expect(circuit.stats).toMatchObject({ failures: 1, successes: 2 });
    expect((await warned).message).toContain('broken whenResult');
  });
});

describe('timeouts', () => {
  it('CB10 of an attempt are failures, counted as timeouts', async () => {
    const { call, clock, method, circuit } = circuitOver(
      { window: 2, minimumCalls: 2, failureRate: 0.75 },
      { timeout: 500 },
    );
    method.does = 'hang';
    for (let turn = 0; turn < 2; turn++) {
      const timedOut = outcomes(1, call);
      await clock.advance(500);
      expect(await timedOut).toEqual(['TimeoutError']);
      if (turn === 0) expect(circuit.stats.timeouts).toBe(1);
    }
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
  });

  it('CB10 are none where `except` names them', async () => {
    const { call, clock, method, circuit } = circuitOver(
      { window: 2, minimumCalls: 2, failureRate: 0.75, except: TimeoutError },
      { timeout: 500 },
    );
    method.does = 'hang';
    for (let turn = 0; turn < 3; turn++) {
      const timedOut = outcomes(1, call);
      await clock.advance(500);
      expect(await timedOut).toEqual(['TimeoutError']);
    }
    expect(circuit.stats).toMatchObject({ successes: 2, timeouts: 0 });
  });

  it('of the whole call are failures when they strike during an attempt', async () => {
    const { call, clock, method, circuit } = circuitOver({}, { timeout: { total: 500 } });
    method.does = 'hang';
    const timedOut = outcomes(1, call);
    await clock.advance(500);
    expect(await timedOut).toEqual(['TimeoutError']);
    expect(circuit.stats).toMatchObject({ failures: 1, timeouts: 1, ignored: 0 });
  });

  it('of the whole call record nothing when they strike in a backoff', async () => {
    const { call, clock, circuit } = circuitOver(
      {},
      { timeout: { total: 500 }, retry: { delay: 400, jitter: 'none', backoff: 'constant' } },
    );
    const timedOut = watch(call());
    await clock.advance(500);
    expect(timedOut.state).toBe('rejected');
    expect(circuit.stats).toMatchObject({ failures: 2, timeouts: 0, ignored: 0 });
  });
});

describe('calls that say nothing', () => {
  it('are those whose caller leaves', async () => {
    const { call, runtime } = protectForTest((_signal: AbortSignal): Promise<unknown> => new Promise(() => undefined), {
      circuitBreaker: {},
    });
    const caller = new AbortController();
    const left = watch(call(caller.signal));
    await settle();
    caller.abort('left');
    await settle();
    expect(left).toMatchObject({ state: 'rejected', error: 'left' });
    expect(runtime.circuits.get('Service.method').stats).toMatchObject({
      calls: 0,
      failures: 0,
      ignored: 1,
      inFlight: 0,
    });
  });

  it('are refusals by our own policies further in, unless countRejections is set', async () => {
    const limit = { limit: 1, per: '1h' } as const;
    const usual = circuitOver({}, { rateLimit: limit });
    usual.method.does = 'succeed';
    expect(await outcomes(7, usual.call)).toEqual(['ok', ...Array(6).fill('RateLimitedError')]);
    expect(usual.circuit.stats).toMatchObject({ calls: 1, successes: 1, ignored: 6 });

    const counted = circuitOver({ countRejections: true }, { rateLimit: limit });
    counted.method.does = 'succeed';
    expect(await outcomes(7, counted.call)).toEqual(['ok', ...Array(5).fill('RateLimitedError'), 'CircuitOpenError']);
  });
});

describe('with a Retry around', () => {
  const fourCalls = { window: 4, failureRate: 0.75, minimumCalls: 4, openFor: 50_000 } as const;

  it('CP1 an open circuit is not knocked at again', async () => {
    const { call, method } = circuitOver(fourCalls, { retry: { maxAttempts: 8, delay: 0, on: Boom } });
    expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
    expect(method.calls).toBe(4);
  });

  it('CP2 each attempt is a call of its own', async () => {
    const { call, method, circuit } = circuitOver(fourCalls, { retry: { maxAttempts: 3, delay: 0 } });
    expect(await outcomes(1, call)).toEqual(['Boom']);
    expect(method.calls).toBe(3);
    expect(circuit.state).toBe('closed');
  });

  it('CP4 an open circuit answers at once, whether Retry names timeouts or excepts it', async () => {
    for (const retry of [{ on: TimeoutError }, { except: CircuitOpenError }]) {
      const { call, clock, method } = circuitOver(
        { initialState: 'open', openFor: '1h' },
        { retry: { delay: '1s', ...retry } },
      );
      const before = clock.now();
      expect(await outcomes(1, call)).toEqual(['CircuitOpenError']);
      expect([method.calls, clock.now() - before]).toEqual([0, 0]);
    }
  });

  it('CP10 CP11 and a Fallback around both, callers get the substitute, also from an open circuit', async () => {
    const seen: unknown[] = [];
    const fallback = (error: unknown) => {
      seen.push((error as Error).name);
      return 'substitute';
    };
    const { call, method, circuit } = circuitOver(
      { failureThreshold: 5 },
      { retry: { maxAttempts: 3, delay: 0 }, fallback },
    );
    expect(await call()).toBe('substitute');
    expect(circuit.stats.failures).toBe(3);
    circuit.forceOpen();
    expect(await call()).toBe('substitute');
    expect(method.calls).toBe(3);
    expect(seen).toEqual(['Boom', 'CircuitOpenError']);
  });
});

describe('with a Bulkhead further in', () => {
  /** One call runs, one waits if it may, and three more are too many. */
  async function overflowing(options: CircuitBreakerOptions, maxQueue: number) {
    const over = circuitOver(
      { window: 3, failureRate: 1, minimumCalls: 3, openFor: 50_000, ...options },
      { bulkhead: { maxConcurrent: 1, maxQueue } },
    );
    over.method.does = 'hang';
    for (let turn = 0; turn < 1 + maxQueue; turn++) void over.call();
    await settle();
    return over;
  }

  it.each([0, 1])('CP5 a full one opens the circuit where rejections count: queue of %d', async (maxQueue) => {
    const { call } = await overflowing({ countRejections: true }, maxQueue);
    expect(await outcomes(4, call)).toEqual([...Array(3).fill('BulkheadFullError'), 'CircuitOpenError']);
  });

  it.each([{}, { countRejections: true, on: Boom }])(
    'CP6 a full one says nothing of the callee otherwise: %j',
    async (options) => {
      const { call } = await overflowing(options, 1);
      expect(await outcomes(5, call)).toEqual(Array(5).fill('BulkheadFullError'));
    },
  );

  it('a call that times out while it is queued says nothing', async () => {
    const { call, clock, method, circuit } = circuitOver(
      { failureThreshold: 2 },
      { bulkhead: { maxConcurrent: 1, maxQueue: 1 }, timeout: 500 },
    );
    method.does = () => clock.sleep(600);
    const running = watch(call());
    const queued = watch(call());
    await clock.advance(500);
    expect([running.error, queued.error]).toMatchObject([{ name: 'TimeoutError' }, { name: 'TimeoutError' }]);
    expect(circuit.stats).toMatchObject({ failures: 1, timeouts: 1, ignored: 1 });
    expect(method.calls).toBe(1);
  });
});
