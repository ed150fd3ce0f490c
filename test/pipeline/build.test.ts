import { describe, expect, it } from 'vitest';
import {
  type Call,
  count,
  EventBus,
  Lifetime,
  type Next,
  optional,
  options,
  type Policy,
  type PolicyKind,
  policyKind,
  type Registries,
  type Services,
  seededRandom,
} from '../../src/core/index.js';
import { build, type Plan } from '../../src/pipeline/index.js';
import { Boom, ManualClock, watch } from '../../src/testing/index.js';

const services = (): Services => ({
  clock: new ManualClock(),
  events: new EventBus(),
  random: seededRandom(1),
  resolve: () => undefined,
  captureStacks: false,
  registries: {} as Registries,
  lifetime: new Lifetime(),
  closing: new Lifetime(),
});

const site = { name: 'Service.method', className: 'Service', method: 'method', concrete: {}, parameters: 0 };

/** A kind that notes its name on the way in. */
function noting(trace: string[], kind: string, where: Pick<PolicyKind, 'places' | 'beside'>, wrap?: Policy['wrap']) {
  const note = (next: Next) => (call: Call) => {
    trace.push(kind);
    return next(call);
  };
  return policyKind({
    kind,
    decorator: `@${kind}`,
    ...where,
    options: options<{ readonly size?: number }>()(`@${kind}`, { size: optional(count({ min: 1 }), 1) }, ({ size }) =>
      size > 5 ? { option: 'size', rule: 'must be at most 5', value: size } : undefined,
    ),
    create: () => ({ summary: kind, wrap: wrap ?? note }),
  });
}

const plan = (kinds: readonly PolicyKind[], more: Partial<Plan> = {}): Plan => ({
  site,
  method: async () => 'value',
  specs: kinds.map((kind) => ({ kind, options: {} })),
  everywhere: false,
  ...more,
});

describe('a pipeline', () => {
  it('nests its policies in the one order, whatever the order they were asked for in', async () => {
    const trace: string[] = [];
    const kinds = ['bulkhead', 'retry', 'fallback', 'timeout.total'].map((place) =>
      noting(trace, place, { places: [place] }),
    );
    const pipeline = build(plan(kinds), services());
    expect(await pipeline.run(undefined, [])).toBe('value');
    expect(trace).toEqual(['fallback', 'timeout.total', 'retry', 'bulkhead']);
    expect(pipeline.policies.map(({ place }) => place)).toEqual(trace);
  });

  it('puts kinds from outside beside ours, and those at one place in the order of their names', async () => {
    const trace: string[] = [];
    const kinds = [
      noting(trace, 'late', { places: ['late'], beside: { before: 'retry' } }),
      noting(trace, 'early', { places: ['early'], beside: { before: 'retry' } }),
      noting(trace, 'retry', { places: ['retry'] }),
      noting(trace, 'total', { places: ['total'], beside: { after: 'timeout.total' } }),
      noting(trace, 'inner', { places: ['inner'], beside: { after: 'retry' } }),
    ];
    for (const stacked of [kinds, [...kinds].reverse()]) await build(plan(stacked), services()).run(undefined, []);
    expect(trace).toEqual(Array(2).fill(['total', 'early', 'late', 'retry', 'inner']).flat());
  });

  it('can have some places exchanged', async () => {
    const trace: string[] = [];
    const kinds = ['retry', 'circuitBreaker'].map((place) => noting(trace, place, { places: [place] }));
    await build(plan(kinds, { order: ['circuitBreaker', 'retry'] }), services()).run(undefined, []);
    expect(trace).toEqual(['circuitBreaker', 'retry']);
  });

  it('leaves out what a kind does not make', () => {
    const none = policyKind({ ...noting([], 'retry', { places: ['retry'] }), create: () => undefined });
    expect(build(plan([none]), services()).policies).toEqual([]);
  });

  it('completes and checks the options, naming the method', () => {
    const specs = [{ kind: noting([], 'retry', { places: ['retry'] }), options: { size: 6 } }];
    expect(() => build(plan([], { specs }), services())).toThrow(
      'Service.method: @retry: size must be at most 5, but got 6',
    );
  });

  // A policy from outside that threw instead of rejecting left the call uncounted, and alarms further out armed.
  it('holds kinds from outside to a promise, whatever they do', async () => {
    const throws = () => () => {
      throw new Boom('thrown');
    };
    const value = () => () => 'no promise' as never;
    const [one, other] = [throws, value].map((wrap) =>
      build(plan([noting([], 'own', { places: ['own'], beside: { after: 'retry' } }, wrap)]), services()),
    );
    await expect(one?.run(undefined, [])).rejects.toThrow('thrown');
    expect(one?.stats).toMatchObject({ calls: 1, failures: 1 });
    expect(await other?.run(undefined, [])).toBe('no promise');
  });
});

