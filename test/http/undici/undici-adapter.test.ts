import { createServer, Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import axios, { type AxiosInstance, type AxiosProgressEvent } from 'axios';
import { Agent, MockAgent } from 'undici';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { startFaultServer } from '../../../src/fault-server/index.js';
import { type UndiciAdapter, type UndiciAdapterOptions, undiciAdapter } from '../../../src/http/undici/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { startWireServer, type WireServer } from './wire-server.js';

let server: WireServer;
const adapters: UndiciAdapter[] = [];
const closing: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  server = await startWireServer();
});
afterEach(async () => {
  await Promise.all(adapters.splice(0).map((adapter) => adapter.close()));
  await Promise.all(closing.splice(0).map((close) => close()));
  await until(() => server.sockets === 0); // no test leaves a connection behind
});
afterAll(() => server.close());

/** An axios instance over an adapter that is closed after the test. */
function api(options: UndiciAdapterOptions = {}, config: object = {}): AxiosInstance {
  const adapter = undiciAdapter(options);
  adapters.push(adapter);
  return axios.create({ baseURL: server.url, adapter, ...config });
}

/** Something that listens on loopback until the test is over. */
async function listening(started: {
  listen(port: number, host: string, done: () => void): unknown;
  address(): unknown;
  close(done: () => void): unknown;
}) {
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  closing.push(() => new Promise<void>((resolve) => started.close(resolve)));
  return (started.address() as AddressInfo).port;
}

/** Waits until something holds; for what sockets do in their own time. */
async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 100 && !holds(); tries++) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(holds()).toBe(true);
}

