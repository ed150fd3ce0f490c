import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { type Fault, type FaultServer, startFaultServer } from '../../../src/fault-server/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { Conversation } from '../conversation.js';
import { partsOf, rawRequest } from '../raw-request.js';

let server: FaultServer;
const clock = new ManualClock();
beforeAll(async () => {
  server = await startFaultServer({ clock });
});
beforeEach(() => server.heal());
afterAll(() => server.close());

async function item(fault: Fault, method = 'GET') {
  server.fail(fault);
  const answer = await rawRequest(server.port, '/items/1', method);
  return { ...answer, ...partsOf(answer) };
}

describe('the drip fault', () => {
  it('sends the body piece by piece, by the clock of the server', async () => {
    server.fail({ kind: 'drip', bytes: 7, pause: '3s' });
    const client = new Conversation(server.port).ask('GET /items/abcdef');
    await client.until(/\r\n\r\n\{"id":"$/);
    expect(clock.due).toBe(3000);
    await clock.advance(3000);
    await client.until(/\r\n\r\n\{"id":"abcdef"$/);
    await clock.advance(2999);
    expect(server.stats.concurrency).toBe(1);
    await clock.advance(1);
    await client.until(/,"versi$/);
    await clock.advance('6s');
    await client.until(/,"version":\d+\}$/);

    expect(client.heard).toMatch(/\r\ncontent-length: 27\r\n/);
    await vi.waitFor(() => expect(server.stats.concurrency).toBe(0));
    client.leave();
  });

  it('sends sixteen bytes every tenth of a second unless told otherwise', async () => {
    server.fail({ kind: 'drip' });
    const client = new Conversation(server.port).ask('GET /items/abcdef');
    await client.until(/\r\n\r\n\{"id":"abcdef","$/);

    expect(clock.due).toBe(100);
    client.leave();
  });

  it('sends the head as slowly when asked to, and closes the connection then', async () => {
    server.fail({ kind: 'drip', bytes: 100, pause: 50, head: true });
    const client = new Conversation(server.port).ask('GET /items/1');
    await client.until(/^.{100}$/s);
    expect(client.heard).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    await clock.advance(50);
    await client.until(/\r\nconnection: close\r\n\r\n/);
    await clock.advance(50);

    expect(await client.ended).toBe('closed');
    expect(client.heard).toMatch(/\r\n\r\n\{"id":"1","version":\d+\}$/);
  });

  it('sends nothing but the head in answer to HEAD', async () => {
    expect((await item({ kind: 'drip', pause: '1h' }, 'HEAD')).text).toMatch(/content-length: \d+\r\n.*\r\n\r\n$/s);
    const slow = item({ kind: 'drip', bytes: 1000, pause: '1h', head: true }, 'HEAD');
    expect((await slow).text).toMatch(/content-length: \d+\r\n.*\r\n\r\n$/s);
  });

  it('stops when the client leaves', async () => {
    server.fail({ kind: 'drip', bytes: 1, pause: '1m' });
    const client = new Conversation(server.port).ask('GET /items/1');
    await client.until(/\r\n\r\n\{/);
    client.leave();

    await vi.waitFor(() => expect(server.stats.concurrency).toBe(0));
    expect(clock.pending).toBe(0);
  });
});

describe('the huge fault', () => {
  it.each([2, 3, 65_536, 65_537, 131_072, 131_073, 500_000])('sends one JSON text of %i bytes', async (bytes) => {
    const { head, body } = await item({ kind: 'huge', bytes });

    expect(head).toContain(`\r\ncontent-length: ${bytes}\r\n`);
    expect(body.length).toBe(bytes);
    expect(JSON.parse(body)).toBe('x'.repeat(bytes - 2));
  });

  it('sends 100 MiB unless told otherwise, and says so before', async () => {
    server.fail({ kind: 'huge' });
    const client = new Conversation(server.port).ask('HEAD /items/1');

    expect(await client.until(/\r\n\r\n$/)).toContain('\r\ncontent-length: 104857600\r\n');
    client.leave();
  });

  it('comes in chunks when asked to', async () => {
    const answer = await fetchHuge({ kind: 'huge', bytes: 300_000, framing: 'chunked' });

    expect(answer.headers.get('content-length')).toBeNull();
    expect(answer.headers.get('transfer-encoding')).toBe('chunked');
    expect(await answer.json()).toBe('x'.repeat(299_998));
  });

  it.each([2, 1000, 262_144, 262_145, 3_000_000])('is small on the wire when compressed: %i bytes', async (bytes) => {
    const { head, body } = await item({ kind: 'huge', bytes, gzip: true });

    expect(head).toContain(`\r\ncontent-length: ${body.length}\r\n`);
    expect(body.length).toBeLessThan(bytes / 800 + 200);
    expect(JSON.parse(gunzipSync(Buffer.from(body, 'latin1')).toString())).toBe('x'.repeat(bytes - 2));
  });

  it('streams a quarter of a gigabyte with little memory', { timeout: 60_000 }, async () => {
    const bytes = 256 * 2 ** 20;
    server.fail({ kind: 'huge', bytes });
    const before = process.memoryUsage.rss();
    const { read, most } = await readUntil(() => false);

    expect(read).toBe(bytes);
    expect(most - before).toBeLessThan(128 * 2 ** 20);
  });

  it.each([
    ['plain', {}],
    ['compressed', { gzip: true }],
  ])('goes on until the client leaves when it is endless: %s', async (_, how) => {
    server.fail({ kind: 'huge', endless: true, ...how });
    const { read, headers } = await readUntil((bytes) => bytes > 2 ** 20);

    expect(read).toBeGreaterThan(2 ** 20);
    expect(headers).not.toHaveProperty('content-length');
    await vi.waitFor(() => expect(server.stats.concurrency).toBe(0), 10_000);
  });

  it('waits for a client that does not read, and forgets it when it leaves', async () => {
    server.fail({ kind: 'huge', bytes: 10 * 2 ** 30 });
    const asked = request(`${server.url}/items/1`, { agent: false }).end();
    await once(asked, 'response');
    expect(server.stats.concurrency).toBe(1);
    asked.destroy();

    await vi.waitFor(() => expect(server.stats.concurrency).toBe(0), 10_000);
  });

  it('keeps the status of the usual answer', async () => {
    server.fail({ kind: 'huge', bytes: 2 });

    expect((await fetch(`${server.url}/nowhere`)).status).toBe(404);
    expect(await (await fetch(`${server.url}/nowhere`)).json()).toBe('');
  });
});

describe('the informational fault', () => {
  it.each([
    [undefined, 'HTTP/1.1 103 Early Hints\r\nLink: </early.css>; rel=preload; as=style\r\n\r\n'],
    [102 as const, 'HTTP/1.1 102 Processing\r\n\r\n'],
    [100 as const, 'HTTP/1.1 100 Continue\r\n\r\n'],
  ])('sends %s ahead of the usual answer', async (status, sent) => {
    const { text } = await item({ kind: 'informational', ...(status && { status }), times: 3 });

    expect(text.slice(0, 3 * sent.length)).toBe(sent.repeat(3));
    expect(text.slice(3 * sent.length)).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\n\{"id":"1","version":\d+\}$/s);
  });

  it('pauses after each, and stops when the client leaves', async () => {
    server.fail({ kind: 'informational', status: 102, times: 1000, pause: '2s' });
    const client = new Conversation(server.port).ask('GET /items/1');
    await client.until(/^HTTP\/1\.1 102 Processing\r\n\r\n$/);
    expect(clock.due).toBe(2000);
    await clock.advance(2000);
    await client.until(/^(HTTP\/1\.1 102 Processing\r\n\r\n){2}$/);
    client.leave();

    await vi.waitFor(() => expect(server.stats.concurrency).toBe(0));
    expect(clock.pending).toBe(0);
  });

  it('lets another fault strike behind it', async () => {
    server.fail([{ kind: 'informational' }, { status: 500 }]);

    expect((await rawRequest(server.port, '/items/1')).text).toMatch(/^HTTP\/1\.1 103.*\r\n\r\nHTTP\/1\.1 500 /s);
  });
});

/** Reads an answer until it ends or a number of bytes is enough, and then leaves; tells how much memory was used at most. */
async function readUntil(enough: (bytes: number) => boolean) {
  const asked = request(`${server.url}/items/1`, { agent: false }).end();
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  let [read, most, chunks] = [0, 0, 0];
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    read += chunk.length;
    if (chunks++ % 100 === 0) most = Math.max(most, process.memoryUsage.rss());
    if (enough(read)) break;
  }
  asked.destroy();
  return { read, most, headers: answer.headers };
}

function fetchHuge(fault: Fault): Promise<Response> {
  server.fail(fault);
  return fetch(`${server.url}/items/1`);
}
