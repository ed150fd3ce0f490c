import { Agent } from 'node:http';
import { describe, expect, it } from 'vitest';
import {
  answerStage,
  failure,
  heldAnswers,
  never,
  onCleanup,
  overTls,
  patience,
  transportWith,
  trustingAgent,
  until,
  wire,
} from './stage.js';

describe('the connections of a transport', () => {
  it('are counted by origin, with those who wait for one', async () => {
    const { held: answers, make } = heldAnswers();
    const plain = await answerStage(make);
    const secure = await answerStage(make, overTls);
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
    expect(plain.accepted).toBe(2);
  });

  it('are kept for as long as is said, or as the server says', async () => {
    const stage = await answerStage(({ url }) => (url === '/brief' ? { headers: { 'keep-alive': 'timeout=1' } } : {}));
    const { origin } = stage;
    const long = transportWith({ keepAliveFor: 60_000 });
    const short = transportWith({ keepAliveFor: 30 });
    await long.send(wire(origin), patience());
    await short.send(wire(origin), patience());
    await until(() => short.stats().idle === 0);

    expect(long.stats().idle).toBe(1);
    await until(() => stage.open === 1);
    expect(stage.accepted).toBe(2);
    await long.send(wire(`${origin}/brief`), patience());
    await until(() => long.stats().idle === 0);
  });

  it('are not kept at all when that is said', async () => {
    const stage = await answerStage(({ headers }) => ({ body: headers.connection }));
    const { origin } = stage;
    const transport = transportWith({ keepAlive: false });

    const { body } = await transport.send(wire(origin), patience());
    await transport.send(wire(origin), patience());

    expect(String(body)).toBe('close');
    expect(stage.accepted).toBe(2);
    await until(() => stage.open === 0);
  });

  it('are all closed with it, but for those of an agent that was given', async () => {
    const stage = await answerStage(({ url }) => (url === '/' ? {} : never()));
    const { origin } = stage;
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
    await until(() => stage.open === 1);
    expect(given.stats()).toMatchObject({ idle: 1 });
    expect(await given.send(wire(origin), patience())).toMatchObject({ status: 200 });
    expect(stage.accepted).toBe(2);
  });

  it('of others, who share an agent, are not counted', async () => {
    const { origin } = await answerStage({});
    const agent = new Agent({ keepAlive: true });
    onCleanup(() => agent.destroy());
    const [one, other] = [transportWith({ httpAgent: agent }), transportWith({ httpAgent: agent })];
    await one.send(wire(origin), patience());
    await until(() => one.stats().idle === 1);

    expect(other.stats()).toEqual({ busy: 0, idle: 0, waiting: 0, origins: [] });
  });
});
