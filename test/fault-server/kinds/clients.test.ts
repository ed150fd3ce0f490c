import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Fault, type FaultServer, startFaultServer } from '../../../src/fault-server/index.js';
import { type Seen, viaFetch, viaHttp } from '../client-failures.js';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
beforeEach(() => server.heal());
afterAll(() => server.close());

const parserError = expect.stringMatching(/^HPE_/);
/** Newer versions of fetch keep the code of their parser to themselves, or miss the body first. */
const unreadable = expect.stringMatching(/^HPE_|^HTTPParserError$|^UND_ERR_RES_CONTENT_LENGTH_MISMATCH$/);

describe('node:http', () => {
  it.each<[Fault, Seen]>([
    [{ kind: 'reset' }, { failed: 'ECONNRESET' }],
    [{ kind: 'reset', at: 'head' }, { failed: 'ECONNRESET' }],
    [{ kind: 'reset', at: 'body' }, { failed: 'ECONNRESET' }],
    [{ kind: 'truncate', at: 'start' }, { failed: 'ECONNRESET' }],
    [{ kind: 'truncate', at: 'head' }, { failed: 'ECONNRESET' }],
    [{ kind: 'truncate' }, { status: 200, failed: 'ECONNRESET' }],
    [
      { kind: 'truncate', framing: 'chunked' },
      { status: 200, failed: 'ECONNRESET' },
    ],
    [
      { kind: 'truncate', framing: 'close' },
      { status: 200, body: expect.stringMatching(/^\{"id":.*[^}]$/) },
    ],
    [{ kind: 'malformed', part: 'garbage' }, { failed: 'HPE_INVALID_CONSTANT' }],
    [{ kind: 'malformed', part: 'statusLine' }, { failed: parserError }],
    [{ kind: 'malformed', part: 'fieldWithoutColon' }, { failed: 'HPE_INVALID_HEADER_TOKEN' }],
    [{ kind: 'malformed', part: 'fieldName' }, { failed: 'HPE_INVALID_HEADER_TOKEN' }],
    [{ kind: 'malformed', part: 'fieldNul' }, { failed: 'HPE_INVALID_HEADER_TOKEN' }],
    [{ kind: 'malformed', part: 'fieldTooLarge' }, { failed: 'HPE_HEADER_OVERFLOW' }],
    [{ kind: 'malformed', part: 'bothLengths' }, { failed: parserError }],
    [{ kind: 'malformed', part: 'unequalLengths' }, { failed: 'HPE_UNEXPECTED_CONTENT_LENGTH' }],
    [
      { kind: 'contentLength', says: 'more' },
      { status: 200, failed: 'ECONNRESET' },
    ],
    [{ kind: 'redirect' }, { status: 302, body: expect.any(String) }],
    [
      { kind: 'informational', times: 20 },
      { status: 200, body: expect.stringMatching(/^\{"id":.*\}$/) },
    ],
    [
      { kind: 'informational', status: 100 },
      { status: 200, body: expect.stringMatching(/^\{"id":.*\}$/) },
    ],
    [
      { kind: 'drip', pause: 1, head: true },
      { status: 200, body: expect.stringMatching(/^\{"id":.*\}$/) },
    ],
  ])('makes of %j: %j', async (fault, seen) => {
    server.fail(fault);
    const { status, ...rest } = await viaHttp(`${server.url}/msg`);

    // where bytes and a reset come together, the answer may or may not have begun for it
    if (fault.kind === 'reset') expect(rest).toEqual(seen);
    else expect({ ...(status === undefined ? {} : { status }), ...rest }).toEqual(seen);
  });

  it.each<[Fault]>([[{ kind: 'hang' }], [{ kind: 'hang', at: 'head' }], [{ kind: 'hang', at: 'body' }]])(
    'waits as long as it has patience for what never comes: %j',
    async (fault) => {
      server.fail(fault);

      expect((await viaHttp(`${server.url}/msg`, 50)).failed).toMatch(/^IMPATIENT|ECONNRESET$/);
    },
  );
});