describe('a call in a pipeline', () => {
  it.each([
    ['a promise', async () => 'value', 'value'],
    ['a plain value', () => 'value', 'value'],
    ['a thenable', () => ({ then: (resolve: (value: string) => void) => resolve('value') }), 'value'],
  ])('gives what the method gives: %s', async (_what, method, expected) => {
    const outcome = build(plan([], { method }), services()).run(undefined, []);
    expect(outcome).toBeInstanceOf(Promise);
    expect(await outcome).toBe(expected);
  });

  it('gives the method its instance and its arguments', async () => {
    const instance = { own: true };
    const method = async function (this: unknown, ...args: unknown[]) {
      return [this, ...args];
    };
    expect(await build(plan([], { method }), services()).run(instance, [1, 2])).toEqual([instance, 1, 2]);
  });

  it('rejects where the method throws, with the same error', async () => {
    const boom = new Boom('sync');
    const method = () => {
      throw boom;
    };
    await expect(build(plan([], { method }), services()).run(undefined, [])).rejects.toBe(boom);
  });

  it('is counted once it has settled, by its outcome', async () => {
    const method = async (how: string) => {
      if (how === 'fail') throw Object.assign(new Boom('x'), { code: 'E_DOWN' });
      return how === 'hang' ? new Promise(() => {}) : how;
    };
    const pipeline = build(plan([], { method }), services());
    await pipeline.run(undefined, ['ok']);
    await pipeline.run(undefined, ['fail']).catch(() => {});
    const controller = new AbortController();
    const left = watch(pipeline.run(undefined, ['hang', controller.signal]));
    expect(pipeline.running).toBe(1);
    controller.abort('left');
    await Promise.resolve().then(() => new Promise((resolve) => setImmediate(resolve)));
    expect(left.error).toBe('left');
    expect(pipeline.stats).toEqual({
      calls: 3,
      attempts: 3,
      successes: 1,
      failures: 1,
      cancelled: 1,
      errors: new Map([['E_DOWN', 1]]),
    });
    expect(pipeline.running).toBe(0);
  });

  it.each([
    [Object.assign(new Boom('x'), { code: 'E_1' }), 'E_1'],
    [new Boom('x'), 'Boom'],
    [Object.assign(new Boom('x'), { code: 5 }), 'Boom'],
    [{}, 'unknown'],
    ['text', 'unknown'],
    [undefined, 'unknown'],
    [Object.assign(new Boom('x'), { code: 'x'.repeat(500) }), 'x'.repeat(64)],
  ])('counts %s by a short word', async (error, word) => {
    const pipeline = build(plan([], { method: () => Promise.reject(error) }), services());
    await pipeline.run(undefined, []).catch(() => {});
    expect([...pipeline.stats.errors]).toEqual([[word, 1]]);
  });

  // The words were bounded in length, but not in number: an error code per request grew without end.
  it('counts no more than so many kinds of errors apart', async () => {
    const pipeline = build(plan([], { method: (code: string) => Promise.reject({ code }) }), services());
    for (let i = 0; i < 1000; i++) await pipeline.run(undefined, [`E_${i}`]).catch(() => {});
    await pipeline.run(undefined, ['E_3']).catch(() => {});
    expect(pipeline.stats.errors.size).toBeLessThanOrEqual(65);
    expect([pipeline.stats.errors.get('E_3'), pipeline.stats.errors.get('other')]).toEqual([2, 936]);
  });

  it('makes no method run for a caller who has left before, and counts that as cancelled', async () => {
    let ran = 0;
    const pipeline = build(plan([], { method: async () => ran++ }), services());
    await expect(pipeline.run(undefined, [AbortSignal.abort('left')])).rejects.toBe('left');
    expect([ran, pipeline.stats.cancelled, pipeline.stats.attempts]).toEqual([0, 1, 0]);
  });
});
