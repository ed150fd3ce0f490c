import { Writable } from 'node:stream';
import {
  AdaptiveThrottle,
  Bulkhead,
  Cached,
  Chaos,
  CircuitBreaker,
  Fallback,
  Hedge,
  type Priority,
  RateLimit,
  Retry,
  Timeout,
} from 'holdfast';
import { type ManualClock, testRuntime } from 'holdfast/testing';
import { type LoggedEvent, type Logger, type WinstonLogsOptions, winstonLogs } from 'holdfast/winston';
import { describe, expect, it } from 'vitest';
import winston from 'winston';
import { eventNames, everyEvent } from '../every-event.js';

class Boom extends Error {
  readonly code = 'E_BOOM';
}

/** A logger of winston that writes to memory, one transport for each of these levels. */
function memory(options: winston.LoggerOptions = {}, ...levels: readonly (string | undefined)[]) {
  const lines: Record<string, unknown>[] = [];
  const transports = (levels.length === 0 ? [undefined] : levels).map((level) => {
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    });
    return new winston.transports.Stream({ stream, ...(level && { level }) });
  });
  return { lines, transports, logger: winston.createLogger({ level: 'debug', transports, ...options }) };
}

const answers = [new Boom('no answer'), undefined];

async function probe(): Promise<void> {
  const error = answers.shift();
  if (error) throw error;
}

class Service {
  fails = false;

  constructor(readonly clock: ManualClock) {}

  @Retry({ maxAttempts: 2, jitter: 'none' })
  async retried(_secret: string): Promise<string> {
    throw new Boom('no answer');
  }

  @Retry({ budget: 'poor' })
  @Hedge({ idempotent: true, delay: Number.POSITIVE_INFINITY, budget: 'poor' })
  async bounded(_secret: string): Promise<string> {
    throw new Boom('no answer');
  }

  @Hedge({ idempotent: true, delay: '1s' })
  async hedged(runs: (number | 'fails')[]): Promise<void> {
    const run = runs.shift() ?? 0;
    if (run === 'fails') throw new Boom('no answer');
    await this.clock.sleep(run);
  }

  @Chaos({ enabled: true, rate: 1, latency: '1s', fault: new Boom('no answer') })
  async unlucky(_secret: string): Promise<void> {}

  @CircuitBreaker({ name: 'api', failureThreshold: 1, openFor: '10s' })
  async guarded(): Promise<void> {
    throw new Boom('no answer');
  }

  @CircuitBreaker({ name: 'probed', failureThreshold: 1, openFor: '1h', key: String, probe, probeEvery: '1s' })
  async probed(_secret: string): Promise<void> {
    throw new Boom('no answer');
  }

  @AdaptiveThrottle({ name: 'overloaded', minimumCalls: 0 })
  async throttled(): Promise<void> {
    throw new Boom('no answer');
  }

  @RateLimit({ name: 'search', limit: 1, per: '1s' })
  async limited(): Promise<void> {}

  @Bulkhead({ name: 'database', maxConcurrent: 1, maxQueue: 1, maxWait: '1s' })
  async narrow(): Promise<void> {
    await this.clock.sleep(5000);
  }

  @RateLimit({ name: 'maps', limit: 100, per: '1s', adopt: true })
  async following(status: number, headers: Readonly<Record<string, string>>): Promise<object> {
    return { status, headers };
  }

  @Bulkhead({ name: 'queue', maxConcurrent: 1, maxQueue: 1, priority: (priority: Priority) => priority })
  async ranked(_priority: Priority): Promise<void> {
    await this.clock.sleep(1000);
  }

  @Timeout('1s')
  async slow(): Promise<void> {
    await this.clock.sleep(5000);
  }

  @Fallback({ value: 'substitute' })
  async covered(_secret: string): Promise<string> {
    throw new Boom('no answer');
  }

  @Cached({ name: 'answers', ttl: '1s', staleFor: '1s', staleIfError: '1m' })
  async cached(_secret: string): Promise<string> {
    if (this.fails) throw new Boom('no answer');
    return 'the secret answer';
  }
}

