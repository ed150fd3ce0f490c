import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import { type AxiosAdapter, AxiosHeaders } from 'axios';
import { describe, expect, it } from 'vitest';
import { isPermanent } from '../../../src/core/index.js';
import type { FaultServerOptions } from '../../../src/fault-server/index.js';
import { RedirectError } from '../../../src/http/errors/index.js';
import { answerStage, failure, overTls, patience, tcpStage, transportWith, trustingAgent, wire } from './stage.js';

/** What arrived at a server. */
interface Arrival {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server that answers paths such as /307/where by redirecting there, and everything else by ending. */
async function crossing(locations: string[] = [], options: FaultServerOptions = {}) {
  const arrivals: Arrival[] = [];
  const stage = await answerStage(({ method, url, headers, bytes }) => {
    arrivals.push({ method, url, headers, body: String(bytes) });
    const [, status] = /^\/(3\d\d)/.exec(url) ?? [];
    if (status === undefined) return { body: 'there' };
    const body = status === '304' ? undefined : 'elsewhere';
    return { status: Number(status), headers: { location: locations.shift() ?? '/there' }, body };
  }, options);
  return Object.assign(stage, { arrivals, locations });
}

const secrets = {
  authorization: 'Bearer t',
  cookie: 'a=1',
  'proxy-authorization': 'Basic p',
  'x-api-key': 'k',
  'x-tenant': 'acme',
};

describe('redirects', () => {
  it('are followed on one connection, with all that was sent', async () => {
    const stage = await crossing();
    const { arrivals } = stage;

    const { status, body } = await transportWith().send(
      wire(`${stage.origin}/302/a`, { headers: secrets }),
      patience(),
    );

    expect({ status, body: String(body) }).toEqual({ status: 200, body: 'there' });
    expect(arrivals.map(({ url }) => url)).toEqual(['/302/a', '/there']);
    expect(arrivals[1]?.headers).toMatchObject(secrets);
    expect(stage.accepted).toBe(1);
  });

  it.each([
    [301, 'POST', 'GET'],
    [301, 'PUT', 'PUT'],
    [302, 'POST', 'GET'],
    [302, 'DELETE', 'DELETE'],
    [303, 'POST', 'GET'],
    [303, 'PUT', 'GET'],
    [303, 'HEAD', 'HEAD'],
    [307, 'POST', 'POST'],
    [308, 'PATCH', 'PATCH'],
  ])('by %d make of %s a %s', async (status, method, next) => {
    const { origin, arrivals } = await crossing();
    const [data, headers] =
      method === 'HEAD' ? [undefined, {}] : ['body', { 'content-type': 'text/plain', 'content-language': 'en' }];

    await transportWith().send(wire(`${origin}/${status}`, { method, data, headers }), patience());

    expect(arrivals[1]?.method).toBe(next);
    const sent = arrivals[1]?.headers;
    if (next === method) expect(arrivals[1]?.body).toBe(data ?? '');
    else {
      expect(arrivals[1]?.body).toBe('');
      expect([sent?.['content-type'], sent?.['content-language'], sent?.['content-length']]).toEqual([
        undefined,
        undefined,
        undefined,
      ]);
    }
  });

  it.each([300, 304, 305])('are not what %d asks for', async (status) => {
    const { origin, arrivals } = await crossing();

    expect(await transportWith().send(wire(`${origin}/${status}`), patience())).toMatchObject({ status });
    expect(arrivals).toHaveLength(1);
  });

  it('are the answer when none are to be followed, or they lead nowhere', async () => {
    const { origin } = await crossing();
    const { origin: silent } = await answerStage({ status: 302, body: 'where?' });

    const transport = transportWith();

    expect(await transport.send(wire(`${origin}/302`, { maxRedirects: 0 }), patience())).toMatchObject({
      status: 302,
      headers: { location: '/there' },
      body: Buffer.from('elsewhere'),
    });
    expect(await transport.send(wire(silent), patience())).toMatchObject({ status: 302, body: Buffer.from('where?') });
  });

  it('are followed as often as allowed, and no more', async () => {
    const { origin, locations, arrivals } = await crossing(['/302/b', '/302/c']);
    const transport = transportWith();

    expect(await transport.send(wire(`${origin}/302/a`, { maxRedirects: 3 }), patience())).toMatchObject({
      status: 200,
    });
    arrivals.length = 0;
    locations.push('/302/b', '/302/c');
    const error = await failure(transport.send(wire(`${origin}/302/a`, { maxRedirects: 2 }), patience()));

    expect(error).toBeInstanceOf(RedirectError);
    expect(error.message).toContain('was redirected more than 2 times');
    expect(isPermanent(error)).toBe(true);
    expect(arrivals).toHaveLength(3);
  });

  it.each([
    ['ftp://files.test/a', 'ftp:, which is neither'],
    ['javascript:alert(1)', 'javascript:, which is neither'],
    ['http://[::bad/?token=hush', 'no URL'],
  ])('to %s are refused without showing the way', async (location, reason) => {
    const { origin } = await crossing([location]);

    const error = await failure(transportWith().send(wire(`${origin}/302`), patience()));

    expect(error).toBeInstanceOf(RedirectError);
    expect(error.message).toContain(reason);
    expect(error.message).not.toContain('hush');
  });

  it.each([
    ['UTF-8', Buffer.from('/grüße?q=é').toString('latin1'), '/gr%C3%BC%C3%9Fe?q=%C3%A9'],
    ['Latin-1', '/gr\u00fc\u00dfe', '/gr%C3%BC%C3%9Fe'],
  ])('may be written in %s', async (_, location, path) => {
    const { origin, arrivals } = await crossing([location]);

    await transportWith().send(wire(`${origin}/302/a`), patience());

    expect(arrivals[1]?.url).toBe(path);
  });

  it('are not followed once patience has ended, whenever that is', async () => {
    const urls: (string | undefined)[] = [];
    const attempt = patience();
    const adapter: AxiosAdapter = async (config) => {
      urls.push(config.url);
      const data = new Readable({ read() {} });
      config.signal?.addEventListener?.('abort', () => attempt.end(new Error('enough')));
      return { data, status: 302, statusText: '', headers: new AxiosHeaders({ location: '/b' }), config };
    };

    const error = await failure(transportWith({ adapter }).send(wire('http://maps.test/a'), attempt));

    expect(error.message).toBe('enough');
    expect(urls).toEqual(['http://maps.test/a']);
  });

  it('resolve against where they come from, and ignore credentials that stand there', async () => {
    const other = await crossing();
    const { origin } = await crossing([`//eve:pw@127.0.0.1:${other.port}/303/x`, 'y?z#w']);

    await transportWith().send(wire(`${origin}/302/a`), patience());

    expect(other.arrivals.map(({ url }) => url)).toEqual(['/303/x', '/there']);
    expect(other.arrivals[0]?.headers.authorization).toBeUndefined();
  });
});

describe('credentials', () => {
  const isCredential = (name: string) => name === 'x-tenant';
  const kept = (headers: IncomingHttpHeaders | undefined) =>
    Object.keys(secrets).filter((name) => headers?.[name] !== undefined);

  it('stay behind when a redirect leads to another port, and do not come back', async () => {
    const other = await crossing();
    const { origin, arrivals, locations } = await crossing([`${other.origin}/302/b`]);
    other.locations.push(`${origin}/home`);
    const headers = { ...secrets, 'x-plain': 'stays', host: 'maps.test' };

    await transportWith({ isCredential }).send(wire(`${origin}/302/a`, { headers }), patience());

    expect(locations).toEqual([]);
    expect(kept(arrivals[0]?.headers)).toEqual(Object.keys(secrets));
    expect(arrivals[0]?.headers.host).toBe('maps.test');
    expect(kept(other.arrivals[0]?.headers)).toEqual([]);
    expect(other.arrivals[0]?.headers).toMatchObject({ 'x-plain': 'stays', host: other.origin.slice(7) });
    expect(arrivals[1]?.url).toBe('/home');
    expect(kept(arrivals[1]?.headers)).toEqual([]);
  });

  it('of the URL go to its origin alone', async () => {
    const other = await crossing();
    const { origin, arrivals } = await crossing(['/302/b', `${other.origin}/c`]);

    await transportWith().send(wire(`${origin.replace('//', '//ann:pw@')}/302/a`), patience());

    expect(arrivals.map(({ headers }) => headers.authorization)).toEqual(['Basic YW5uOnB3', 'Basic YW5uOnB3']);
    expect(other.arrivals[0]?.headers.authorization).toBeUndefined();
  });

  it('are no keys by which servers recognise what they have seen', async () => {
    const other = await crossing();
    const { origin } = await crossing([`${other.origin}/b`]);
    const headers = { 'idempotency-key': '"k"', 'x-api-key': 'k' };

    await transportWith().send(wire(`${origin}/307/a`, { method: 'POST', headers, data: 'all' }), patience());

    expect(other.arrivals[0]?.headers).toMatchObject({ 'idempotency-key': '"k"' });
    expect(other.arrivals[0]?.headers).not.toHaveProperty('x-api-key');
  });

  it('stay behind when a redirect leaves TLS', async () => {
    const plain = await crossing();
    const { origin } = await crossing([`${plain.origin}/b`], overTls);

    await transportWith({ httpsAgent: trustingAgent(), isCredential }).send(
      wire(`${origin}/302/a`, { headers: secrets }),
      patience(),
    );

    expect(plain.arrivals).toHaveLength(1);
    expect(kept(plain.arrivals[0]?.headers)).toEqual([]);
  });
});

describe('the body of a redirected request', () => {
  it.each([307, 308, 301])('cannot be sent again by %d when it is a stream', async (status) => {
    const { origin, arrivals } = await crossing();
    const data = Readable.from([Buffer.from('once')]);

    const error = await failure(transportWith().send(wire(`${origin}/${status}`, { method: 'PUT', data }), patience()));

    expect(error).toBeInstanceOf(RedirectError);
    expect(error.message).toContain(`redirected with ${status}, and its body is a stream`);
    expect(arrivals).toHaveLength(1);
  });

  it('is not needed for a 303', async () => {
    const { origin, arrivals } = await crossing();
    const data = Readable.from([Buffer.from('once')]);

    await transportWith().send(wire(`${origin}/303`, { method: 'POST', data }), patience());

    expect(arrivals.map(({ method, body }) => [method, body])).toEqual([
      ['POST', 'once'],
      ['GET', ''],
    ]);
  });

  it('is drawn up anew when it is a form', async () => {
    const { origin, arrivals } = await crossing();
    const data = new FormData();
    data.append('city', 'Bern');

    await transportWith().send(wire(`${origin}/307`, { method: 'POST', data }), patience());

    expect(arrivals.map(({ body }) => body.includes('Bern'))).toEqual([true, true]);
  });
});

describe('the answer that redirects', () => {
  it('costs its connection when it is long or does not say how long', async () => {
    const stage = await answerStage(({ url }) => {
      if (url === '/end') return { body: 'there' };
      const body = new Readable({ read() {} });
      body.push('on and on');
      return { status: 302, headers: { location: '/end' }, body };
    });

    expect(String((await transportWith().send(wire(stage.origin), patience())).body)).toBe('there');
    expect(stage.accepted).toBe(2);
  });

  it('counts as sent for what fails afterwards', async () => {
    const { origin } = await crossing(['http://127.0.0.1:1/']);
    const attempt = patience();

    const error = await failure(transportWith().send(wire(`${origin}/302`), attempt));

    expect(error).toMatchObject({ code: 'ECONNREFUSED', sent: true });
  });

  it('may break off, which is a failure', async () => {
    const { port } = await tcpStage((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 302 Found\r\nlocation: /a\r\ncontent-length: 9\r\n\r\nabc')),
    );

    expect(await failure(transportWith().send(wire(`http://127.0.0.1:${port}`), patience()))).toMatchObject({
      code: 'ECONNRESET',
    });
  });
});
