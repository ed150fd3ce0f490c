import { EventEmitter } from 'node:events';
import { type Agent, type ClientRequest, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import {
  ConnectTimeoutError,
  HttpTimeoutError,
  PoolTimeoutError,
  ReadTimeoutError,
  WriteTimeoutError,
} from '../../../src/http/errors/index.js';
import type { PhaseLimits, WireRequest } from '../../../src/http/wire.js';
import {
  answerStage,
  echo,
  failure,
  heldAnswers,
  httpStage,
  never,
  onCleanup,
  overTls,
  patience,
  tcpStage,
  tlsStage,
  transportWith,
  trustingAgent,
  until,
  wire,
} from './stage.js';

const none = Number.POSITIVE_INFINITY;

function limited(url: string, limits: Partial<PhaseLimits>, parts: Partial<WireRequest> = {}): WireRequest {
  return wire(url, { ...parts, limits: { pool: none, connect: none, write: none, read: none, ...limits } });
}

/** What has become of a promise, so far. */
function watched<T>(promise: Promise<T>) {
  const seen: { outcome?: 'value' | 'error'; error?: any; value?: T } = {};
  promise.then(
    (value) => Object.assign(seen, { outcome: 'value', value }),
    (error) => Object.assign(seen, { outcome: 'error', error }),
  );
  return seen;
}

describe('the wait for a connection', () => {
  it('ends with its limit, not before, and the request never leaves', async () => {
    const asked: string[] = [];
    const { origin } = await answerStage(({ url }) => {
      asked.push(url);
      return url === '/last' ? {} : never();
    });
    const transport = transportWith({ poolSize: 1 });
    const first = patience();
    const busy = failure(transport.send(wire(`${origin}/first`), first));
    await until(() => asked.length === 1);
    const attempt = patience();
    const waiting = watched(transport.send(limited(`${origin}/second`, { pool: 100, connect: 5, read: 5 }), attempt));

    await transport.clock.advance(99);
    expect(waiting.outcome).toBeUndefined();
    expect(transport.stats()).toMatchObject({ busy: 1, waiting: 1 });
    await transport.clock.advance(1);

    expect(waiting.error).toBeInstanceOf(PoolTimeoutError);
    expect(waiting.error).toMatchObject({ sent: false, timeout: 100, phase: 'pool' });
    expect(attempt.sent).toBe(false);
    expect(transport.stats()).toMatchObject({ waiting: 0 });
    first.end(new Error('enough'));
    await busy;
    await transport.send(wire(`${origin}/last`), patience());
    expect(asked).toEqual(['/first', '/last']);
  });

  it('forgets those who left the queue, and serves the others in their order', async () => {
    const { held: answers, make } = heldAnswers();
    const asked: string[] = [];
    const { origin } = await answerStage(({ url }) => {
      asked.push(url);
      return make();
    });
    const transport = transportWith({ poolSize: 1 });
    const send = (path: string, pool = none) => watched(transport.send(limited(origin + path, { pool }), patience()));
    const [first, second, third] = [send('/1'), send('/2', 50), send('/3')];
    await until(() => asked.length === 1);
    await transport.clock.advance(50);
    expect(second.error).toBeInstanceOf(PoolTimeoutError);
    expect(transport.stats()).toMatchObject({ busy: 1, waiting: 1 });

    answers[0]?.();
    await until(() => first.outcome && asked.length === 2);
    answers[1]?.();
    await until(() => third.outcome);

    expect(asked).toEqual(['/1', '/3']);
    expect(third.outcome).toBe('value');
  });

  it('is over once there is a connection, however long the rest takes', async () => {
    const { held: answers, make } = heldAnswers({ body: 'late' });
    const { origin } = await answerStage(make);
    const transport = transportWith({ poolSize: 1 });
    const [first, second] = [1, 2].map(() => watched(transport.send(limited(origin, { pool: 100 }), patience())));
    await until(() => answers.length === 1);
    await transport.clock.advance(60);
    answers[0]?.();
    await until(() => answers.length === 2);
    await transport.clock.advance(1000);
    answers[1]?.();

    await until(() => first?.outcome && second?.outcome);
    expect([first?.outcome, second?.outcome]).toEqual(['value', 'value']);
  });
});

describe('the connecting', () => {
  it('has its limit for the resolution of names', async () => {
    const transport = transportWith({ lookup: () => {} });
    const attempt = patience();
    const sending = watched(transport.send(limited('http://maps.invalid', { connect: 80, pool: 1 }), attempt));

    await transport.clock.advance(79);
    expect(sending.outcome).toBeUndefined();
    await transport.clock.advance(1);

    expect(sending.error).toBeInstanceOf(ConnectTimeoutError);
    expect(sending.error).toMatchObject({ sent: false, timeout: 80 });
    expect(attempt.sent).toBe(false);
  });

  it('has a limit of its own for those who had to wait before', async () => {
    const { held: answers, make } = heldAnswers({ headers: { connection: 'close' } });
    const { port } = await answerStage(make);
    let asked = 0;
    const lookup = (_: string, __: object, done: (error: null, address: string, family: 4) => void) => {
      if (asked++ === 0) done(null, '127.0.0.1', 4);
    };
    const transport = transportWith({ poolSize: 1, lookup });
    const url = `http://maps.invalid:${port}`;
    const first = transport.send(wire(url), patience());
    const second = watched(transport.send(limited(url, { pool: 100, connect: 70 }), patience()));
    await until(() => answers.length === 1);
    await transport.clock.advance(10);
    answers[0]?.();
    await first;
    await until(() => asked === 2 && transport.stats().waiting === 0);

    await transport.clock.advance(69);
    expect(second.outcome).toBeUndefined();
    await transport.clock.advance(1);

    expect(second.error).toBeInstanceOf(ConnectTimeoutError);
  });

  it('includes TLS, and closes the connection', async () => {
    const { port, sockets } = await tcpStage((socket) => socket.resume());
    const transport = transportWith({ httpsAgent: trustingAgent() });
    const attempt = patience();
    const sending = watched(
      transport.send(limited(`https://127.0.0.1:${port}`, { connect: 80, write: 1, read: 1 }), attempt),
    );
    await until(() => sockets.length === 1);

    await transport.clock.advance(80);

    expect(sending.error).toBeInstanceOf(ConnectTimeoutError);
    expect(attempt.sent).toBe(false);
    await until(() => sockets[0]?.destroyed);
  });

  it('includes TLS that goes on and on', async () => {
    const { port, sockets } = await tcpStage((socket) => {
      socket.resume().write(Buffer.from([0x16, 0x03, 0x03, 0x40, 0x00])); // the head of a record that is long in coming
      const dripping = setInterval(() => socket.write(Buffer.from([0x02])), 5);
      socket.on('close', () => clearInterval(dripping));
    });
    const transport = transportWith({ httpsAgent: trustingAgent() });
    const sending = watched(transport.send(limited(`https://127.0.0.1:${port}`, { connect: 80 }), patience()));
    await until(() => sockets.length === 1);
    for (let step = 0; step < 4; step++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await transport.clock.advance(20);
    }

    expect(sending.error).toBeInstanceOf(ConnectTimeoutError);
    await until(() => sockets[0]?.destroyed);
  });

  it('is over when the connection is there', async () => {
    const { origin } = await answerStage(async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return { body: 'there' };
    }, overTls);
    const transport = transportWith({ httpsAgent: trustingAgent() });
    const attempt = patience();
    const sending = transport.send(limited(origin, { connect: 80 }), attempt);
    await until(() => attempt.sent);
    await transport.clock.advance(1000);

    expect(String((await sending).body)).toBe('there');
  });

  it('is limited for agents that connect in ways of their own', async () => {
    const transport = transportWith({ httpAgent: new LateAgent(() => {}) as unknown as Agent });
    const sending = watched(transport.send(limited('http://127.0.0.1:1', { connect: 80, pool: 1 }), patience()));

    await transport.clock.advance(80);

    expect(sending.error).toBeInstanceOf(ConnectTimeoutError);
  });

  it('lets such agents send', async () => {
    const { port } = await answerStage({ body: 'by a way of its own' });
    const agent = new LateAgent((client) => setTimeout(() => client.onSocket(connect(port, '127.0.0.1')), 10));
    const attempt = patience();
    const transport = transportWith({ httpAgent: agent as unknown as Agent });

    const { body } = await transport.send(limited('http://maps.invalid', { connect: 80, read: 80 }), attempt);

    expect(String(body)).toBe('by a way of its own');
    expect(attempt.sent).toBe(true);
    expect(transport.stats()).toMatchObject({ origins: [] });
  });

  it('counts from when a request leaves the queue, also where its agent does not show it', async () => {
    const agent = new DeafAgent({ keepAlive: true, maxSockets: 1 });
    const { origin } = await answerStage(({ url }) => (url === '/first' ? never() : {}));
    const transport = transportWith({ httpAgent: agent });
    const first = patience();
    const busy = failure(transport.send(wire(`${origin}/first`), first));
    await until(() => first.sent);
    agent.deaf = true;
    const second = watched(transport.send(limited(`${origin}/second`, { pool: 100, connect: 70 }), patience()));
    await transport.clock.advance(10);
    agent.takeOut(); // as it does to connect for one who waits

    await transport.clock.advance(90);
    expect(second.outcome).toBeUndefined();
    await transport.clock.advance(70);

    expect(second.error).toBeInstanceOf(ConnectTimeoutError);
    first.end(new Error('enough'));
    await busy;
  });
});