function logged(logger: Logger, options?: WinstonLogsOptions) {
  const { runtime, clock } = testRuntime({ record: false, listeners: [winstonLogs(logger, options)] });
  const service = new Service(clock);
  runtime.bind(service);
  const over = async (duration: number, ...calls: Promise<unknown>[]) => {
    const outcomes = Promise.allSettled(calls);
    await clock.advance(duration);
    await outcomes;
  };
  return { runtime, service, over };
}

const error = { name: 'Error', code: 'E_BOOM', message: 'no answer' };

describe('a line', () => {
  it('tells of retries, for those who debug', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger);

    await over(1000, service.retried('my argument'));

    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'Service.retried failed in attempt 1, the next one follows in 100 ms',
        ...{ site: 'Service.retried', attempt: 1, delay: 100, reason: 'computed', error },
      },
      {
        level: 'debug',
        message: 'Service.retried is not tried again after attempt 2: max_attempts',
        ...{ site: 'Service.retried', attempt: 2, reason: 'max_attempts', error },
      },
    ]);
  });

  it('tells of every retry and hedge that a spent budget does not allow, for those who debug', async () => {
    const { logger, lines } = memory();
    const { runtime, service, over } = logged(logger);
    runtime.budgets.register('poor', { ratio: 0.1, minPerSecond: 0 });

    await over(0, service.bounded('my argument'));

    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'Service.bounded gets no hedge: budget poor is spent',
        ...{ site: 'Service.bounded', budget: 'poor', kind: 'hedge', error },
      },
      {
        level: 'debug',
        message: 'Service.bounded gets no retry: budget poor is spent',
        ...{ site: 'Service.bounded', budget: 'poor', kind: 'retry', error },
      },
    ]);
  });

  it('tells of hedges that start, with the error that one answers to, and of those that win', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger);

    await over(5000, service.hedged([5000, 500]));
    await over(5000, service.hedged(['fails', 500]));

    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'Service.hedged is called once more beside attempt 1, 1000 ms after its start',
        ...{ site: 'Service.hedged', attempt: 1, hedge: 1, after: 1000 },
      },
      {
        level: 'debug',
        message: 'Service.hedged is answered by hedge 1 after 1500 ms',
        ...{ site: 'Service.hedged', hedge: 1, elapsed: 1500 },
      },
      {
        level: 'debug',
        message: 'Service.hedged is called once more beside attempt 1, 0 ms after its start',
        ...{ site: 'Service.hedged', attempt: 1, hedge: 1, after: 0, error },
      },
      {
        level: 'debug',
        message: 'Service.hedged is answered by hedge 1 after 500 ms',
        ...{ site: 'Service.hedged', hedge: 1, elapsed: 500 },
      },
    ]);
  });

  it('tells of everything that chaos injects, lest it be taken for a failure of the callee', async () => {
    const { logger, lines } = memory({ level: 'info' });
    const { service, over } = logged(logger);

    await over(1000, service.unlucky('my argument'));

    expect(lines).toEqual([
      {
        level: 'info',
        message: 'chaos has struck attempt 1 of Service.unlucky: latency',
        ...{ site: 'Service.unlucky', attempt: 1, what: 'latency', delay: 1000 },
      },
      {
        level: 'info',
        message: 'chaos has struck attempt 1 of Service.unlucky: fault',
        ...{ site: 'Service.unlucky', attempt: 1, what: 'fault', error },
      },
    ]);
  });

  it('tells how the probes of an open circuit end, but of no key', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger);
    await over(0, service.probed('my argument'));
    lines.length = 0;

    await over(2000);

    expect(lines).toEqual([
      { level: 'debug', message: 'the probe of circuit probed failed', circuit: 'probed', passed: false, error },
      { level: 'debug', message: 'the probe of circuit probed passed', circuit: 'probed', passed: true },
      {
        level: 'warn',
        message: 'circuit probed moved from open to half-open',
        ...{ circuit: 'probed', from: 'open', to: 'half-open' },
      },
    ]);
  });

  it('tells of every move of a circuit as a warning, and of its refusals for those who debug', async () => {
    const { logger, lines } = memory();
    const { runtime, service, over } = logged(logger);

    await over(0, service.guarded());
    await over(0, service.guarded());
    runtime.circuits.get('api').reset();

    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'circuit api moved from closed to open',
        ...{ circuit: 'api', from: 'closed', to: 'open' },
      },
      {
        level: 'debug',
        message: 'Service.guarded was not called: circuit api lets no call pass',
        ...{ site: 'Service.guarded', circuit: 'api', retryAfter: 10_000 },
      },
      {
        level: 'warn',
        message: 'circuit api moved from open to closed',
        ...{ circuit: 'api', from: 'open', to: 'closed' },
      },
    ]);
  });

  it('warns of a circuit that would have opened, if it did not only watch', async () => {
    const { logger, lines } = memory();
    const { runtime, service, over } = logged(logger);
    runtime.prepare(Service);
    runtime.circuits.get('api').metricsOnly();

    await over(0, service.guarded());

    expect(lines.at(-1)).toEqual({
      level: 'warn',
      message: 'circuit api would have opened, but only watches, or maxOpenKeys are open',
      circuit: 'api',
    });
  });

  it('tells of refusals by a throttle, with the share that it refuses', async () => {
    const { logger, lines } = memory();
    const { runtime, service, over } = logged(logger);

    await over(0, service.throttled(), service.throttled());
    while (runtime.throttles.get('overloaded').totals.refused === 0) await over(0, service.throttled());

    const { passed } = runtime.throttles.get('overloaded').totals;
    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'Service.throttled was not called: throttle overloaded refuses a share of the calls',
        ...{ site: 'Service.throttled', throttle: 'overloaded', rejectionRate: passed / (passed + 1) },
      },
    ]);
  });

  it('tells of refusals and waits of limiters and bulkheads', async () => {
    const { logger, lines } = memory();
    const { runtime, service, over } = logged(logger);

    await over(0, service.limited(), service.limited());
    runtime.limiters.get('search').drain();
    await over(5000, service.narrow(), service.narrow(), service.narrow());

    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'Service.limited was not called: limiter search has no permit for it',
        ...{ site: 'Service.limited', limiter: 'search', weight: 1, retryAfter: 1000 },
      },
      { level: 'info', message: 'limiter search was drained of 0 permits', limiter: 'search', permits: 0 },
      {
        level: 'debug',
        message: 'Service.narrow waits for bulkhead database',
        ...{ site: 'Service.narrow', bulkhead: 'database', queued: 1 },
      },
      {
        level: 'debug',
        message: 'Service.narrow was not called: bulkhead database is full',
        ...{ site: 'Service.narrow', bulkhead: 'database', reason: 'full' },
      },
      {
        level: 'debug',
        message: 'Service.narrow was not called: bulkhead database had no slot in time',
        ...{ site: 'Service.narrow', bulkhead: 'database', reason: 'timeout' },
      },
    ]);
  });

  it('tells of calls that lost their place in the queue of a bulkhead', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger);

    await over(2000, service.ranked('normal'), service.ranked('low'), service.ranked('high'));

    expect(lines.slice(1)).toEqual([
      {
        level: 'debug',
        message: 'Service.ranked was not called: it lost its place in the queue of bulkhead queue',
        ...{ site: 'Service.ranked', bulkhead: 'queue', reason: 'shed' },
      },
      {
        level: 'debug',
        message: 'Service.ranked waits for bulkhead queue',
        ...{ site: 'Service.ranked', bulkhead: 'queue', queued: 1 },
      },
    ]);
  });

  it('tells of bulkheads that were resized', async () => {
    const { logger, lines } = memory();
    const { runtime } = logged(logger);
    runtime.prepare(Service);

    runtime.bulkheads.get('database').change({ maxConcurrent: 5 });

    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'bulkhead database was resized from 1 to 5 slots',
        ...{ bulkhead: 'database', from: 1, to: 5 },
      },
    ]);
  });

  it('tells of answers by which a limiter changed', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger);

    await over(0, service.following(200, { 'X-RateLimit-Remaining': '3', 'X-RateLimit-Reset': '30' }));
    await over(0, service.following(429, { 'Retry-After': '10' }));

    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'limiter maps keeps to what its server told: 3 permits now',
        ...{ site: 'Service.following', limiter: 'maps', available: 3, nextIn: 0 },
      },
      {
        level: 'debug',
        message: 'limiter maps keeps to what its server told: nothing for 10000 ms',
        ...{ site: 'Service.following', limiter: 'maps', available: 0, nextIn: 10_000 },
      },
    ]);
  });

  it('tells of timeouts', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger);

    await over(5000, service.slow());

    expect(lines).toEqual([
      {
        level: 'debug',
        message: 'Service.slow ran out of time: attempt 1 took longer than 1000 ms',
        ...{ site: 'Service.slow', scope: 'attempt', after: 1000, attempt: 1 },
      },
    ]);
  });

  it('tells of the error that a substitute hides from the caller', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger);

    await over(0, service.covered('my argument'));

    expect(lines).toEqual([
      {
        level: 'info',
        message: 'Service.covered failed and is answered by its fallback',
        ...{ site: 'Service.covered', error },
      },
    ]);
  });

  it('tells of the errors that a cache hides from its callers, but of no key and no value', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger);
    await over(1500, service.cached('my argument'));

    await over(0, service.cached('my argument')); // stale, refreshed behind
    await over(1500);
    service.fails = true;
    await over(0, service.cached('my argument')); // stale, and cannot be refreshed
    await over(1500);
    await over(0, service.cached('my argument')); // stale because loading fails

    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'Service.cached could not refresh a stale value in cache answers',
        ...{ site: 'Service.cached', cache: 'answers', error },
      },
      {
        level: 'debug',
        message: 'Service.cached failed and is answered from cache answers',
        ...{ site: 'Service.cached', cache: 'answers', age: 3000, error },
      },
    ]);
  });

  it('warns of what is amiss with classes and runtimes', async () => {
    const { logger, lines } = memory();
    const { runtime } = logged(logger);
    const twin = () => {
      class Twin {
        @Retry()
        async work(): Promise<void> {}
      }
      return Twin;
    };

    runtime.prepare(twin(), twin());
    runtime.events.emit('runtime.defaulted', { site: 'Twin.work', className: 'Twin' });
    await runtime.dispose();

    expect(lines).toEqual([
      {
        level: 'warn',
        message: 'two methods are called Twin.work: the second one is known as Twin.work#2',
        ...{ site: 'Twin.work#2', taken: 'Twin.work' },
      },
      {
        level: 'warn',
        message:
          'Twin uses the default runtime although a container has another: resolve it from the container, or bind it',
        ...{ site: 'Twin.work', className: 'Twin' },
      },
      { level: 'debug', message: 'the runtime has been disposed' },
    ]);
  });
});

