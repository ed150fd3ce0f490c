import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type FaultServer, type MalformedPart, startFaultServer } from '../../../src/fault-server/index.js';
import { Conversation } from '../conversation.js';
import { partsOf, rawRequest } from '../raw-request.js';

let healthyBody: string;
let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
  healthyBody = partsOf(await rawRequest(server.port, '/echo')).body;
});
beforeEach(() => server.heal());
afterAll(() => server.close());

async function echo(fault: Fault, method = 'GET') {
  server.fail(fault);
  const answer = await rawRequest(server.port, '/echo', method);
  return { ...answer, ...partsOf(answer) };
}

describe('the malformed fault', () => {
  it('sends bytes that are no HTTP', async () => {
    const { text, ended } = await echo({ kind: 'malformed', part: 'garbage' });

    expect(text).toBe(Array.from({ length: 256 }, (_, index) => String.fromCharCode(255 - index)).join(''));
    expect(ended).toBe('closed');
  });

  it('sends them in answer to HEAD as well', async () => {
    expect((await echo({ kind: 'malformed', part: 'garbage' }, 'HEAD')).text).toHaveLength(256);
  });

  it.each<[string, MalformedPart | undefined, RegExp]>([
    ['no status code unless told otherwise', undefined, /^HTTP\/1\.1 OK\r\n/],
    ['no status code', 'statusLine', /^HTTP\/1\.1 OK\r\n/],
    ['a line without a colon', 'fieldWithoutColon', /\r\nx-broken no colon$/],
    ['a control character in a name', 'fieldName', /\r\nx-[^ -~]broken: name$/],
    ['a NUL in a value', 'fieldNul', /\r\nx-broken: a\0b$/],
    ['a field that is too large', 'fieldTooLarge', /\r\nx-large: x{65536}$/],
    ['two lengths that differ', 'unequalLengths', /\r\ncontent-length: (\d+)\r\n.*\r\ncontent-length: (?!\1)\d+$/s],
  ])('sends a head with %s', async (_, part, sent) => {
    const { head, body, ended } = await echo({ kind: 'malformed', ...(part && { part }) });

    expect(head).toMatch(sent);
    expect(body).toBe(healthyBody);
    expect(ended).toBe('closed');
  });

  it('sends as large a field as asked', async () => {
    const { head } = await echo({ kind: 'malformed', part: 'fieldTooLarge', bytes: 20_000 });

    expect(head).toMatch(/\r\nx-large: x{20000}$/);
  });

  it('sends chunks beside a length', async () => {
    const { head, body } = await echo({ kind: 'malformed', part: 'bothLengths' });

    expect(head).toContain(`\r\ncontent-length: ${healthyBody.length}\r\n`);
    expect(head).toContain('\r\ntransfer-encoding: chunked');
    expect(body).toBe(`${healthyBody.length.toString(16)}\r\n${healthyBody}\r\n0\r\n\r\n`);
  });

  it('sends a chunk whose size is no number', async () => {
    const { head, body } = await echo({ kind: 'malformed', part: 'chunkSize' });

    expect(head).not.toContain('content-length');
    expect(body).toBe(`zz\r\n${healthyBody}\r\n0\r\n\r\n`);
  });

  it.each<[MalformedPart]>([['statusLine'], ['fieldTooLarge'], ['bothLengths'], ['chunkSize']])(
    'sends no body in answer to HEAD: %s',
    async (part) => {
      expect((await echo({ kind: 'malformed', part }, 'HEAD')).text).toMatch(/^HTTP.*\r\n\r\n$/s);
    },
  );

  it.each<[string, MalformedPart, (body: string) => void]>([
    ['JSON that ends too early', 'json', (body) => expect(body).toBe(healthyBody.slice(0, -1))],
    ['a byte that no UTF-8 has', 'utf8', (body) => expect(body).toBe(healthyBody.replace('"', '"\xff'))],
    ['gzip that is none', 'gzip', (body) => expect(body).toBe(healthyBody)],
    [
      'gzip that is cut',
      'gzipCut',
      (body) => expect(() => gunzipSync(Buffer.from(body, 'latin1'))).toThrow('end of file'),
    ],
    ["a proxy's page", 'html', (body) => expect(body).toMatch(/^<!doctype html>.*502 Bad Gateway/s)],
  ])('sends %s in proper HTTP', async (_, part, look) => {
    const { head, body } = await echo({ kind: 'malformed', part });

    expect(head).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    expect(head).toContain(`\r\ncontent-length: ${body.length}\r\n`);
    expect(/\r\ncontent-encoding: gzip\r\n/.test(head)).toBe(part.startsWith('gzip'));
    expect(head).toContain(
      `\r\ncontent-type: ${part === 'html' ? 'text/html' : 'application/json'}; charset=utf-8\r\n`,
    );
    look(body);
  });
});

describe('the contentLength fault', () => {
  it.each<[string, Fault, number]>([
    ['ten bytes more', { kind: 'contentLength' }, 10],
    ['more, as many as asked', { kind: 'contentLength', by: 3 }, 3],
    ['less', { kind: 'contentLength', says: 'less', by: 4 }, -4],
  ])('announces %s than it sends', async (_, fault, off) => {
    const { head, body } = await echo(fault);

    expect(head).toContain(`\r\ncontent-length: ${healthyBody.length + off}\r\n`);
    expect(body).toBe(healthyBody);
  });

  it('announces nothing at least', async () => {
    expect((await echo({ kind: 'contentLength', says: 'less', by: 100_000 })).head).toContain(
      '\r\ncontent-length: 0\r\n',
    );
  });

  it('leaves a client that was told of more to wait, and then takes the next answer for the rest', async () => {
    server.fail({ kind: 'contentLength', by: 17, count: 1 });
    const client = new Conversation(server.port).ask('GET /items/1');
    await client.until(/"version":\d+\}$/);
    expect(server.stats.concurrency).toBe(0);
    await client.ask('GET /items/2').until(/\}HTTP\/1\.1 200 OK\r\n.*\}$/s);

    client.leave();
  });
});
