import { request as httpRequest } from 'node:http';
import { Readable } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type FaultServer, type FaultServerOptions, startFaultServer } from '../../../src/fault-server/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { attempt } from '../attempt.js';
import { Conversation } from '../conversation.js';
import { KeptLog } from '../logged.js';

const servers: FaultServer[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const server of servers.splice(0)) await server.close();
});

async function start(options: FaultServerOptions): Promise<FaultServer> {
  const server = await startFaultServer(options);
  servers.push(server);
  return server;
}

/** Waits until the server counts so. */
const counted = (server: FaultServer, numbers: object) => vi.waitFor(() => expect(server.stats).toMatchObject(numbers));

/** Something that a test lets happen when it likes. */
function later<T>() {
  let [resolve, reject] = [(_: T) => {}, (_: unknown) => {}];
  const promise = new Promise<T>((done, failed) => {
    [resolve, reject] = [done, failed];
  });
  return { promise, resolve, reject };
}

describe('a request for an answer of one’s own', () => {
  it('fails on command as any other, by its route and method too', async () => {
    const make = vi.fn(() => ({ body: 'mine' }));
    const server = await start({ answers: { '/quotes/{id}': make } });
    server.fail({ status: 429, route: '/quotes', method: 'POST' });

    expect((await fetch(`${server.url}/quotes/1`, { method: 'POST' })).status).toBe(429);
    expect(make).not.toHaveBeenCalled();
    expect(await attempt(`${server.url}/quotes/1`)).toEqual({ status: 200, body: 'mine' });
    expect(server.stats).toMatchObject({ failed: 1, answered: 1 });
  });

  it('is in the journal, in the numbers and, by its route, in the metrics', async () => {
    const server = await start({ answers: { 'PUT /quotes/{id}': { status: 202 } }, journalBodies: 10 });
    await fetch(`${server.url}/quotes/1?a=b`, { method: 'PUT', body: 'sent', headers: { 'x-request-id': 'r1' } });

    expect(server.journal.entries()).toMatchObject([
      { method: 'PUT', path: '/quotes/1', query: 'a=b', outcome: 'answered', status: 202, body: 'sent', faults: [] },
    ]);
    expect(server.journal.summary({ key: 'r1' }).count).toBe(1);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toMatch(/method="PUT",route="\/quotes\/{id}",outcome="answered",status="202"} 1/);
  });

  it('is made anew although it brings a name that was there: what a repetition means is for the function to say', async () => {
    let made = 0;
    const server = await start({ answers: { 'GET /': () => ({ body: String(++made) }) } });
    const headers = { 'idempotency-key': 'same', 'x-request-id': 'same' };
    const bodies = [await attempt(`${server.url}/`, { headers }), await attempt(`${server.url}/`, { headers })];

    expect(bodies.map(({ body }) => body)).toEqual(['1', '2']);
    expect(server.stats).toMatchObject({ remembered: 0, replayed: 0 });
  });

  it('waits for a slot and a worker, and has its worker no longer than its answer is being made', async () => {
    const [first, body] = [later<object>(), new Readable({ read() {} })];
    const make = vi.fn().mockReturnValueOnce(first.promise).mockReturnValue({ body: 'second' });
    const server = await start({ answers: { '/': make }, workers: 1 });
    const asked = attempt(`${server.url}/`);
    await counted(server, { busyWorkers: 1 });
    const next = attempt(`${server.url}/`);
    await counted(server, { concurrency: 2, queued: 1 });
    expect(make).toHaveBeenCalledTimes(1);
    first.resolve({ body });

    expect(await next).toEqual({ status: 200, body: 'second' });
    expect(server.stats).toMatchObject({ concurrency: 1, busyWorkers: 0 });
    body.push('first');
    body.push(null);
    expect(await asked).toEqual({ status: 200, body: 'first' });
    await counted(server, { concurrency: 0 });
  });

  it('takes the service time before its function is asked', async () => {
    const clock = new ManualClock();
    const make = vi.fn(() => ({}));
    const server = await start({ answers: { '/': make }, serviceTime: 50, clock });
    const asked = attempt(`${server.url}/`);
    await counted(server, { busyWorkers: 1 });
    await clock.advance(49);
    expect(make).not.toHaveBeenCalled();
    await clock.advance(1);

    expect((await asked).status).toBe(200);
  });

  it('is answered with 504 when its function takes too long, and gives its slot and its worker back', async () => {
    const clock = new ManualClock();
    const signals: AbortSignal[] = [];
    const never = new Promise<object>(() => {});
    const server = await start({
      answers: {
        '/': ({ signal }) => {
          signals.push(signal);
          return never;
        },
      },
      requestTimeout: 100,
      clock,
    });
    const asked = attempt(`${server.url}/`);
    await vi.waitFor(() => expect(signals).toHaveLength(1));
    await clock.advance(100);

    expect((await asked).status).toBe(504);
    expect(signals[0]?.aborted).toBe(true);
    await counted(server, { timedOut: 1, concurrency: 0, busyWorkers: 0 });
  });

  it('is cut by the end of the server, and its function hears of it', async () => {
    let signal: AbortSignal | undefined;
    const server = await start({
      answers: {
        '/': (request) => {
          signal = request.signal;
          return new Promise(() => {});
        },
      },
    });
    const asked = attempt(`${server.url}/`);
    await vi.waitFor(() => expect(signal?.aborted).toBe(false));
    await server.close();

    expect(await asked).toEqual({ code: 'ECONNRESET' });
    expect(signal?.aborted).toBe(true);
  });

  it('is the last one on its connection while the server closes', async () => {
    const answer = later<object>();
    const server = await start({ answers: { '/': () => answer.promise } });
    const conversation = new Conversation(server.port).ask('GET /');
    await counted(server, { busyWorkers: 1 });
    const closed = server.close({ drain: '10s' });
    answer.resolve({ body: 'done' });

    expect(await conversation.until(/done$/)).toMatch(/connection: close\r\n/i);
    await closed;
  });
});