describe('the sending', () => {
  const data = Buffer.alloc(64_000_000);

  it('ends when the server takes nothing for as long as its limit', async () => {
    const { port, sockets } = await tcpStage((socket) => socket.pause());
    const transport = transportWith();
    const attempt = patience();
    const request = limited(`http://127.0.0.1:${port}`, { write: 100, read: 1 }, { method: 'POST', data });
    const sending = watched(transport.send(request, attempt));
    await until(() => attempt.sent);
    await new Promise((resolve) => setTimeout(resolve, 50)); // until the buffers of the system are full

    await transport.clock.advance(99);
    expect(sending.outcome).toBeUndefined();
    await transport.clock.advance(101);

    expect(sending.error).toBeInstanceOf(WriteTimeoutError);
    expect(sending.error).toMatchObject({ sent: true, timeout: 100 });
    sockets[0]?.resume();
    await until(() => sockets[0]?.destroyed);
  });

  it.each([
    ['plain', 'http'],
    ['encrypted', 'https'],
  ])('goes on as long as the server takes something, even of one large chunk: %s', async (_, scheme) => {
    let taken: IncomingMessage | undefined;
    const stage = await (scheme === 'http' ? httpStage : tlsStage)((request, response) => {
      taken = request.on('end', () => response.end('all'));
    });
    const transport = transportWith({ httpsAgent: trustingAgent() });
    const attempt = patience();
    const sending = watched(transport.send(limited(stage.origin, { write: 100 }, { method: 'POST', data }), attempt));
    await until(() => taken);

    for (let round = 0; round < 12 && !sending.outcome; round++) {
      let bytes = 0;
      while (bytes < 3_000_000 && taken && !taken.readableEnded) {
        const chunk: Buffer | null = taken.read();
        bytes += chunk?.length ?? 0;
        if (!chunk) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
      await transport.clock.advance(99);
    }
    expect(sending.outcome).toBeUndefined();
    taken?.resume();
    await until(() => sending.outcome);

    expect(sending.outcome).toBe('value');
  });

  it('does not blame the server for a body that is slow itself', async () => {
    const { origin } = await answerStage(echo);
    const transport = transportWith();
    const data = new Readable({ read() {} });
    const attempt = patience();
    const sending = transport.send(limited(origin, { write: 100 }, { method: 'POST', data }), attempt);
    await until(() => attempt.sent);
    for (let round = 0; round < 5; round++) await transport.clock.advance(100);
    data.push('at last');
    data.push(null);

    expect(String((await sending).body)).toBe('at last');
  });
});

describe('the reading', () => {
  it.each(['http', 'https'])('ends when no answer begins for as long as its limit: %s', async (scheme) => {
    let asked = 0;
    const stage = await answerStage(
      () => {
        asked++;
        return never();
      },
      scheme === 'http' ? {} : overTls,
    );
    const transport = transportWith({ httpsAgent: trustingAgent() });
    const sending = watched(transport.send(limited(stage.origin, { read: 100 }), patience()));
    await until(() => asked === 1);

    await transport.clock.advance(99);
    expect(sending.outcome).toBeUndefined();
    await transport.clock.advance(1);

    expect(sending.error).toBeInstanceOf(ReadTimeoutError);
    expect(sending.error).toMatchObject({ sent: true, timeout: 100 });
    await until(() => stage.open === 0);
  });

  it('ends in time, however long the phases before might have taken', async () => {
    let asked = 0;
    const { origin } = await answerStage(() => {
      asked++;
      return never();
    });
    const transport = transportWith();
    const limits = { pool: 10_000, connect: 10_000, write: 5_000, read: 100 };
    const sending = watched(transport.send(limited(origin, limits), patience()));
    await until(() => asked === 1);

    await transport.clock.advance(100);

    expect(sending.error).toBeInstanceOf(ReadTimeoutError);
  });

  it('waits for a head that comes in bits', async () => {
    const { port, sockets } = await tcpStage(() => {});
    const transport = transportWith();
    const attempt = patience();
    const sending = watched(transport.send(limited(`http://127.0.0.1:${port}`, { read: 100 }), attempt));
    await until(() => attempt.sent && sockets[0]);

    for (const bit of ['HTTP/1.1 2', '00 OK\r\nx-', 'a: 1\r\nconte', 'nt-length: 0']) {
      sockets[0]?.write(bit);
      await new Promise((resolve) => setTimeout(resolve, 20));
      await transport.clock.advance(90);
    }
    expect(sending.outcome).toBeUndefined();
    sockets[0]?.write('\r\n\r\n');

    await until(() => sending.outcome);
    expect(sending.outcome).toBe('value');
  });

  it('ends exactly one limit after the last byte of a body that stops', async () => {
    const { port, sockets } = await tcpStage((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nab')),
    );
    const transport = transportWith();
    const sending = watched(transport.send(limited(`http://127.0.0.1:${port}`, { read: 100 }), patience()));
    await until(() => sockets[0]?.bytesWritten);
    await new Promise((resolve) => setTimeout(resolve, 30));
    await transport.clock.advance(90);
    sockets[0]?.write('cd');
    await new Promise((resolve) => setTimeout(resolve, 30));

    await transport.clock.advance(99);
    expect(sending.outcome).toBeUndefined();
    await transport.clock.advance(1);

    expect(sending.error).toBeInstanceOf(ReadTimeoutError);
    await until(() => sockets[0]?.destroyed);
  });

  it('takes every byte of a body for a sign of life', async () => {
    const { port, sockets } = await tcpStage((socket) =>
      socket.once('data', () => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\n')),
    );
    const transport = transportWith();
    const sending = transport.send(limited(`http://127.0.0.1:${port}`, { read: 100 }), patience());
    await until(() => sockets[0]?.bytesWritten);
    for (const byte of 'abcd') {
      await new Promise((resolve) => setTimeout(resolve, 20));
      await transport.clock.advance(90);
      sockets[0]?.write(byte);
    }

    expect(String((await sending).body)).toBe('abcd');
  });
});

describe('a request that is over', () => {
  it.each(['http', 'https'])('leaves no listener and no alarm behind: %s', async (scheme) => {
    const stage = await answerStage(echo, scheme === 'http' ? {} : overTls);
    const httpsAgent = trustingAgent();
    const httpAgent = new HttpAgent({ keepAlive: true });
    onCleanup(() => httpAgent.destroy());
    const transport = transportWith({ httpAgent, httpsAgent });
    const attempt = patience();
    let heard = 0;
    const { addEventListener, removeEventListener } = attempt;
    attempt.addEventListener = (...args) => {
      heard++;
      addEventListener.apply(attempt, args);
    };
    attempt.removeEventListener = (...args) => {
      heard--;
      removeEventListener.apply(attempt, args);
    };
    const limits = { pool: 1000, connect: 1000, write: 1000, read: 1000 };
    const counts = async (times: number) => {
      for (let count = 0; count < times; count++) {
        await transport.send(limited(stage.origin, limits, { method: 'POST', data: 'abc' }), attempt);
        expect(transport.clock.pending).toBe(0);
      }
      await until(() => transport.stats().idle === 1);
      const agent = scheme === 'http' ? httpAgent : httpsAgent;
      const [socket] = Object.values(agent.freeSockets).flat() as Socket[];
      return Object.fromEntries(socket!.eventNames().map((name) => [String(name), socket!.listenerCount(name)]));
    };

    const early = await counts(2);
    const late = await counts(50);

    expect(late).toEqual(early);
    expect(stage.accepted).toBe(1);
    expect(heard).toBe(0);
  });

  it('leaves no alarm behind after each of the failures', async () => {
    const { port } = await tcpStage((socket) => socket.once('data', () => socket.destroy()));
    const transport = transportWith();
    const limits = { pool: 1000, connect: 1000, write: 1000, read: 1000 };

    await failure(transport.send(limited(`http://127.0.0.1:${port}`, limits), patience()));
    await failure(transport.send(limited('http://127.0.0.1:1', limits), patience()));

    expect(transport.clock.pending).toBe(0);
  });

  it('is of one family of errors, whatever took too long', () => {
    for (const type of [ConnectTimeoutError, WriteTimeoutError, ReadTimeoutError]) {
      expect(type.prototype).toBeInstanceOf(HttpTimeoutError);
    }
  });
});

describe('patience', () => {
  it('is asked before anything is done', async () => {
    const stage = await answerStage({});
    const attempt = patience();
    const reason = new Error('too late');
    attempt.end(reason);

    expect(await failure(transportWith().send(wire(stage.origin), attempt))).toBe(reason);
    expect(stage.accepted).toBe(0);
  });

  it.each([
    ['in the queue', { poolSize: 1 }, false],
    ['while it waits for the answer', {}, true],
  ])('ends a request %s at once, and its connection is not used again', async (_, settings, sent) => {
    let asked = 0;
    const stage = await answerStage(({ url }) => {
      asked++;
      return url === '/again' ? {} : never();
    });
    const { origin } = stage;
    const transport = transportWith(settings);
    const [first, second] = [patience(), patience()];
    const busy = failure(transport.send(wire(origin), first));
    await until(() => asked === 1);
    const ended = failure(transport.send(wire(origin), second));
    await until(() => asked === 2 || transport.stats().waiting === 1);
    const reason = new Error('the caller left');
    let heard = false;
    void ended.then(() => {
      heard = true;
    });

    second.end(reason);
    for (let turn = 0; turn < 20; turn++) await Promise.resolve();

    expect(heard).toBe(true);
    expect(await ended).toBe(reason);
    expect(second.sent).toBe(sent);
    expect(transport.stats().waiting).toBe(0);
    first.end('not even an error');
    expect(await busy).toBe('not even an error');
    await until(() => stage.open === 0);
    await transport.send(wire(`${origin}/again`), patience());
    expect(stage.open).toBe(1);
  });

  it('ends a body that is on its way', async () => {
    const begun = new Readable({ read() {} });
    begun.push('begin');
    const stage = await answerStage(() => ({ body: begun }));
    const transport = transportWith();
    const attempt = patience();
    const ended = failure(transport.send(wire(stage.origin), attempt));
    await until(() => stage.server.stats.answered === 1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    attempt.end(new Error('the caller left'));

    expect(await ended).toMatchObject({ message: 'the caller left' });
    await until(() => stage.open === 0 && begun.destroyed);
  });
});

/** An agent that has no queue and connects when it likes, as those for proxies do. */
class LateAgent extends EventEmitter {
  readonly addRequest: (client: ClientRequest) => void;
  readonly defaultPort = 80;
  readonly protocol = 'http:';

  constructor(addRequest: (client: ClientRequest) => void) {
    super();
    this.addRequest = addRequest;
  }
}

/** An agent that opens connections that nobody sees. */
class DeafAgent extends HttpAgent {
  deaf = false;

  takeOut(): void {
    for (const name of Object.keys(this.requests)) Reflect.deleteProperty(this.requests, name);
  }
}
