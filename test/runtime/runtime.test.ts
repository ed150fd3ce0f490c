import { afterEach, describe, expect, it } from 'vitest';
import { Retry, Timeout } from '../../decorators/index.js';
import { RuntimeDisposedError } from '../../src/core/index.js';
import { defaultRuntime, protect, Runtime, setDefaultRuntime } from '../../src/runtime/index.js';
import { Boom, flaky, RecordedEvents, testRuntime, watch } from '../../src/testing/index.js';

class Service {
  @Retry({ delay: '1s', jitter: 'none' })
  async run(fails = 0): Promise<string> {
    if (fails > 0) throw new Boom('x');
    return 'ok';
  }
  @Timeout('30s')
  async hang(_signal?: AbortSignal): Promise<void> {
    return new Promise(() => {});
  }
}

afterEach(() => setDefaultRuntime(undefined));

describe('a runtime', () => {
  it('serves the instances that it is bound to, and the default one serves plain new', async () => {
    const one = testRuntime().runtime;
    const other = testRuntime().runtime;
    const service = new Service();
    one.bind(service);
    await service.run();
    setDefaultRuntime(other);
    await new Service().run();
    expect([...one.methods()]).toMatchObject([{ site: 'Service.run', stats: { calls: 1, successes: 1 } }]);
    expect([...other.methods()]).toMatchObject([{ site: 'Service.run', stats: { calls: 1 } }]);
    expect(defaultRuntime()).toBe(other);
  });

  it('binds an instance once: again is nothing, another runtime is an error', () => {
    const service = new Service();
    const { runtime } = testRuntime();
    runtime.bind(service);
    runtime.bind(service);
    expect(() => testRuntime().runtime.bind(service)).toThrow(
      'Service: Runtime.bind() cannot take this instance of Service: it already belongs to another runtime, and its state would be split',
    );
    expect(Object.keys(service)).toEqual([]);
    expect(JSON.stringify(service)).toBe('{}');
  });

  it('binds frozen instances too', async () => {
    const service = Object.freeze(new Service());
    const { runtime } = testRuntime();
    runtime.bind(service);
    await service.run();
    expect([...runtime.methods()]).toHaveLength(1);
    expect(() => testRuntime().runtime.bind(service)).toThrow('already belongs to another runtime');
  });

  it('counts calls, attempts and outcomes', async () => {
    const { runtime, clock } = testRuntime();
    const service = new Service();
    runtime.bind(service);
    const seen = watch(service.run(1));
    await service.run();
    await clock.advance(10_000);
    expect(seen.state).toBe('rejected');
    const [method] = [...runtime.methods()];
    expect(method?.stats).toEqual({
      calls: 2,
      attempts: 4,
      successes: 1,
      failures: 1,
      cancelled: 0,
      errors: new Map([['Boom', 1]]),
    });
  });

  it('gives two classes of one name sites of their own, and warns', () => {
    const { runtime } = testRuntime();
    const events = new RecordedEvents(runtime);
    const make = () => {
      class Twin {
        @Retry() async run(): Promise<void> {}
      }
      return Twin;
    };
    runtime.prepare(make(), make());
    expect([...runtime.methods()].map(({ site }) => site)).toEqual(['Twin.run', 'Twin.run#2']);
    expect(events.of('runtime.renamed')).toEqual([{ site: 'Twin.run#2', taken: 'Twin.run' }]);
  });

  it('tells once per class that the default runtime is used although a container has another', async () => {
    const standard = testRuntime().runtime;
    setDefaultRuntime(standard);
    const events = new RecordedEvents(standard);
    new Runtime().hold();
    class Stray {
      @Retry() async run(): Promise<void> {}
      @Retry() async other(): Promise<void> {}
    }
    const stray = new Stray();
    await stray.run();
    await stray.other();
    await new Stray().run();
    expect(events.of('runtime.defaulted')).toEqual([{ site: 'Stray.run', className: 'Stray' }]);
  });

  it('lets a listener watch from the start, and lets go of it when disposed', async () => {
    const log: string[] = [];
    const { runtime } = testRuntime({
      listeners: [{ attach: ({ events }) => events.on('*', (name) => log.push(name)) }],
    });
    await protect(async () => 1, {}, { runtime })();
    await runtime.dispose();
    runtime.events.emit('runtime.disposed', { site: '' });
    expect(log).toEqual(['call.started', 'call.attempted', 'call.succeeded', 'runtime.disposed']);
  });
});

describe('disposing a runtime', () => {
  it('rejects new calls at once', async () => {
    const { runtime } = testRuntime();
    const service = new Service();
    runtime.bind(service);
    await runtime.dispose();
    await expect(service.run()).rejects.toThrow(new RuntimeDisposedError('Service.run').message);
    await expect(service.run()).rejects.toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED', site: 'Service.run' });
  });

  it('rejects calls that wait for their next attempt, at once', async () => {
    const { runtime, clock } = testRuntime();
    const service = new Service();
    runtime.bind(service);
    const seen = watch(service.run(1));
    await clock.advance(500);
    const disposed = runtime.dispose();
    await clock.advance(0);
    expect(seen.error).toBeInstanceOf(RuntimeDisposedError);
    await disposed;
    expect(clock.pending).toBe(0);
  });

  it('lets what runs finish', async () => {
    const { runtime, clock } = testRuntime();
    const call = protect(() => clock.sleep(3000).then(() => 'done'), { retry: 3 }, { id: 'Service.slow', runtime });
    const seen = watch(call());
    const disposed = watch(runtime.dispose({ drain: '10s' }));
    await clock.advance(2999);
    expect([seen.state, disposed.state]).toEqual(['pending', 'pending']);
    await clock.advance(1);
    expect([seen.value, disposed.state]).toEqual(['done', 'resolved']);
    expect(clock.pending).toBe(0);
  });

  it('aborts what still runs when the patience is over', async () => {
    const { runtime, clock } = testRuntime();
    const service = new Service();
    runtime.bind(service);
    const seen = watch(service.hang(new AbortController().signal));
    const plain = watch(service.hang());
    const disposed = watch(runtime.dispose({ drain: '1s' }));
    await clock.advance(1000);
    expect(seen.error).toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED', site: 'Service.hang' });
    expect(plain.error).toMatchObject({ code: 'HOLDFAST_RUNTIME_DISPOSED' });
    expect(disposed.state).toBe('resolved');
  });

  it('happens once, and works with await using', async () => {
    const { runtime } = testRuntime();
    const events = new RecordedEvents(runtime);
    await Promise.all([runtime.dispose(), runtime.dispose(), runtime[Symbol.asyncDispose]()]);
    expect(events.names).toEqual(['runtime.disposed']);
  });

  it('has no fallback and no retry', async () => {
    const { runtime, clock } = testRuntime();
    const method = flaky.failing([new Boom('a'), new Boom('b')], 'ok');
    const call = protect(method, { retry: { delay: '1s' }, fallback: { value: 'substitute' } }, { runtime });
    const seen = watch(call());
    await clock.advance(0);
    await runtime.dispose();
    expect(seen.error).toBeInstanceOf(RuntimeDisposedError);
    expect(method.calls).toBe(1);
  });

  it('does not wait for a method that never settles and looks at nothing', async () => {
    const { runtime, clock } = testRuntime();
    void protect(flaky.hanging(), { retry: 2 }, { runtime })();
    const disposed = watch(runtime.dispose({ drain: 100 }));
    await clock.advance(100);
    expect(disposed.state).toBe('resolved');
  });
});