describe('a client that leaves', () => {
  it('is told to the function that makes its answer, and nobody else misses what comes of that', async () => {
    const unhandled = vi.fn();
    process.on('unhandledRejection', unhandled);
    const [late, signals] = [later<object>(), [] as AbortSignal[]];
    const logger = new KeptLog();
    const server = await start({
      answers: {
        '/': ({ signal }) => {
          signals.push(signal);
          return late.promise;
        },
      },
      logger,
    });
    const conversation = new Conversation(server.port).ask('GET /');
    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(false));
    conversation.leave();
    await counted(server, { abandoned: 1, concurrency: 0, busyWorkers: 0 });
    expect(signals[0]?.aborted).toBe(true);
    late.reject(new Error('too late'));
    await turn();

    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
    expect(logger.texts.filter((line) => line.startsWith('error'))).toEqual([]);
  });

  it('leaves a stream behind that is let go of, also where that is made too late', async () => {
    const [late, streams] = [later<object>(), [new Readable({ read() {} }), new Readable({ read() {} })]];
    const server = await start({ answers: { '/late': () => late.promise, '/now': () => ({ body: streams[0] }) } });
    const [now, slow] = [new Conversation(server.port).ask('GET /now'), new Conversation(server.port).ask('GET /late')];
    await now.until(/\r\n\r\n/);
    await counted(server, { busyWorkers: 1 });
    expect(server.stats.concurrency).toBe(2);
    now.leave();
    slow.leave();
    await counted(server, { concurrency: 0 });
    late.resolve({ body: streams[1] });

    await vi.waitFor(() => expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]));
  });

  it('is told as well to the function that asks for its signal only then', async () => {
    const [late, signals] = [later<object>(), [] as AbortSignal[]];
    const server = await start({
      answers: {
        '/': async (request) => {
          const answer = await late.promise;
          signals.push(request.signal);
          return answer;
        },
      },
    });
    const conversation = new Conversation(server.port).ask('GET /');
    await counted(server, { busyWorkers: 1 });
    conversation.leave();
    await counted(server, { abandoned: 1 });
    late.resolve({});

    await vi.waitFor(() => expect(signals[0]?.aborted).toBe(true));
  });

  it('gives its slot back also while a fault waits for the whole of a stream', async () => {
    const body = new Readable({ read() {} });
    const logger = new KeptLog('error');
    const server = await start({ answers: { '/': () => ({ body }) }, logger });
    server.fail({ kind: 'drip' });
    const conversation = new Conversation(server.port).ask('GET /');
    await counted(server, { concurrency: 1, busyWorkers: 0 });
    conversation.leave();

    await counted(server, { abandoned: 1, concurrency: 0 });
    expect(body.destroyed).toBe(true);
    expect(logger.lines).toEqual([]);
  });

  it('ends what a generator was at once it heeds the signal', async () => {
    const ended = vi.fn();
    const server = await start({
      answers: {
        '/': ({ signal }) => ({
          body: (async function* () {
            try {
              yield 'begun';
              await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
            } finally {
              ended();
            }
          })(),
        }),
      },
    });
    const conversation = new Conversation(server.port).ask('GET /');
    await conversation.until(/begun/);
    conversation.leave();

    await vi.waitFor(() => expect(ended).toHaveBeenCalledTimes(1));
    await counted(server, { concurrency: 0 });
  });

  it('does not abort what was answered before', async () => {
    let signal: AbortSignal | undefined;
    const server = await start({
      answers: {
        '/': (request) => {
          signal = request.signal;
          return {};
        },
      },
    });
    await attempt(`${server.url}/`);
    await counted(server, { answered: 1, connections: { open: 0 } });

    expect(signal?.aborted).toBe(false);
  });

  it('has its stream read no faster than it reads', async () => {
    let made = 0;
    const piece = Buffer.alloc(100_000);
    async function* endless() {
      for (;;) {
        made++;
        yield piece;
        await turn();
      }
    }
    const server = await start({ answers: { '/': () => ({ body: endless() }) } });
    const answer = await new Promise<Readable>((resolve) => {
      httpRequest(`${server.url}/`, { agent: false }, resolve).end();
    });
    for (let before = -1; before !== made; ) {
      before = made;
      for (let turns = 0; turns < 100; turns++) await turn();
    }

    expect(made).toBeLessThan(300); // what the connection holds, and not more
    answer.destroy();
    await counted(server, { concurrency: 0 });
  });
});

