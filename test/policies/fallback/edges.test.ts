import { describe, expect, it } from 'vitest';
import { Fallback, Resilient } from '../../../decorators/index.js';
import { currentCall, InvalidOptionsError } from '../../../src/core/index.js';
import type { FallbackRule } from '../../../src/policies/fallback/index.js';
import { explain, protect } from '../../../src/runtime/index.js';
import { Boom, protectForTest, settle, testRuntime, watch } from '../../../src/testing/index.js';

const fail = async (..._args: unknown[]): Promise<unknown> => Promise.reject(new Boom('down'));

describe('a substitute that throws the same error again and again', () => {
  // Each call put its failure at the end of the chain: it grew without end, and had other callers' failures in it.
  it('keeps the failure of the last call alone', async () => {
    const unavailable = new Boom('archive');
    const { call } = protectForTest(async (id: number) => Promise.reject(new Boom(`call ${id}`)), {
      fallback: () => {
        throw unavailable;
      },
    });
    for (let id = 1; id <= 3; id++) await expect(call(id)).rejects.toBe(unavailable);
    expect(unavailable.cause).toMatchObject({ message: 'call 3' });
    expect((unavailable.cause as Error).cause).toBeUndefined();
  });
});

describe('a substitute that looks at its call', () => {
  // Nobody watched the call any more: the cancel was ignored, and a disposed runtime left the caller waiting.
  it('may cancel it', async () => {
    const { call } = protectForTest(fail, {
      fallback: async () => {
        currentCall()?.cancel('enough');
        return 'substitute';
      },
    });
    await expect(call()).rejects.toBe('enough');
  });

  // The reason of the caller’s own abort was given the failure as its cause: it may be shared by many calls.
  it('leaves the reason alone with which its caller leaves meanwhile', async () => {
    const { call } = protectForTest(fail, { fallback: () => new Promise(() => {}) });
    const caller = new AbortController();
    const seen = watch(call(caller.signal));
    await settle();
    const reason = new Error('left');
    caller.abort(reason);
    await settle();
    expect([seen.error, reason.cause]).toEqual([reason, undefined]);
  });

  it('is given up with its runtime', async () => {
    const { call, clock, runtime } = protectForTest(fail, {
      fallback: () => {
        void currentCall()?.signal;
        return new Promise(() => {});
      },
    });
    const seen = watch(call());
    await settle();
    const gone = runtime.dispose({ drain: 100 });
    await clock.advance(100);
    await gone;
    expect(seen.error).toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED' });
  });
});

describe('several substitutes', () => {
  it('are under the conditions that stand beside them', async () => {
    @Resilient({ fallback: { value: 'of the class', on: Boom } })
    class Service {
      @Fallback([{ on: RangeError, value: 'special' }, { value: 'usual' }])
      async run(error: Error): Promise<string> {
        throw error;
      }
    }
    const service = new Service();
    testRuntime().runtime.bind(service);
    expect(await service.run(new Boom('x'))).toBe('usual');
    await expect(service.run(new RangeError('x'))).rejects.toThrow(RangeError);
  });

  it.each<[object, string]>([
    [{ chain: [{ value: 1 }], value: 2 }, 'Service.method: @Fallback has chain and value: one is enough'],
    [{ chain: [{ call: undefined }] }, '@Fallback: chain must be a list of substitutes, each with one of value, call'],
  ])('refuse %j', (given, message) => {
    expect(() => protectForTest(fail, { fallback: given as FallbackRule })).toThrow(message);
  });
});

describe('a substitute from a class', () => {
  it('that no container knows is made once in each runtime, for all methods', async () => {
    class Counter {
      count = 0;
      fallback(): number {
        return ++this.count;
      }
    }
    const counts: unknown[] = [];
    for (const { runtime } of [testRuntime(), testRuntime()]) {
      const [one, two] = ['one', 'two'].map((id) => protect(fail, { fallback: { use: Counter } }, { id, runtime }));
      counts.push(await one?.(), await two?.(), await one?.());
    }
    expect(counts).toEqual([1, 2, 3, 1, 2, 3]);
  });

  it('that needs arguments must come from a container', async () => {
    class Archive {
      constructor(readonly path: string) {}
      fallback(): string {
        return this.path;
      }
    }
    const { call } = protectForTest(fail, { fallback: { use: Archive } });
    await expect(call()).rejects.toThrow(InvalidOptionsError);
    await expect(call()).rejects.toThrow(
      'Service.method: @Fallback: use needs arguments, and no container knows it, but got function Archive',
    );
  });
});

describe('a substitute from a method', () => {
  it('is another one than the method itself', () => {
    class Service {
      @Fallback({ method: 'run' })
      async run(): Promise<string> {
        throw new Boom('x');
      }
    }
    expect(() => testRuntime().runtime.prepare(Service)).toThrow(
      "Service.run: @Fallback: method must name another method: this one would answer for itself without end, but got 'run'",
    );
  });
});

describe('explain', () => {
  it('knows that a substitute takes its time, and a value none', () => {
    const durations = [{ value: 1 }, { call: fail }].map((fallback) => {
      const [explained] = explain(protectForTest(fail, { fallback, timeout: { total: 100 } }).call);
      return explained?.duration;
    });
    expect(durations).toEqual([100, Number.POSITIVE_INFINITY]);
  });
});
