import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, it, vi } from 'vitest';
import {
  answerStage,
  failure,
  httpStage,
  onCleanup,
  overTls,
  patience,
  transportWith,
  trustingAgent,
  wire,
} from './stage.js';

/** A proxy that forwards by http and opens tunnels. */
async function proxy() {
  const asked: string[] = [];
  const stage = await httpStage((request, response) => {
    asked.push(`${request.headers['proxy-authorization'] ?? 'nobody'} ${request.method} ${request.url}`);
    const { method, headers, url = '' } = request;
    const onward = httpRequest(url, { method, headers: { ...headers, 'proxy-authorization': '' } }, (answer) => {
      response.writeHead(answer.statusCode ?? 0, answer.headers);
      answer.pipe(response);
    });
    request.pipe(onward);
  });
  stage.server.on('connect', ({ url = '', method }, socket) => {
    asked.push(`${method} ${url}`);
    const onward = connect(Number(url.split(':')[1]), '127.0.0.1').on('connect', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      onward.pipe(socket).pipe(onward);
    });
    for (const side of [onward, socket]) side.on('error', () => onward.destroy());
    onCleanup(() => onward.destroy());
  });
  return { ...stage, asked };
}

describe('a proxy', () => {
  it('is asked for what goes by http, with its own credentials', async () => {
    const { port, asked } = await proxy();
    const { origin } = await answerStage({ body: 'there' });
    const auth = { username: 'ann', password: 'pw' };
    const attempt = patience();

    const { body } = await transportWith({ proxy: { host: '127.0.0.1', port, protocol: 'http', auth } }).send(
      wire(`${origin}/a`),
      attempt,
    );

    expect(String(body)).toBe('there');
    expect(asked).toEqual([`Basic YW5uOnB3 GET ${origin}/a`]);
    expect(attempt.sent).toBe(true);
  });

  it('opens a tunnel for what goes by https', async () => {
    const { port, asked } = await proxy();
    const { port: there } = await answerStage({ body: 'there' }, overTls);
    const transport = transportWith({
      httpsAgent: trustingAgent(),
      proxy: { host: '127.0.0.1', port, protocol: 'http' },
    });

    expect(String((await transport.send(wire(`https://maps.test:${there}/a`), patience())).body)).toBe('there');
    expect(asked).toEqual([`CONNECT maps.test:${there}`]);
    expect(transport.clock.pending).toBe(0);
  });

  it('is taken from the environment, for each leg anew', async () => {
    const { origin: proxyOrigin, asked } = await proxy();
    const { origin } = await answerStage(({ path }) =>
      path === '/b' ? { body: 'there' } : { status: 302, headers: { location: '/b' } },
    );
    vi.stubEnv('http_proxy', proxyOrigin);
    vi.stubEnv('no_proxy', '');
    onCleanup(() => void vi.unstubAllEnvs());

    const { body } = await transportWith({ proxy: undefined }).send(wire(`${origin}/a`), patience());

    expect(String(body)).toBe('there');
    expect(asked).toEqual([`nobody GET ${origin}/a`, `nobody GET ${origin}/b`]);
  });

  it('that is not there means that nothing was sent', async () => {
    const transport = transportWith({ proxy: { host: '127.0.0.1', port: 1, protocol: 'http' } });

    for (const url of ['http://maps.invalid', 'https://maps.invalid']) {
      expect(await failure(transport.send(wire(url), patience()))).toMatchObject({ code: 'ECONNREFUSED', sent: false });
    }
  });
});