describe('undiciAdapter()', () => {
  it.each([
    [{ connections: 0 }, 'connections must be a whole number of at least 1'],
    [{ pipelining: 1.5 }, 'pipelining must be a whole number of at least 1'],
    [{ keepAliveTimeout: 'soon' }, 'keepAliveTimeout must be a duration'],
    [{ dispatcher: {} }, 'dispatcher must be a dispatcher of undici'],
    [{ dispatcher: new Agent(), connections: 3 }, 'connections is for connections of its own'],
    [{ agents: 1 }, 'agents is no option'],
  ])('says what is wrong with %j', (options, rule) => {
    expect(() => undiciAdapter(options as never)).toThrow(InvalidOptionsError);
    expect(() => undiciAdapter(options as never)).toThrow(`undiciAdapter(): ${rule}`);
  });

  it('keeps connections for the next request', async () => {
    const client = api();
    const before = server.accepted;
    for (let n = 0; n < 20; n++) await client.get('/json');

    expect(server.accepted - before).toBeLessThanOrEqual(2); // undici may take a second one before the first is known to be free
  });

  it('has no more connections than it may have', async () => {
    const client = api({ connections: 2 });
    const before = server.accepted;
    await Promise.all(Array.from({ length: 20 }, () => client.get('/json')));

    expect(server.accepted - before).toBe(2);
  });

  it('closes its own connections, and ends what is under way', async () => {
    const adapter = undiciAdapter();
    const never = axios.get(`${server.url}/never`, { adapter }).catch((error) => error);
    await until(() => server.sockets === 1);
    await adapter.close();
    await adapter.close();

    expect(await never).toMatchObject({ isAxiosError: true, code: 'ERR_NETWORK' });
    await until(() => server.sockets === 0);
    await expect(axios.get(`${server.url}/json`, { adapter })).rejects.toMatchObject({
      message: 'undiciAdapter() is closed',
    });
  });

  it('leaves the connections of a dispatcher of the user’s alone', async () => {
    const dispatcher = new Agent();
    const adapter = undiciAdapter({ dispatcher });
    await axios.get(`${server.url}/json`, { adapter });
    await adapter.close();

    expect(dispatcher.destroyed).toBe(false);
    expect((await dispatcher.request({ origin: server.url, path: '/text', method: 'GET' })).statusCode).toBe(200);
    await dispatcher.destroy();
  });

  it('sends by any dispatcher, such as a MockAgent', async () => {
    const dispatcher = new MockAgent();
    dispatcher.disableNetConnect();
    dispatcher.get('http://api.example.com').intercept({ path: '/a?b=1' }).reply(200, { mocked: true });
    const { data } = await api({ dispatcher }).get('http://api.example.com/a', { params: { b: 1 } });

    expect(data).toEqual({ mocked: true });
    await dispatcher.close();
  });

  it('speaks TLS as its dispatcher says, and else refuses a certificate that nobody knows', async () => {
    await using secure = await startFaultServer({ tls: true });
    const baseURL = `https://localhost:${secure.port}`;
    const dispatcher = new Agent({ connect: { ca: secure.certificate ?? '' } });
    closing.unshift(() => dispatcher.destroy());

    expect((await api({ dispatcher }, { baseURL }).get('/items/safe')).data).toMatchObject({ id: 'safe' });
    await expect(api({}, { baseURL }).get('/items/safe')).rejects.toMatchObject({
      isAxiosError: true,
      code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    });
  });

  it('sends over a Unix socket, if that is allowed', async () => {
    const socketPath = join(tmpdir(), `holdfast-undici-${process.pid}.sock`);
    const local = createServer((request, response) => response.end(`${request.headers.host} ${request.url}`));
    await new Promise<void>((resolve) => local.listen(socketPath, resolve));
    closing.push(() => new Promise((resolve) => local.close(resolve)));
    const client = api({}, { baseURL: undefined, socketPath });

    expect((await client.get('/a', { params: { b: 1 } })).data).toBe('localhost /a?b=1');
    const refused = client.get('/a', { allowedSocketPaths: ['/elsewhere'] });
    await expect(refused).rejects.toMatchObject({ code: 'ERR_BAD_OPTION_VALUE' });
  });

  it.each([
    ['httpsAgent', new HttpsAgent({ ca: 'a certificate' })],
    ['httpAgent', new (class extends HttpAgent {})()],
    ['lookup', () => undefined],
    ['family', 6],
    ['maxRate', 1000],
    ['transport', {}],
    ['insecureHTTPParser', true],
  ])('refuses %s, which it does not know, instead of leaving it undone', async (option, value) => {
    const refused = api().get('/json', { [option]: value });

    await expect(refused).rejects.toMatchObject({ code: 'ERR_NOT_SUPPORT', message: expect.stringContaining(option) });
  });

  it('passes over agents that only keep connections, and refuses HTTP/2', async () => {
    const httpAgent = new HttpAgent({ keepAlive: true, maxSockets: 5 });

    expect((await api().get('/json', { httpAgent })).status).toBe(200);
    await expect(api().get('/json', { httpVersion: 2 })).rejects.toMatchObject({ code: 'ERR_NOT_SUPPORT' });
  });

  it('refuses ways that its dispatcher does not know', async () => {
    const dispatcher = new Agent();
    closing.push(() => dispatcher.destroy());
    const client = api({ dispatcher });

    await expect(client.get('/json', { proxy: { host: 'p', port: 1 } })).rejects.toMatchObject({
      code: 'ERR_NOT_SUPPORT',
    });
    await expect(client.get('/json', { socketPath: '/s' })).rejects.toMatchObject({ code: 'ERR_NOT_SUPPORT' });
  });

  it('says that a stream cannot be sent to where a redirect leads', async () => {
    const sent = api().post('/redirect/307', Readable.from(['stream']));

    await expect(sent).rejects.toMatchObject({
      code: 'ERR_FR_REDIRECTION_FAILURE',
      message: 'Redirected request failed: the body was a stream, and cannot be sent again',
    });
  });

  it('lets the user change where a redirect leads', async () => {
    const { data, request } = await api().get('/redirect/302', {
      beforeRedirect: (options) => {
        options.path = '/echo?changed=1';
      },
    });

    expect(data.url).toBe('/echo?changed=1');
    expect(request.res.responseUrl).toBe(`${server.url}/echo?changed=1`);
  });

  it('keeps its connection when it follows a redirect', async () => {
    const client = api();
    const before = server.accepted;
    for (let n = 0; n < 5; n++) await client.get('/redirect/302');

    expect(server.accepted - before).toBeLessThanOrEqual(2);
  });

  it('gives a Blob of the right type', async () => {
    const { data } = await api().get<Blob>('/json', { responseType: 'blob' as never });

    expect(data.type).toBe('application/json');
    expect(await data.text()).toBe('{"a":[1,2]}');
  });

  it('reads a body no faster than its reader', async () => {
    const total = 40_000_000;
    let sent = 0;
    async function* source() {
      for (; sent < total; sent += 100_000) yield Buffer.alloc(100_000);
    }
    await using large = await startFaultServer({ answers: { 'GET /': () => ({ body: source() }) } });
    const baseURL = large.url;
    const { data } = await api().get<Readable>('/', { baseURL, responseType: 'stream' });
    for (let before = -1; before !== sent; ) {
      before = sent;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }

    expect(sent).toBeLessThan(total / 2); // what the connection holds, and not more
    expect((await buffer(data)).length).toBe(total);
  });

  it('lets go of a redirect that goes on and on', async () => {
    expect((await api().get('/endless-redirect')).data).toBe('Grüße');
    await until(() => server.unending === 0);
  });

  it('lets go of a redirect that stalls, also where there is one connection only', async () => {
    const clock = new ManualClock();
    const asking = api({ clock, connections: 1 }).get('/stalling-redirect');
    await until(() => clock.pending === 1);
    await clock.advance(1000);

    expect((await asking).data).toBe('Grüße');
    expect(clock.pending).toBe(0);
  });

  it('gives the body of a stream the time that it takes, as long as it moves', async () => {
    const { data } = await api().get<Readable>('/trickle', { responseType: 'stream', timeout: 100 });

    expect(await text(data)).toBe('........');
  });

  it.each([
    ['json', '/endless'],
    ['json', '/endless-gzip'],
    ['stream', '/endless'],
    ['stream', '/endless-gzip'],
  ] as const)(
    'closes the connection of an answer, read as %s from %s, that turns out too large',
    async (responseType, path) => {
      const sent = api()
        .get(path, { maxContentLength: 200_000, responseType })
        .then(({ data }) => text(data));

      await expect(sent).rejects.toMatchObject({ message: 'maxContentLength size of 200000 exceeded' });
      await until(() => server.unending === 0);
    },
  );
});