describe('the level', () => {
  it('is asked for before a line is made', async () => {
    const { logger, lines } = memory({ level: 'info' });
    const redacted: string[] = [];
    const redact = (text: string) => {
      redacted.push(text);
      return text;
    };
    const { service, over } = logged(logger, { redact });

    await over(1000, service.retried('x'));

    expect([lines, redacted]).toEqual([[], []]);
  });

  it('may be changed at any time', async () => {
    const { logger, lines } = memory({ level: 'warn' });
    const { runtime } = logged(logger);
    const emit = () => runtime.events.emit('timeout.struck', { site: 'A.b', scope: 'total', after: 1, attempt: 1 });

    emit();
    logger.level = 'debug';
    emit();
    logger.level = 'warn';
    emit();

    await new Promise((resolve) => setImmediate(resolve));
    expect(lines).toHaveLength(1);
  });

  it('may be that of a transport, and change there, too', async () => {
    const { logger, lines, transports } = memory({ level: 'error' }, 'warn', 'error');
    const { runtime } = logged(logger);
    const emit = async () => {
      runtime.events.emit('timeout.struck', { site: 'A.b', scope: 'total', after: 1, attempt: 1 });
      await new Promise((resolve) => setImmediate(resolve));
    };

    await emit();
    transports[0]!.level = 'debug';
    await emit();
    transports[0]!.level = 'info';
    await emit();

    expect(lines).toHaveLength(1);
  });

  it('costs the logger one question a turn, however many lines it does not want', async () => {
    let questions = 0;
    const logger: Logger = {
      level: 'info',
      isLevelEnabled: (level) => {
        questions++;
        return level !== 'debug';
      },
      log: () => expect.unreachable(),
    };
    const { runtime } = logged(logger);
    const emit = () => runtime.events.emit('bulkhead.refused', { site: 'A.b', bulkhead: 'c', reason: 'full' });

    for (let n = 0; n < 50; n++) emit();
    const first = questions;
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    emit();

    expect([first, questions]).toEqual([1, 2]);
  });

  it('can be chosen for each kind of event, or left out', async () => {
    const { logger, lines } = memory({ levels: winston.config.syslog.levels });
    const level = (event: LoggedEvent, usual: string) => {
      if (event === 'retry.exhausted') return 'notice';
      if (event === 'fallback.applied') return false;
      return usual === 'warn' ? 'warning' : usual;
    };
    const { service, over } = logged(logger, { level });

    await over(1000, service.retried('x'), service.covered('x'), service.guarded());

    expect(lines.map((line) => line.level).sort()).toEqual(['debug', 'notice', 'warning']);
  });

  it('costs nothing where it is false: nobody listens', () => {
    const { runtime } = logged(memory().logger, { level: (event, usual) => event !== 'rateLimit.adopted' && usual });

    const heard = eventNames.filter((name) => runtime.events.channel(name).heard);

    expect(heard).toEqual(
      eventNames.filter((name) => everyEvent[name] === 'line').filter((name) => name !== 'rateLimit.adopted'),
    );
  });

  it('is left alone by events of every day: nobody listens to what has no line', () => {
    const { runtime } = logged(memory().logger);

    const heard = eventNames.map((name) => [name, runtime.events.channel(name).heard ? 'line' : 'silent']);

    expect(Object.fromEntries(heard)).toEqual(everyEvent);
  });
});

