import { Agent } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  failure,
  httpStage,
  onCleanup,
  patience,
  tlsStage,
  transportWith,
  trustingAgent,
  until,
  wire,
} from './stage.js';

describe('the connections of a transport', () => {
  it('are counted by origin, with those who wait for one', async () => {
    const answers: (() => void)[] = [];
    const plain = await httpStage((_, response) => answers.push(() => response.end()));
    const secure = await tlsStage((_, response) => answers.push(() => response.end()));
    const httpsAgent = trustingAgent();
    const transport = transportWith({ poolSize: 2, httpsAgent });
    const all = Promise.all(
      [...[1, 2, 3, 4].map(() => plain.origin), secure.origin].map((url) => transport.send(wire(url), patience())),
    );
    await until(() => answers.length === 3);

    const { origins, ...total } = transport.stats();
    expect(total).toEqual({ busy: 3, idle: 0, waiting: 2 });
    expect(origins).toEqual([
      { origin: plain.origin, busy: 2, idle: 0, waiting: 2 },
      { origin: secure.origin, busy: 1, idle: 0, waiting: 0 },
    ]);
    while (answers.length > 0) {
      answers.shift()?.();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await all;
    await until(() => transport.stats().busy === 0);

    expect(transport.stats()).toMatchObject({ busy: 0, idle: 3, waiting: 0 });
    expect(plain.sockets).toHaveLength(2);
  });

  it('are kept for as long as is said, or as the server says', async () => {
    const { origin, sockets } = await httpStage((request, response) => {
      if (request.url === '/brief') response.setHeader('keep-alive', 'timeout=1');
      response.end();
    });
    const long = transportWith({ keepAliveFor: 60_000 });
    const short = transportWith({ keepAliveFor: 30 });
    await long.send(wire(origin), patience());
    await short.send(wire(origin), patience());
    await until(() => short.stats().idle === 0);

    expect(long.stats().idle).toBe(1);
    await until(() => sockets[1]?.destroyed);
    await long.send(wire(`${origin}/brief`), patience());
    await until(() => long.stats().idle === 0);
  });

  it('are not kept at all when that is said', async () => {
    const { origin, sockets } = await httpStage((request, response) => response.end(request.headers.connection));
    const transport = transportWith({ keepAlive: false });

    const { body } = await transport.send(wire(origin), patience());
    await transport.send(wire(origin), patience());

    expect(String(body)).toBe('close');
    expect(sockets).toHaveLength(2);
    await until(() => sockets.every((socket) => socket.destroyed));
  });

  it('are all closed with it, but for those of an agent that was given', async () => {
    const { origin, sockets } = await httpStage((request, response) => {
      if (request.url === '/') response.end();
    });
    const agent = new Agent({ keepAlive: true });
    onCleanup(() => agent.destroy());
    const [own, given] = [transportWith(), transportWith({ httpAgent: agent })];
    await own.send(wire(origin), patience());
    await given.send(wire(origin), patience());
    const busy = failure(own.send(wire(`${origin}/hang`), patience()));
    await until(() => own.stats().busy === 1 && given.stats().idle === 1);

    own.close();
    given.close();

    expect(await busy).toMatchObject({ code: 'ECONNRESET' });
    await until(() => sockets[0]?.destroyed);
    expect(given.stats()).toMatchObject({ idle: 1 });
    expect(await given.send(wire(origin), patience())).toMatchObject({ status: 200 });
    expect(sockets).toHaveLength(2);
  });

  it('of others, who share an agent, are not counted', async () => {
    const { origin } = await httpStage((_, response) => response.end());
    const agent = new Agent({ keepAlive: true });
    onCleanup(() => agent.destroy());
    const [one, other] = [transportWith({ httpAgent: agent }), transportWith({ httpAgent: agent })];
    await one.send(wire(origin), patience());
    await until(() => one.stats().idle === 1);

    expect(other.stats()).toEqual({ busy: 0, idle: 0, waiting: 0, origins: [] });
  });
});