describe('undiciAdapter(), through a proxy', () => {
  const seen: {
    readonly method?: string | undefined;
    readonly url?: string | undefined;
    readonly authorization?: string | undefined;
  }[] = [];

  /** A proxy that notes what it is asked for: requests in whole, and tunnels. */
  async function startProxy(): Promise<number> {
    seen.length = 0;
    const proxy = createServer(async ({ method, url, headers }, response) => {
      seen.push({ method, url, authorization: headers['proxy-authorization'] });
      response.end(`by proxy for ${headers.host}`);
    });
    proxy.on('connect', ({ method, url, headers }, socket) => {
      seen.push({ method, url, authorization: headers['proxy-authorization'] });
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
    });
    return listening(proxy);
  }

  it('sends requests by http in whole, with what the proxy is to be told', async () => {
    const port = await startProxy();
    const proxy = { host: '127.0.0.1', port, auth: { username: 'jane', password: 'doe' } };
    const { data } = await api().get('http://api.example.com/a?b=1', { proxy });

    expect(data).toBe('by proxy for api.example.com');
    const authorization = `Basic ${Buffer.from('jane:doe').toString('base64')}`;
    expect(seen).toEqual([{ method: 'GET', url: 'http://api.example.com/a?b=1', authorization }]);
  });

  it('asks for a tunnel where the request goes by https', async () => {
    const port = await startProxy();
    const sent = api().get('https://api.example.com/secret', { proxy: { host: '127.0.0.1', port, protocol: 'http' } });

    await expect(sent).rejects.toMatchObject({ isAxiosError: true });
    expect(seen).toEqual([{ method: 'CONNECT', url: 'api.example.com:443', authorization: undefined }]);
  });

  it('takes the proxy of the environment, unless it is told not to, or the host is listed', async () => {
    const port = await startProxy();
    process.env.http_proxy = `http://jane:p%40w@127.0.0.1:${port}`;
    process.env.no_proxy = 'example.org, .internal.example, 127.0.0.1:1';
    closing.push(async () => {
      Reflect.deleteProperty(process.env, 'http_proxy');
      Reflect.deleteProperty(process.env, 'no_proxy');
    });
    const client = api();

    expect((await client.get('/text')).data).toMatch(/^by proxy/);
    expect(seen[0]?.authorization).toBe(`Basic ${Buffer.from('jane:p@w').toString('base64')}`);
    expect((await client.get('/text', { proxy: false })).data).toBe('Grüße');
    process.env.no_proxy = `127.0.0.1:${server.port}`;
    expect((await client.get('/text')).data).toBe('Grüße');
  });

  it('refuses a proxy with empty credentials', async () => {
    const proxy = { host: '127.0.0.1', port: 1, auth: { username: '', password: '' } };

    await expect(api().get('/text', { proxy })).rejects.toMatchObject({ code: 'ERR_BAD_OPTION' });
  });
});

