import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Fault, type FaultServer, startFaultServer } from '../../../src/fault-server/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { Conversation } from '../conversation.js';
import { partsOf, type RawAnswer, rawRequest } from '../raw-request.js';

/** Of the answer to `GET /echo`, which is the same each time. */
let healthyBody: string;
let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
  healthyBody = partsOf(await rawRequest(server.port, '/echo')).body;
});
beforeEach(() => server.heal());
afterAll(() => server.close());

async function echo(fault: Fault, method = 'GET'): Promise<RawAnswer> {
  server.fail(fault);
  return rawRequest(server.port, '/echo', method);
}

describe.each([
  { kind: 'reset', ends: 'reset' },
  { kind: 'truncate', ends: 'closed' },
] as const)('the $kind fault', ({ kind, ends }) => {
  it('ends the connection without a byte at the start', async () => {
    expect(await echo({ kind, at: 'start' })).toEqual({ text: '', ended: ends });
  });

  it.each([0, 1, 17])('lets %i bytes of the head leave when asked to', async (bytes) => {
    const { text, ended } = await echo({ kind, at: 'head', bytes });

    expect(text).toBe('HTTP/1.1 200 OK\r\n'.slice(0, bytes));
    expect(ended).toBe(ends);
  });

  it('lets half of the head leave otherwise', async () => {
    const { head } = partsOf(await echo({ kind, at: 'body', bytes: 0 }));
    const { text } = await echo({ kind, at: 'head' });

    expect(text.length).toBe(Math.floor((head.length + 4) / 2));
    expect(head).toContain(text.slice(0, 80));
  });

  it('never lets all of a head leave', async () => {
    const { text } = await echo({ kind, at: 'head', bytes: 1_000_000 });

    expect(text).toMatch(/connection: keep-alive\r\n\r$/);
  });

  it.each([
    ['none of the body', 0, 0],
    ['as many bytes of the body as asked', 7, 7],
    ['half of the body when nothing is asked', undefined, 'half'],
    ['all but one byte of the body at most', 1_000_000, 'allButOne'],
  ] as const)('lets %s leave', async (_, bytes, left) => {
    const answer = await echo({ kind, at: 'body', ...(bytes === undefined ? {} : { bytes }) });
    const { head, body } = partsOf(answer);
    const sizes = { half: Math.floor(healthyBody.length / 2), allButOne: healthyBody.length - 1 };

    expect(head).toContain(`\r\ncontent-length: ${healthyBody.length}\r\n`);
    expect(body).toBe(healthyBody.slice(0, typeof left === 'string' ? sizes[left] : left));
    expect(answer.ended).toBe(ends);
  });

  it('strikes amid the head of an answer that has no body', async () => {
    const { text, ended } = await echo({ kind, at: 'body', bytes: 1_000_000 }, 'HEAD');

    expect(text).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(text).not.toContain('\r\n\r\n');
    expect(ended).toBe(ends);
  });

  it('counts as failed, not as abandoned by the client', async () => {
    const before = server.stats;
    for (const at of ['start', 'head', 'body'] as const) await echo({ kind, at });

    expect(server.stats).toMatchObject({ failed: before.failed + 3, abandoned: before.abandoned, inFlight: 0 });
  });
});

describe('the truncate fault', () => {
  it('cuts the body unless told otherwise', async () => {
    const { body } = partsOf(await echo({ kind: 'truncate' }));

    expect(body).toBe(healthyBody.slice(0, healthyBody.length / 2));
  });

  it.each([
    ['half of the body', undefined, 0.5],
    ['all of the body', 1_000_000, 1],
  ])('lacks the last chunk, after %s', async (_, bytes, share) => {
    const answer = await echo({ kind: 'truncate', framing: 'chunked', ...(bytes === undefined ? {} : { bytes }) });
    const { head, body } = partsOf(answer);
    const data = healthyBody.slice(0, healthyBody.length * share);

    expect(head).toContain('\r\ntransfer-encoding: chunked');
    expect(head).not.toContain('content-length');
    expect(body).toBe(`${data.length.toString(16)}\r\n${data}\r\n`);
    expect(answer.ended).toBe('closed');
  });

  it('sends no chunk at all for no bytes, since an empty one would be the last', async () => {
    expect(partsOf(await echo({ kind: 'truncate', framing: 'chunked', bytes: 0 })).body).toBe('');
  });

  it('leaves a client without a sign of the cut where the end of the connection is the end of the body', async () => {
    const { head, body } = partsOf(await echo({ kind: 'truncate', framing: 'close' }));

    expect(head).toMatch(/\r\nconnection: close$/);
    expect(head).not.toMatch(/content-length|transfer-encoding/);
    expect(body).toBe(healthyBody.slice(0, healthyBody.length / 2));
  });
});

describe('the hang fault', () => {
  it.each([
    ['head', 30, /^.{30}$/s],
    ['body', 5, /\r\n\r\n.{5}$/s],
  ] as const)('says nothing more amid the %s', async (at, bytes, heard) => {
    server.fail({ kind: 'hang', at, bytes });
    const { abandoned, failed } = server.stats;
    const client = new Conversation(server.port).ask('GET /echo');
    await client.until(heard);
    server.heal();
    await rawRequest(server.port, '/echo'); // others are answered meanwhile

    expect(client.heard).toMatch(heard);
    expect(server.stats).toMatchObject({ concurrency: 1, failed: failed + 1, abandoned });
    client.leave();
    await vi.waitFor(() => expect(server.stats.concurrency).toBe(0));
  });

  it.each(['start', 'head', 'body'] as const)(
    'gives its slot back when the time of the request is over, at the %s',
    async (at) => {
      const clock = new ManualClock();
      await using other = await startFaultServer({ clock, requestTimeout: 1000 });
      other.fail({ kind: 'hang', at });
      const client = new Conversation(other.port).ask('GET /echo');
      await vi.waitFor(() => expect(other.stats.faults.hang).toBe(1));
      if (at !== 'start') await client.until(/^HTTP/);
      await clock.advance(999);
      expect(other.stats.concurrency).toBe(1);
      await clock.advance(1);

      expect(other.stats.concurrency).toBe(0);
      expect(client.heard).not.toContain('504');
      client.leave();
    },
  );
});
