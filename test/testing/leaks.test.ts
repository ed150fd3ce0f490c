import { AsyncLocalStorage } from 'node:async_hooks';
import { lookup } from 'node:dns/promises';
import { EventEmitter, once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, createServer as createHttpServer, get, type IncomingMessage } from 'node:http';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { setTimeout as pause, scheduler } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import {
  flaky,
  type LeakOptions,
  ManualClock,
  protectForTest,
  settle,
  watchLeaks,
  withoutLeaks,
} from 'holdfast/testing';
import { LRUCache } from 'lru-cache';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src/core/index.js';
import { ticks } from './leaks-project/src/core/system-clock.js';

const lines = readFileSync(fileURLToPath(import.meta.url), 'utf8').split('\n');

/** Where the one line is of the function of this name; an async function's promise is made in its first. */
function at(name: string): string {
  const first = lines.findIndex((text) => text.includes(`function ${name}(`)) + 1;
  return `at test/testing/leaks.test.ts:${lines[first - 1]!.startsWith('async') ? first : first + 1}:`;
}

const before = process.listenerCount('newListener');
const kept: unknown[] = [];
const ends: (() => unknown)[] = [];

/** Keeps a thing from becoming garbage until the test is over, and ends it then. */
function keep<T>(thing: T, end: (thing: T) => unknown = () => undefined): T {
  kept.push(thing);
  ends.push(() => end(thing));
  return thing;
}

afterEach(() => {
  kept.length = 0;
  for (const end of ends.splice(0)) end();
});

const controller = new AbortController();
const emitter = new EventEmitter();
const port = (server: Server) => (server.address() as AddressInfo).port;

async function hangs(): Promise<void> {
  await flaky.hanging()();
}