describe('undiciAdapter(), in time', () => {
  const limits = { pool: 1000, connect: 1000, write: 1000, read: 1000 };

  it('waits no longer for a connection than the request says', async () => {
    const clock = new ManualClock();
    const waiting = new Agent({ connect: () => undefined }); // it never comes
    closing.push(() => waiting.destroy());
    const client = api({ dispatcher: waiting, clock });
    const phaseLimits = { ...limits, pool: 50, connect: 200 };
    let failed: unknown;
    client.get('/json', { phaseLimits }).catch((error) => {
      failed = error;
    });
    await new Promise((resolve) => setTimeout(resolve, 20));
    await clock.advance(249);
    expect(failed).toBeUndefined();
    await clock.advance(1);
    expect(failed).toMatchObject({ code: 'ETIMEDOUT', cause: { code: 'UND_ERR_CONNECT_TIMEOUT' } });

    const controller = new AbortController();
    const left = client.get('/json', { phaseLimits, signal: controller.signal });
    controller.abort();
    await expect(left).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    expect(clock.pending).toBe(0);
  });

  it('waits no longer for an answer than the request says', async () => {
    const sent = api().get('/never', { phaseLimits: { ...limits, read: 60 } });

    await expect(sent).rejects.toMatchObject({ code: 'ECONNABORTED', cause: { code: 'UND_ERR_HEADERS_TIMEOUT' } });
  });

  it.each(['json', 'stream'] as const)(
    'waits no longer for more of a body, read as %s, than the request says',
    async (responseType) => {
      const sent = api()
        .get('/stall', { responseType, phaseLimits: { ...limits, read: 60 } })
        .then(({ data }) => text(data));

      await expect(sent).rejects.toThrow(expect.objectContaining({ message: expect.stringMatching(/body timeout/i) }));
    },
  );

  it('counts the body as part of the time that axios’s timeout gives', async () => {
    const sent = api().get('/stall', { timeout: 60 });

    await expect(sent).rejects.toMatchObject({ code: 'ECONNABORTED', message: 'timeout of 60ms exceeded' });
  });

  it('leaves no alarm behind', async () => {
    const clock = new ManualClock();
    const client = api({ clock });
    await client.get('/json', { timeout: 1000, phaseLimits: limits });
    await client.get('/status/500', { timeout: 1000 }).catch(() => undefined);
    await text((await client.get('/text', { timeout: 1000, responseType: 'stream' })).data);

    expect(clock.pending).toBe(0);
  });

  it('tells how far an upload and a download have come', async () => {
    const up: AxiosProgressEvent[] = [];
    const down: AxiosProgressEvent[] = [];
    const data = Buffer.alloc(200_000, 'x');
    const client = api();
    await client.post('/echo', data, {
      onUploadProgress: (event) => up.push(event),
      onDownloadProgress: (event) => down.push(event),
    });

    expect(up.at(-1)).toMatchObject({
      loaded: 200_000,
      total: 200_000,
      progress: 1,
      upload: true,
      lengthComputable: true,
    });
    expect(up.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(200_000);
    expect(down.at(-1)).toMatchObject({ progress: 1, download: true });
    expect(server.seen.at(-1)?.body).toHaveLength(200_000);
  });
});

describe('undiciAdapter(), when nobody wants the answer any more', () => {
  /** As much of a signal as axios needs, and no AbortSignal. */
  function handMadeSignal() {
    const listeners = new Set<() => void>();
    const signal = {
      aborted: false,
      addEventListener: (_: string, listener: () => void) => void listeners.add(listener),
      removeEventListener: (_: string, listener: () => void) => void listeners.delete(listener),
    };
    const abort = () => {
      signal.aborted = true;
      for (const listener of listeners) listener();
    };
    return { signal, listeners, abort };
  }

  it('heeds a signal that is no AbortSignal, and closes the connection', async () => {
    const { signal, abort, listeners } = handMadeSignal();
    const sent = expect(api().get('/never', { signal })).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    await until(() => server.sockets === 1);
    abort();

    await sent;
    await until(() => server.sockets === 0);
    expect(listeners.size).toBe(0);
  });

  it('ends a body on its way, and lets go of the signal once it is read', async () => {
    const { signal, abort, listeners } = handMadeSignal();
    const { data } = await api().get<Readable>('/stall', { signal, responseType: 'stream' });
    const read = expect(text(data)).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    abort();
    await read;

    const calm = handMadeSignal();
    await text((await api().get('/text', { signal: calm.signal, responseType: 'stream' })).data);
    await until(() => listeners.size === 0 && calm.listeners.size === 0);
  });

  it('ends the body of an answer that is a failure', async () => {
    const { signal, abort, listeners } = handMadeSignal();
    const asking = api().get('/stalling-failure', { signal, responseType: 'stream' });
    const { response } = await asking.catch((error) => error);
    const read = expect(text(response.data)).rejects.toMatchObject({ code: 'ERR_CANCELED' });
    abort();

    await read;
    expect(listeners.size).toBe(0);
  });

  it.each([-1, 1_000_000])('closes the stream that it was sending (at most %d bytes)', async (maxBodyLength) => {
    const { signal, abort } = handMadeSignal();
    const data = new Readable({ read() {} });
    data.push('the beginning');
    const sent = expect(api().post('/json', data, { signal, maxBodyLength })).rejects.toMatchObject({
      code: 'ERR_CANCELED',
    });
    await until(() => server.sockets === 1);
    abort();

    await sent;
    await until(() => data.destroyed);
  });

  it('sends nothing that was aborted while it waited for a connection', async () => {
    const asked: unknown[] = [];
    let answer = () => {};
    const answered = new Promise<void>((resolve) => {
      answer = resolve;
    });
    await using slow = await startFaultServer({
      answers: {
        '/*': async ({ url }) => {
          asked.push(url);
          await answered;
          return { body: 'late' };
        },
      },
    });
    const client = api({ connections: 1 }, { baseURL: slow.url });
    const controller = new AbortController();
    const first = client.get('/first');
    const second = client.get('/second', { signal: controller.signal }).catch((error) => error.code);
    await until(() => asked.length === 1);
    controller.abort();

    expect(await second).toBe('ERR_CANCELED');
    answer();
    expect((await first).data).toBe('late');
    expect((await client.get('/third')).data).toBe('late');
    expect(asked).toEqual(['/first', '/third']);
  });
});