describe('the listener', () => {
  it('stops with its runtime', async () => {
    const { logger } = memory();
    const { runtime } = logged(logger);

    await runtime.dispose();

    expect(runtime.events.channel('circuit.moved').heard).toBe(false);
  });

  it('writes through a child of a logger with what that adds', async () => {
    const { logger, lines } = memory();
    const { service, over } = logged(logger.child({ service: 'orders' }));

    await over(0, service.covered('x'));

    expect(lines).toMatchObject([{ service: 'orders', site: 'Service.covered' }]);
  });
});

describe('bad use', () => {
  const { logger } = memory();

  it.each([
    [
      undefined,
      {},
      ' takes a logger of winston, or one with its level, isLevelEnabled(level) and log(entry), but got undefined',
    ],
    [console, {}, ' takes a logger of winston, or one with its level, isLevelEnabled(level) and log(entry), but got '],
    [logger, { redact: true }, ': redact must be a function, but got true'],
    [logger, { level: 'info' }, ": level must be a function, but got 'info'"],
    [logger, { levels: {} }, ': levels is no option; it takes level, redact'],
    [
      memory({ levels: winston.config.syslog.levels }).logger,
      {},
      ": level must give a level of the logger (emerg, alert, crit, error, warning, notice, info, debug) or false for circuit.moved, but got 'warn'",
    ],
  ])('is refused: %#', (given, options, message) => {
    expect(() => winstonLogs(given as Logger, options as WinstonLogsOptions)).toThrow(
      expect.objectContaining({
        code: 'HOLDFAST_INVALID_OPTIONS',
        message: expect.stringContaining(`winstonLogs()${message}`),
      }),
    );
  });
});