async function listening(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function timeout(): void {
  keep(setTimeout(ignored, 1e6), clearTimeout);
}

function interval(): void {
  keep(setInterval(ignored, 1e6), clearInterval);
}

function promise(): void {
  keep(new Promise(ignored));
}

function call(): void {
  keep(flaky.hanging()());
}

function race(): void {
  keep(Promise.race([new Promise(ignored), new Promise(ignored)]));
}

function server(): void {
  keep(createServer().listen(0, '127.0.0.1'), (open) => open.close());
}

function signal(): void {
  controller.signal.addEventListener('abort', keep(listener(), forget));
}

function onEmitter(): void {
  emitter.on('change', keep(listener(), forget));
}

function onProcess(): void {
  process.once('SIGUSR2', keep(listener(), forget));
}

function ignored(): void {}

function listener(): () => void {
  return () => undefined;
}

function forget(one: () => void): void {
  controller.signal.removeEventListener('abort', one);
  emitter.off('change', one);
  process.off('SIGUSR2', one);
}

/** What leaves something behind, and what. */
const leaking = [
  [timeout, 'a timer'],
  [interval, 'a timer'],
  [promise, 'a pending promise'],
  [hangs, 'a pending promise'],
  [call, 'a pending promise'],
  [race, 'a pending promise'],
  [server, 'a server'],
  [signal, "a listener of 'abort'"],
  [onEmitter, "a listener of 'change'"],
  [onProcess, "a listener of 'SIGUSR2'"],
] as const;

/** The like of each, which cleans up after itself, if only a little later. */
const sound: Record<string, () => unknown> = {
  'a timer that rings': () => pause(5),
  'a timer that is cleared': () => clearTimeout(setTimeout(() => {}, 1e6)),
  'a timer that rings after it returned': () => void setTimeout(() => {}, 20),
  'an interval that ends itself': () => {
    let ticks = 0;
    const interval = setInterval(() => ++ticks === 3 && clearInterval(interval), 2);
  },
  'an immediate': () => void setImmediate(() => {}),
  'a timer that does not keep the process alive': () => keep(setTimeout(() => {}, 1e6).unref(), clearTimeout),
  'a pending promise that is garbage': () => void new Promise(() => {}),
  'a function that hangs and is forgotten': () => void hangs(),
  'many promises': async () => Promise.all(Array.from({ length: 100 }, async (_, turns) => pause(turns % 5))),
  'errors that are caught': () => Promise.allSettled([Promise.reject(1), Promise.reject(2).catch(() => 3)]),
  'a generator': async () => {
    const numbers = async function* () {
      for (let number = 0; number < 10; number++) yield pause(0, number);
    };
    for await (const number of numbers()) if (number === 7) break;
  },
  'a listener that is removed': () => {
    const listener = () => {};
    for (const target of [emitter, process]) target.on('change', listener).off('change', listener);
    controller.signal.addEventListener('abort', listener);
    controller.signal.removeEventListener('abort', listener);
  },
  'a server and a client that are closed': async () => {
    const server = await listening(createServer((socket) => socket.end('bye')));
    const client = connect(port(server), '127.0.0.1').resume();
    await once(client, 'end');
    server.close();
  },
  'a fetch over a connection that it closes': async () => {
    const server = await listening(createHttpServer((_, response) => response.end('ok')));
    const options = { headers: { connection: 'close' }, signal: AbortSignal.timeout(60_000) };
    await (await fetch(`http://127.0.0.1:${port(server)}`, options)).text();
    server.close();
  },
  'an agent that is destroyed': async () => {
    const server = await listening(createHttpServer((_, response) => response.end('ok')));
    const agent = new Agent({ keepAlive: true });
    const [response] = await once(get({ port: port(server), host: '127.0.0.1', agent }), 'response');
    await once((response as IncomingMessage).resume(), 'close');
    agent.destroy();
    server.close();
  },
  'a look-up of a name': () => lookup('localhost'),
  'waits that are promises': async () => {
    const aborted = pause(1e6, undefined, { signal: AbortSignal.abort() });
    await Promise.allSettled([aborted, scheduler.wait(1), promisify(setTimeout)(1)]);
  },
  'a store of async hooks': () => new AsyncLocalStorage().run({}, async () => pause(1)),
  'a worker that ends': async () => once(new Worker('setTimeout(() => {}, 1)', { eval: true }), 'exit'),
  'a protected call': async () => {
    const { call, clock, runtime } = protectForTest(flaky.failing(2, 'up'), { retry: 3, timeout: '5s', bulkhead: 2 });
    await clock.runUntil(call(controller.signal));
    await runtime.dispose();
  },
};

const watched: LeakOptions = { signals: [controller.signal], emitters: [emitter] };

describe('watchLeaks()', () => {
  it.each(leaking)('tells of what is left behind by %o, and where: %s', async (leak, what) => {
    const leaks = watchLeaks(watched);
    keep(leak());

    const found = await leaks.find();
    expect(found).toEqual([
      { kind: expect.any(String), count: 1, what, place: expect.stringContaining(at(leak.name)) },
    ]);
    expect(what).toContain(found[0]!.kind === 'listener' ? 'listener' : found[0]!.kind);
    expect(found[0]!.place).toContain(`(${leak.name})`);
  });

  it.each(Object.keys(sound))('has nothing to tell of %s', async (name) => {
    const leaks = watchLeaks(watched);
    await sound[name]!();

    await leaks.assertNone();
  });

  it('tells of a promise that was made in a timer, or after another promise', async () => {
    const leaks = watchLeaks();
    keep(
      setInterval(() => kept.length < 4 && keep(new Promise(ignored)), 1),
      clearInterval,
    );
    await pause(20);
    keep(await settle().then(() => ({ promise: new Promise(ignored) })));

    expect((await leaks.find()).map(({ kind, count }) => [kind, count])).toEqual([
      ['timer', 1],
      ['promise', 3],
      ['promise', 1],
    ]);
  });

  it('tells of both ends of a connection', async () => {
    const open = createServer();
    keep(open, () => open.close());
    const leaks = watchLeaks();
    function opens(): void {
      open.listen(0, '127.0.0.1');
    }
    opens();
    await once(open, 'listening');
    const accepted = once(open, 'connection');
    function connects(): void {
      keep(connect(port(open), '127.0.0.1'), (socket) => socket.destroy());
    }
    connects();
    keep(((await accepted) as unknown[])[0] as ReturnType<typeof connect>, (socket) => socket.destroy());

    const found = await leaks.find();
    expect(found.map(({ what, place }) => `${what} ${place}`)).toEqual([
      expect.stringContaining(`a server ${at('opens')}`),
      expect.stringContaining(`a socket ${at('connects')}`),
      expect.stringContaining(`a socket by accepting a connection to the server ${at('opens')}`),
    ]);
  });

  it('tells of a connection that waits in a pool to be used again, if it was made meanwhile, and not if it is older', async () => {
    const server = createHttpServer((_, response) => response.end('ok'));
    keep(await listening(server), () => server.close());
    const agent = new Agent({ keepAlive: true });
    keep(agent, () => agent.destroy());
    const fetched = async () => {
      const [response] = await once(get({ port: port(server), host: '127.0.0.1', agent }), 'response');
      await once((response as IncomingMessage).resume(), 'close');
    };
    const first = watchLeaks({ kinds: ['socket'] });
    await fetched();
    expect(await first.find()).toMatchObject([{ kind: 'socket' }, { kind: 'socket' }]);

    const second = watchLeaks({ kinds: ['socket'] });
    for (let request = 0; request < 5; request++) await fetched();
    await second.assertNone();
  });

  it('takes those who wait for its answer for no leak, and nothing that they left behind for theirs', async () => {
    const leaks = watchLeaks();
    async function hanging(): Promise<void> {
      await new Promise((resolve) => keep(resolve));
    }
    async function asks() {
      keep(hanging());
      await pause(1);
      keep(new Promise(ignored));
      return leaks.find();
    }
    const waits = async () => {
      await pause(1);
      const found = await asks();
      return found.map(({ place }) => / \((\w+)\)$/.exec(place ?? '')?.[1]);
    };

    expect(await waits()).toEqual(['hanging', 'hanging', 'asks']);
  });

  it('takes an async hook that asks for leaks for none, as a runner has them after each test', async () => {
    const leaks = watchLeaks();
    const afterEach = async () => {
      await leaks.assertNone();
    };

    await afterEach();
    const later = watchLeaks();
    await pause(1).then(() => later.assertNone());
  });

  it('takes what other watches do for no leak', async () => {
    const [one, other] = [watchLeaks(watched), watchLeaks(watched)];

    await one.assertNone();
    await other.assertNone();
  });

  it('tells of timers of a project whose files are named as those of the kit', async () => {
    const leaks = watchLeaks();
    keep(ticks(), clearInterval);

    expect(await leaks.find()).toMatchObject([{ kind: 'timer', place: expect.stringContaining('leaks-project') }]);
  });

  it('counts what is alike, and says all in one message', async () => {
    const leaks = watchLeaks(watched);
    for (let count = 0; count < 3; count++) timeout();
    signal();

    await expect(leaks.assertNone()).rejects.toMatchObject({
      name: 'AssertionError',
      message: expect.stringMatching(
        /^4 things were left behind:\n {2}3 × a timer, made at test\/testing\/leaks\.test\.ts:\d+:\d+.*\n {2}1 × a listener of 'abort', made at test\/testing\/leaks\.test\.ts:\d+:\d+.*$/,
      ),
    });
  });

  it('names the function where there is one, and who called the package that made it', async () => {
    const leaks = watchLeaks({ unreferenced: true });
    function fills(): void {
      keep(new LRUCache({ max: 10, ttl: 1e6, ttlAutopurge: true }), (cache) => cache.clear()).set('key', 'value');
    }
    fills();

    const [leak, ...others] = await leaks.find();
    expect(leak?.place).toMatch(
      /^at node_modules\/lru-cache\/.*, called at test\/testing\/leaks\.test\.ts:.* \(fills\)$/,
    );
    expect(leak?.place).toContain(at('fills'));
    expect(others).toEqual([]);
  });

  it('counts timers that do not keep the process alive if it is told to', async () => {
    const leaks = watchLeaks({ unreferenced: true });
    keep(setTimeout(() => {}, 1e6).unref(), clearTimeout);

    expect(await leaks.find()).toMatchObject([{ kind: 'timer', count: 1 }]);
  });

  it('counts the alarms of a manual clock, and of the system', async () => {
    const clock = new ManualClock();
    void clock.sleep(1e6);
    const leaks = watchLeaks({ clocks: [clock] });
    for (const one of [clock, clock, systemClock]) {
      keep(one.later(1e6, ignored), (takeBack) => takeBack());
    }

    expect(await leaks.find()).toEqual([
      { kind: 'alarm', count: 1, what: "an alarm on the system's clock", place: undefined },
      { kind: 'alarm', count: 2, what: 'an alarm on a clock', place: undefined },
    ]);
  });

  it("takes the one timer of the system's clock, which rings after its last alarm is taken back, for no leak", async () => {
    const leaks = watchLeaks({ unreferenced: true, kinds: ['timer', 'immediate', 'alarm'] });
    systemClock.later(50_000, () => {})();

    await leaks.assertNone();
  });

  it('counts nothing that is older, and only what is added of listeners', async () => {
    for (const [leak] of leaking) keep(leak());
    const twice = keep(listener(), (one) => emitter.off('change', one).off('change', one));
    emitter.on('change', twice);
    await pause(5); // the server listens
    const leaks = watchLeaks(watched);
    emitter.on('change', twice);

    expect(await leaks.find()).toMatchObject([{ what: "a listener of 'change'", count: 1 }]);
  });

  it('watches only the kinds that are asked for, and leaves aside what is ignored', async () => {
    const some = watchLeaks({ kinds: ['timer'], ...watched });
    const others = watchLeaks({
      ...watched,
      ignore: ({ place, kind }) => kind !== 'timer' && !place?.includes(at('server')),
    });
    for (const [leak] of leaking) keep(leak());

    expect((await some.find()).map(({ kind }) => kind)).toEqual(['timer', 'timer']);
    expect((await others.find()).map(({ kind }) => kind)).toEqual(['timer', 'timer', 'server']);
  });

  it('waits for as many turns as it is told, and no longer', async () => {
    const chain = (turns: number) => {
      if (turns > 0) setImmediate(chain, turns - 1);
    };
    const patient = watchLeaks({ grace: 20 });
    chain(10);
    await patient.assertNone();
    const hasty = watchLeaks({ grace: 5 });
    chain(10);
    expect(await hasty.find()).toMatchObject([{ kind: 'immediate', what: 'an immediate' }]);
  });

  it('leaves what it watches as it was', async () => {
    const names = emitter.eventNames();
    const leaks = watchLeaks(watched);
    expect(Object.hasOwn(controller.signal, 'addEventListener')).toBe(true);
    leaks.stop();
    leaks.stop();

    expect(Object.hasOwn(controller.signal, 'addEventListener')).toBe(false);
    expect(emitter.eventNames()).toEqual(names);
    expect(process.listenerCount('newListener')).toBe(before);
    await expect(leaks.assertNone()).rejects.toThrow('These leaks are no longer watched for');
  });

  it('stops at the end of its scope', () => {
    {
      using _leaks = watchLeaks(watched);
      expect(emitter.listenerCount('newListener')).toBe(1);
    }
    expect(emitter.listenerCount('newListener')).toBe(0);
  });

  it.each([
    [
      { kinds: ['timers'] },
      /^watchLeaks\(\): kinds must be a list of at least one of timer, immediate, .*, but got \[ 'timers' \]$/,
    ],
    [{ kinds: [] }, /^watchLeaks\(\): kinds must be a list of at least one of timer, .*, but got \[\]$/],
    [{ signals: controller.signal }, /^watchLeaks\(\): signals must be a list of AbortSignals, but got AbortSignal/],
    [{ emitters: [controller.signal] }, /^watchLeaks\(\): emitters must be a list of EventEmitters, but got \[/],
    [{ clocks: [{}] }, 'watchLeaks(): clocks must be a list of Clocks, but got [ {} ]'],
    [{ grace: 0 }, 'watchLeaks(): grace must be a whole number from 1 to 100000, but got 0'],
    [{ unreferenced: 'yes' }, "watchLeaks(): unreferenced must be true or false, but got 'yes'"],
    [{ ignore: /x/ }, 'watchLeaks(): ignore must be a function, but got /x/'],
    [{ turns: 5 }, /^watchLeaks\(\): turns is no option; it takes kinds, signals, /],
  ])('refuses %j, and watches nothing', (options, message) => {
    expect(() => watchLeaks(options as never)).toThrow(message);
    expect(process.listenerCount('newListener')).toBe(before);
  });
});

describe('withoutLeaks()', () => {
  it('gives what it ran came to, if that left nothing behind', async () => {
    await expect(withoutLeaks(async () => pause(1, 'done'))).resolves.toBe('done');
    await expect(withoutLeaks(() => 'at once')).resolves.toBe('at once');
  });

  it('fails if it left something behind', async () => {
    await expect(withoutLeaks(timeout)).rejects.toThrow(
      `1 thing was left behind:\n  1 × a timer, made ${at('timeout')}`,
    );
  });

  it.each([undefined, Promise.resolve()])('refuses %o in the place of a function', async (run) => {
    await expect(withoutLeaks(run as never)).rejects.toThrow(/^withoutLeaks\(\) takes a function to run, but got /);
  });

  it('rethrows what it threw, the same object, and stops', async () => {
    const error = new Error('of the test');
    const fail = () => {
      timeout();
      throw error;
    };
    await expect(withoutLeaks(fail)).rejects.toBe(error);
    expect(process.listenerCount('newListener')).toBe(before);
  });

  it('raises no false alarm in thousands of rounds of protected calls, cancelled ones among them', async () => {
    const policies = {
      retry: { maxAttempts: 3, delay: 10 },
      timeout: '1s',
      bulkhead: 5,
      circuitBreaker: { openFor: 50 },
      dedup: {},
    } as const;
    const method = flaky.atRate(0.4, 'up');
    const { call, clock, runtime } = protectForTest(method, policies);
    const rounds = async () => {
      for (let round = 0; round < 2000; round++) {
        const leaving = new AbortController();
        const calls = Promise.allSettled([call(leaving.signal), call(leaving.signal), call(round)]);
        if (round % 3 === 0) leaving.abort();
        await clock.runUntil(calls);
        await clock.advance(50);
      }
    };

    await withoutLeaks(rounds, { clocks: [clock] });
    expect(method.calls).toBeGreaterThan(2000);
    await runtime.dispose();
  }, 60_000);

  it('raises no false alarm when it is used a hundred times over', async () => {
    for (let round = 0; round < 100; round++) await withoutLeaks(settle);
  });
});