describe('fetch', () => {
  it.each<[Fault, Seen]>([
    [{ kind: 'reset' }, { failed: 'ECONNRESET' }],
    [{ kind: 'reset', at: 'head' }, { failed: 'ECONNRESET' }],
    [
      { kind: 'reset', at: 'body' },
      { status: 200, failed: 'ECONNRESET' },
    ],
    [{ kind: 'truncate', at: 'start' }, { failed: 'UND_ERR_SOCKET' }],
    [{ kind: 'truncate', at: 'head' }, { failed: 'UND_ERR_SOCKET' }],
    [{ kind: 'truncate' }, { status: 200, failed: 'UND_ERR_SOCKET' }],
    [
      { kind: 'truncate', framing: 'chunked' },
      { status: 200, failed: 'UND_ERR_SOCKET' },
    ],
    [
      { kind: 'truncate', framing: 'close' },
      { status: 200, body: expect.stringMatching(/^\{"id":.*[^}]$/) },
    ],
    [{ kind: 'malformed', part: 'garbage' }, { failed: unreadable }],
    [{ kind: 'malformed', part: 'statusLine' }, { failed: unreadable }],
    [{ kind: 'malformed', part: 'fieldWithoutColon' }, { failed: unreadable }],
    [{ kind: 'malformed', part: 'fieldName' }, { failed: unreadable }],
    [{ kind: 'malformed', part: 'fieldNul' }, { failed: unreadable }],
    [{ kind: 'malformed', part: 'fieldTooLarge' }, { failed: 'UND_ERR_HEADERS_OVERFLOW' }],
    [{ kind: 'malformed', part: 'bothLengths' }, { failed: unreadable }],
    [{ kind: 'malformed', part: 'unequalLengths' }, { failed: unreadable }],
    [
      { kind: 'malformed', part: 'chunkSize' },
      { status: 200, failed: unreadable },
    ],
    [
      { kind: 'malformed', part: 'gzip' },
      { status: 200, failed: 'Z_DATA_ERROR' },
    ],
    [
      { kind: 'malformed', part: 'json' },
      { status: 200, body: expect.stringMatching(/^\{.*[^}]$/) },
    ],
    [
      { kind: 'malformed', part: 'utf8' },
      { status: 200, body: expect.stringMatching(/^\{"\ufffdid":/) },
    ],
    [
      { kind: 'malformed', part: 'html' },
      { status: 200, body: expect.stringMatching(/502 Bad Gateway/) },
    ],
    [
      { kind: 'contentLength', says: 'less', by: 1 },
      { status: 200, body: expect.stringMatching(/^\{.*[^}]$/) },
    ],
    [{ kind: 'redirect' }, { failed: 'redirect count exceeded' }],
    [{ kind: 'redirect', to: 'circle', hops: 3, status: 307 }, { failed: 'redirect count exceeded' }],
    [{ kind: 'redirect', to: 'everNew', status: 301 }, { failed: 'redirect count exceeded' }],
    [{ kind: 'redirect', to: 'malformed' }, { failed: 'ERR_INVALID_URL' }],
    [
      { kind: 'redirect', to: 'nowhere' },
      { status: 302, body: expect.any(String) },
    ],
    [
      { kind: 'huge', bytes: 100_000, gzip: true },
      { status: 200, body: `"${'x'.repeat(99_998)}"` },
    ],
    [
      { kind: 'informational', times: 20 },
      { status: 200, body: expect.stringMatching(/^\{"id":.*\}$/) },
    ],
    [
      { kind: 'drip', pause: 1, head: true },
      { status: 200, body: expect.stringMatching(/^\{"id":.*\}$/) },
    ],
  ])('makes of %j: %j', async (fault, seen) => {
    server.fail(fault);

    expect(await viaFetch(`${server.url}/msg`)).toEqual(seen);
  });

  it.each<[Fault]>([
    [{ kind: 'hang' }],
    [{ kind: 'hang', at: 'head' }],
    [{ kind: 'hang', at: 'body' }],
    [{ kind: 'contentLength', says: 'more' }],
  ])('waits for what never comes until it is told to stop: %j', async (fault) => {
    server.fail(fault);

    expect((await viaFetch(`${server.url}/msg`, { signal: AbortSignal.timeout(50) })).failed).toBe('TimeoutError');
  });
});