describe('an answer of one’s own that goes wrong', () => {
  const secret = 'Bearer t0p';
  function fail(this: Readable): void {
    this.destroy(new Error('of t0p'));
  }

  it.each<[string, () => never | Promise<never>, string]>([
    [
      'throws',
      () => {
        throw Object.assign(new TypeError(`of ${secret}`), { statusCode: 404 });
      },
      `the answer to GET /quotes/{id} failed: of ${secret}`,
    ],
    [
      'rejects',
      () => Promise.reject(new TypeError(`of\n${secret}`)),
      `the answer to GET /quotes/{id} failed: of\n${secret}`,
    ],
    ['is no answer', () => ({ status: secret }) as never, 'status must be a whole number'],
    ['is nothing', () => undefined as never, 'answer must be an object with status'],
  ])('is a problem of the server where it %s, and a line in the log that has no secrets', async (_, make, detail) => {
    const logger = new KeptLog();
    const server = await start({ answers: { 'GET /quotes/{id}': make }, logger });
    const answer = await fetch(`${server.url}/quotes/1?${encodeURIComponent(secret)}`);

    expect(answer.status).toBe(500);
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(await answer.json()).toMatchObject({ status: 500, detail: expect.stringContaining(detail) });
    const line = logger.lines.find(({ level }) => level === 'error');
    expect(line).toMatchObject({ message: 'GET /quotes/1 failed by mistake', path: '/quotes/1', status: 500 });
    expect(line?.error).toMatchObject({
      message: expect.stringMatching(/^the answer to GET \/quotes\/\{id\} failed by \w+$/),
    });
    expect((line?.error as Error | undefined)?.stack).toMatch(/\n {4}at .*answers/);
    expect(JSON.stringify(logger.lines)).not.toContain('t0p');
    expect(server.journal.entries()).toMatchObject([{ outcome: 'answered', status: 500 }]);
  });

  it.each<[string, () => object]>([
    ['fails', () => ({ body: new Readable({ read: fail }) })],
    ['has failed before', () => ({ body: new Readable().destroy(new Error('of t0p')) })],
    ['has pieces that are no bytes', () => ({ body: Readable.from([1]) })],
    ['is shorter than it says', () => ({ headers: { 'content-length': 5 }, body: Readable.from(['four']) })],
    ['is longer than it says', () => ({ headers: { 'content-length': 3 }, body: Readable.from(['four']) })],
  ])('breaks the connection off where its stream %s, and says so', async (_, make) => {
    const warned = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const logger = new KeptLog();
    const server = await start({ answers: { '/': make }, logger });

    expect(await attempt(`${server.url}/`)).toEqual({ code: 'ECONNRESET' });
    await counted(server, { concurrency: 0 });
    const line = logger.lines.find(({ level }) => level === 'error');
    expect(line?.error).toMatchObject({ message: expect.stringMatching(/^the answer to \/ failed/) });
    expect(JSON.stringify([...logger.lines, String(warned.mock.calls[0]?.[0])])).not.toContain('t0p');
    expect(warned).toHaveBeenCalledTimes(1);
  });
});

