import { Agent } from 'node:http';
import { Readable } from 'node:stream';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { ClientClosedError, RestClient } from '../../src/http/index.js';

interface Echo {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

let server: FaultServer;
let client: RestClient;
beforeAll(async () => {
  server = await startFaultServer();
  client = new RestClient({
    name: 'echo',
    baseURL: server.url,
    headers: { 'X-Own': 'client' },
    query: { v: 1, lang: 'en' },
  });
});
afterAll(async () => {
  client.close();
  await server.close();
});

describe('a RestClient', () => {
  it.each(['get', 'post', 'put', 'patch', 'delete'] as const)('sends a %s and reads the answer', async (method) => {
    const response = await client[method]<Echo>('/echo');

    expect(response).toMatchObject({ status: 200, statusText: 'OK', isSuccess: true, requestId: expect.any(String) });
    expect(response.headers['content-type']).toBe('application/json; charset=utf-8');
    expect(response.data).toMatchObject({ method: method.toUpperCase(), path: '/echo', body: null });
  });

  it('sends a HEAD, whose answer has no body', async () => {
    const { status, headers, data } = await client.head('/items/7');

    expect([status, data]).toEqual([200, undefined]);
    expect(Number(headers['content-length'])).toBeGreaterThan(0);
  });

  it('sends any other method', async () => {
    expect((await client.request<Echo>('options', '/echo')).data.method).toBe('OPTIONS');
  });

  it('joins parameters and header fields to those of the client, which they replace or take back', async () => {
    const options = {
      query: { lang: 'de', tags: ['a', 'b'], v: undefined },
      headers: { 'x-OWN': undefined, 'X-Other': 7 },
    };
    const { query, headers } = (await client.get<Echo>('/echo', options)).data;

    expect(query).toEqual({ lang: 'de', tags: ['a', 'b'] });
    expect(headers).toMatchObject({
      'x-other': '7',
      'user-agent': 'holdfast',
      accept: expect.stringMatching(/^application\/json/),
    });
    expect(headers).not.toHaveProperty('x-own');
    expect((await client.get<Echo>('/echo')).data).toMatchObject({
      query: { v: '1', lang: 'en' },
      headers: { 'x-own': 'client' },
    });
  });

  it('takes header fields and parameters also from what lists them itself', async () => {
    const options = { headers: new Headers({ 'X-Own': 'mine' }), query: new URLSearchParams('lang=de&tags=a&tags=b') };
    const { query, headers } = (await client.get<Echo>('/echo', options)).data;

    expect(query).toEqual({ v: '1', lang: 'de', tags: ['a', 'b'] });
    expect(headers['x-own']).toBe('mine');
    const listed = { headers: new Map([['x-other', 7]]) as never, query: new Map([['page', 2]]) as never };
    expect((await client.get<Echo>('/echo', listed)).data).toMatchObject({
      query: { page: '2' },
      headers: { 'x-other': '7' },
    });
  });

  it.each<[string, unknown, string | undefined, unknown]>([
    ['an object', { a: 'ä' }, 'application/json; charset=utf-8', { a: 'ä' }],
    ['null', null, 'application/json; charset=utf-8', null],
    ['a text', 'ä', 'text/plain; charset=utf-8', 'ä'],
    ['a form', new URLSearchParams({ a: '1' }), 'application/x-www-form-urlencoded; charset=utf-8', 'a=1'],
    ['bytes', Uint8Array.of(0, 65, 66, 0).subarray(1, 3), 'application/octet-stream', 'AB'],
    ['a stream', () => Readable.from(['A', 'B']), 'application/octet-stream', 'AB'],
    ['nothing', undefined, undefined, null],
  ])('sends %s as its body', async (_, body, type, echoed) => {
    const { data } = await client.post<Echo>('/echo', { body: typeof body === 'function' ? body() : body });

    expect(data.headers['content-type']).toBe(type);
    expect(data.body).toEqual(echoed);
  });

  it('sends a multipart form', async () => {
    const form = new FormData();
    form.set('field', 'value');
    form.set('file', new Blob(['content'], { type: 'text/plain' }), 'a.txt');
    const { headers, body } = (await client.post<Echo>('/echo', { body: form })).data;
    const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(headers['content-type'] ?? '')?.[1];

    expect(boundary).toBeDefined();
    expect(body).toContain(`--${boundary}\r\nContent-Disposition: form-data; name="field"\r\n\r\nvalue`);
    expect(body).toContain('filename="a.txt"\r\nContent-Type: text/plain\r\n\r\ncontent');
  });

  it('sends what a function makes as what it is', async () => {
    const { data } = await client.post<Echo>('/echo', { body: () => ({ a: 1 }) });

    expect(data).toMatchObject({ headers: { 'content-type': 'application/json; charset=utf-8' }, body: { a: 1 } });
  });

  it('lets a content type be named, also of what a function makes', async () => {
    const headers = { 'Content-Type': 'application/vnd.own+json' };
    const made = await client.post<Echo>('/echo', { body: () => ({ a: 1 }), headers });

    expect(made.data.headers['content-type']).toBe('application/vnd.own+json');
    const { data } = await client.post<Echo>('/echo', { body: { a: 1 }, headers });

    expect(data).toMatchObject({ headers: { 'content-type': 'application/vnd.own+json' }, body: '{"a":1}' });
  });

  it('knows the id of a request, by what the server says or by what it sent', async () => {
    const headers = { 'X-Request-ID': 'mine' };
    expect((await client.get('/msg', { headers })).requestId).toBe('mine');
    server.fail({ status: 200, headers: { 'x-request-id': 'theirs' }, body: 1 });
    expect((await client.get('/msg', { headers })).requestId).toBe('theirs');
    server.heal();
  });

  it('sends credentials of its URL as basic authentication', async () => {
    using own = new RestClient({ baseURL: server.url.replace('//', '//user:p%40ss@') });

    expect((await own.get<Echo>('/echo')).data.headers.authorization).toBe(`Basic ${btoa('user:p@ss')}`);
  });

  it('follows a redirect, and leaves credentials behind where that leads to another host', async () => {
    const headers = { authorization: 'Bearer t0p', cookie: 'a=t0p', 'x-api-key': 't0p', 'x-trace': 'kept' };
    server.fail({ count: 1, status: 307, headers: { location: '/echo?same' } });
    expect((await client.get<Echo>('/msg', { headers })).data).toMatchObject({ headers, query: { same: '' } });

    await using other = await startFaultServer();
    server.fail({ count: 1, status: 307, headers: { location: `${other.url}/echo` } });
    const { data } = await client.get<Echo>('/msg', { headers });
    expect(data.headers['x-trace']).toBe('kept');
    expect(JSON.stringify(data)).not.toContain('t0p');
  });
});

describe('the connections of a RestClient', () => {
  it('are kept and used again, and all closed when it is', async () => {
    await using counted = await startFaultServer();
    const own = new RestClient({ baseURL: counted.url });
    for (let sent = 0; sent < 5; sent++) await own.get('/msg');
    expect(counted.stats.connections.accepted).toBe(1);
    await Promise.all(Array.from({ length: 4 }, () => own.get('/msg')));
    expect(counted.stats.connections.accepted).toBe(4);
    expect(counted.stats.connections.open).toBe(4);
    own.close();

    await vi.waitFor(() => expect(counted.stats.connections.open).toBe(0));
  });

  it('are kept after an error status, too', async () => {
    await using counted = await startFaultServer();
    counted.fail({ status: 503 });
    using own = new RestClient({ baseURL: counted.url, retry: false });
    for (let sent = 0; sent < 3; sent++) await expect(own.get('/msg')).rejects.toMatchObject({ status: 503 });

    expect(counted.stats.connections.accepted).toBe(1);
  });

  it('belong to an agent that it is given, which it leaves alone', async () => {
    await using counted = await startFaultServer();
    const httpAgent = new Agent({ keepAlive: true, maxSockets: 1 });
    const own = new RestClient({ baseURL: counted.url, httpAgent });
    await Promise.all([own.get('/msg'), own.get('/msg')]);
    own.close();

    expect(counted.stats.connections.accepted).toBe(1);
    expect(counted.stats.connections.open).toBe(1);
    httpAgent.destroy();
    await vi.waitFor(() => expect(counted.stats.connections.open).toBe(0));
  });

  it('end with their requests when it is closed; nothing is sent from then on', async () => {
    const own = new RestClient({ name: 'own', baseURL: server.url });
    const before = server.stats;
    const waiting = own.get('/msg?delay=60000');
    const rejected = expect(waiting).rejects.toThrow(
      `GET ${server.url}/msg?delay=60000 was not completed: the client own is closed`,
    );
    await vi.waitFor(() => expect(server.stats.inFlight).toBe(before.inFlight + 1));
    const unsent = own.get('/msg');
    own.close();
    own.close();

    await rejected;
    await expect(unsent).rejects.toBeInstanceOf(ClientClosedError);
    await expect(own.get('/msg')).rejects.toMatchObject({ code: 'HTTP_CLIENT_CLOSED', name: 'ClientClosedError' });
    await vi.waitFor(() => expect(server.stats).toMatchObject({ inFlight: 0, abandoned: before.abandoned + 1 }));
    expect(server.stats.requests).toBe(before.requests + 1);
  });
});

describe('wrong options', () => {
  it.each<[object, string]>([
    [{ baseUrl: 'http://h' }, 'RestClient: baseUrl is no option; it takes name, baseURL, timeout, headers'],
    [{ name: '1st' }, "RestClient: name must be a name: a letter, then letters, digits, _ . : or -, but got '1st'"],
    [{ baseURL: 'api.example.com' }, "baseURL must be an absolute URL, such as 'https://api.example.com/v1'"],
    [{ baseURL: null }, 'baseURL must be an absolute URL'],
    [{ baseURL: 'ftp://user:t0p@h' }, "http: RestClient: baseURL must begin with http: or https:, but got 'ftp:'"],
    [{ baseURL: 'http://h?key=t0p' }, 'baseURL must have no query and no fragment'],
    [{ baseURL: 'http://user:t0p@h:99999' }, 'baseURL must be an absolute URL'],
    [{ timeout: -1 }, 'RestClient: timeout must be a duration (milliseconds or a number with a unit'],
    [{ timeout: '-2s' }, "but got '-2s'"],
    [{ timeout: '2' }, "but got '2'"],
    [{ headers: { 'x a': '1' } }, "headers cannot have a field named 'x a'"],
    [
      { headers: { authorization: 'Bearer t0p\r\nx: y' } },
      "headers.authorization must be a text, a number, true or false, without line breaks and characters beyond Latin-1, but got '[redacted]'",
    ],
    [
      { headers: { 'x-own': 'one\ntwo' } },
      "headers.x-own must be a text, a number, true or false, without line breaks and characters beyond Latin-1, but got 'one\\ntwo'",
    ],
    [{ headers: { 'x-own': '→' } }, "but got '→'"],
    [{ headers: { 'x-own': {} } }, 'but got {}'],
    [{ headers: ['Bearer t0p'] }, 'headers must be an object of header fields'],
    [{ headers: null }, 'headers must be an object of header fields'],
    [{ query: { a: {} } }, 'query.a must be a text, a finite number, true or false, or a list of them, but got {}'],
    [
      { query: { token: [Symbol('t0p')] } },
      "query.token must be a text, a finite number, true or false, or a list of them, but got '[redacted]'",
    ],
    [{ query: { page: Number.NaN } }, 'but got NaN'],
    [{ query: 'token=t0p' }, 'query must be an object of parameters'],
    [{ headers: { 'Transfer-Encoding': 'chunked' } }, 'headers.Transfer-Encoding is for the client to say'],
    [
      { headers: { 'Idempotency-Key': 'k' } },
      'headers cannot have an Idempotency-Key: all requests would have the same',
    ],
    [{ proxy: 'http://user:t0p@proxy' }, 'RestClient: proxy must be an object with host and port, or false'],
    [{ proxy: {} }, 'proxy.host must be the name of a host'],
    [{ proxy: { host: 'h', port: 0 } }, 'proxy.port must be a whole number from 1 to 65535'],
    [{ proxy: { host: 'h', port: 1, protocol: 'socks5' } }, "proxy.protocol must be 'http' or 'https'"],
    [{ proxy: { host: 'h', port: 1, auth: 'user:t0p' } }, 'proxy.auth must have a username and a password'],
    [{ proxy: { host: 'h', port: 1, user: 'x' } }, 'proxy.user is not an option of a proxy'],
    [{ userAgent: '' }, "userAgent must be a text, but got ''"],
    [{ userAgent: 'a\nb' }, 'headers.user-agent must be a text'],
    [{ deadlineHeader: 'Content-Length' }, 'deadlineHeader must be the name of a header field that nobody else needs'],
    [{ mapErrors: async () => undefined }, 'mapErrors must be a function, and not an async one'],
    [{ mapErrors: { 404: async () => undefined } }, 'mapErrors.404 must be a function, and not an async one'],
    [{ httpAgent: {} }, 'httpAgent must be an http.Agent, but got {}'],
    [{ httpsAgent: new Agent() }, 'httpsAgent must be an https.Agent'],
    [{ runtime: {} }, 'runtime must be a Runtime, but got {}'],
  ])('of a client are refused when it is made: %o', (options, sentence) => {
    const error = caught(() => new RestClient(options));

    expect(error).toMatchObject({ name: 'InvalidOptionsError', message: expect.stringContaining(sentence) });
    expect(error?.message).not.toContain('t0p');
  });

  it.each<[object, string]>([
    [{ parms: {} }, 'echo: RestClient: parms is no option; it takes params, query, headers, body, timeout, signal'],
    [{ params: { id: 7 } }, 'echo: RestClient: params.id has no placeholder in the path'],
    [{ timeout: '1 fortnight' }, 'echo: RestClient: timeout must be a duration'],
    [{ signal: new AbortController() }, 'echo: RestClient: signal must be an AbortSignal'],
    [{ query: { a: Symbol('x') } }, 'echo: RestClient: query.a must be a text'],
    [{ headers: { 'x-own': 'a\r\nb' } }, 'echo: RestClient: headers.x-own must be a text'],
    [{ headers: { 'transfer-encoding': 'chunked' } }, 'echo: RestClient: headers.transfer-encoding is for the client'],
    [
      { headers: { 'Content-Length': 5 }, body: 'hello world' },
      'headers.content-length must be the length of the body',
    ],
    [
      { headers: { 'Idempotency-Key': 'a' }, idempotencyKey: 'b' },
      'echo: RestClient: idempotencyKey cannot be given beside a header field Idempotency-Key',
    ],
    [{ body: Promise.resolve('x') }, 'echo: RestClient: body must be a body, not a promise of one'],
    [{ body: 1n }, 'echo: RestClient: body must be something that JSON can hold'],
  ])('of a request reject it before it is sent: %o', async (options, sentence) => {
    const { requests } = server.stats;

    await expect(client.get('/msg', options)).rejects.toThrow(sentence);
    expect(server.stats.requests).toBe(requests);
  });

  it('such as a schema for a stream reject the request', async () => {
    const schema = { '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) } };
    const asked = client.stream('GET', '/msg', { schema } as object);

    await expect(asked).rejects.toThrow('echo: RestClient: schema cannot check what is read as a stream');
  });

  it.each(['GET /', '', 'CONNECT', 'connect', 7])('such as the method %j reject the request', async (method) => {
    await expect(client.request(method as string, '/msg')).rejects.toThrow(
      `echo: RestClient: method must be the name of an HTTP method, such as 'GET', and not CONNECT, but got ${inspect(method)}`,
    );
  });
});

function caught(act: () => unknown): Error | undefined {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return undefined;
}