describe('a fault that changes answers', () => {
  const stream = async function* () {
    yield '{"a":"first",';
    yield '"b":"second"}';
  };

  it.each<[string, () => object]>([
    ['object', () => ({ headers: { 'set-cookie': ['a=1', 'b=2'] }, body: { a: 'first', b: 'second' } })],
    ['stream', () => ({ headers: { 'set-cookie': ['a=1', 'b=2'] }, body: stream() })],
  ])('changes those of one’s own as well: an %s', async (_, make) => {
    const server = await start({ answers: { '/': make } });
    server.fail({ kind: 'truncate', bytes: 10 });
    const cut = new Conversation(server.port).ask('GET /');
    await cut.ended;
    server.fail({ kind: 'drip', bytes: 7, pause: 0 });
    const dripped = await fetch(server.url);

    expect(cut.heard).toMatch(/set-cookie: a=1\r\nset-cookie: b=2\r\n/);
    expect(cut.heard).toMatch(/content-length: 26\r\n/);
    expect(cut.heard).toMatch(/\r\n\r\n{"a":"firs$/);
    expect(dripped.headers.getSetCookie()).toEqual(['a=1', 'b=2']);
    expect(await dripped.json()).toEqual({ a: 'first', b: 'second' });
    expect(server.stats).toMatchObject({ failed: 2, faults: { truncate: 1, drip: 1 } });
  });

  it('cannot change one that has no end', async () => {
    vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const piece = Buffer.alloc(2 ** 22);
    async function* endless() {
      for (;;) yield piece;
    }
    const logger = new KeptLog();
    const server = await start({ answers: { '/': () => ({ body: endless() }) }, logger });
    server.fail({ kind: 'drip' });

    expect(await attempt(`${server.url}/`)).toEqual({ code: 'ECONNRESET' });
    await counted(server, { concurrency: 0 });
    expect(logger.lines.find(({ level }) => level === 'error')?.error).toMatchObject({
      message: 'a fault can change a body of at most 67108864 bytes',
    });
  });
});
