import { Agent } from 'node:https';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type Fault,
  type FaultName,
  type FaultServer,
  type MalformedPart,
  startFaultServer,
  type TlsFault,
} from '../../src/fault-server/index.js';
import {
  ClientError,
  ConnectTimeoutError,
  HttpClientError,
  MalformedBodyError,
  NetworkError,
  RateLimitError,
  ReadTimeoutError,
  RedirectError,
  ResponseTooLargeError,
  RestClient,
  ServerError,
} from '../../src/http/index.js';
import { undiciAdapter } from '../../src/http/undici/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { watchLeaks } from '../../src/testing/index.js';

/** What a client makes of a fault: an error of a class with a code, or an answer all the same. */
type Outcome = 'an answer' | readonly [error: abstract new (...args: never) => HttpClientError, code: string | RegExp];

/** A fault, and what comes of it; where that takes all the time that there is, which limit is to be short. */
type Case = readonly [fault: Fault, outcome: Outcome, brief?: 'connect' | 'read'];

/** A case by names, for a table of tests. */
function named([fault, outcome, brief]: Case) {
  const end = outcome === 'an answer' ? outcome : `${outcome[0].name} ${outcome[1]}`;
  return { title: `${JSON.stringify(fault)}: ${end}`, fault, outcome, brief };
}

const reset = [NetworkError, 'ECONNRESET'] as const;
const silent = [ReadTimeoutError, 'HTTP_READ_TIMEOUT'] as const;
const tooLarge = [ResponseTooLargeError, 'HTTP_RESPONSE_TOO_LARGE'] as const;
const noJson = [MalformedBodyError, 'HTTP_MALFORMED_BODY'] as const;
const lost = [RedirectError, 'HTTP_REDIRECT'] as const;
const unreadable = [NetworkError, /^HPE_/] as const;
const unpackable = [NetworkError, /^Z_/] as const;

const malformed: Readonly<Record<MalformedPart, Outcome>> = {
  garbage: unreadable,
  statusLine: unreadable,
  fieldWithoutColon: unreadable,
  fieldName: unreadable,
  fieldNul: unreadable,
  fieldTooLarge: [NetworkError, 'HPE_HEADER_OVERFLOW'],
  bothLengths: unreadable,
  unequalLengths: unreadable,
  chunkSize: unreadable,
  json: noJson,
  utf8: noJson,
  gzip: unpackable,
  gzipCut: unpackable,
  html: 'an answer',
};

const ofTls: Readonly<Record<TlsFault['failure'], Outcome>> = {
  expired: [NetworkError, 'CERT_HAS_EXPIRED'],
  notYetValid: [NetworkError, 'CERT_NOT_YET_VALID'],
  wrongHost: [NetworkError, 'ERR_TLS_CERT_ALTNAME_INVALID'],
  selfSigned: [NetworkError, 'DEPTH_ZERO_SELF_SIGNED_CERT'],
  unknownIssuer: [NetworkError, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
  handshakeReset: reset,
  handshakeHang: [ConnectTimeoutError, 'HTTP_CONNECT_TIMEOUT'],
  handshakeAlert: [NetworkError, 'EPROTO'],
  oldProtocol: [NetworkError, 'EPROTO'],
  notTls: [NetworkError, 'EPROTO'],
  closedAmid: noJson,
};

/** The compiler sees to it that no kind is left out. */
const catalogue: Readonly<Record<FaultName, readonly Case[]>> = {
  status: [
    [{ status: 200 }, 'an answer'],
    [{ status: 404 }, [ClientError, 'HTTP_404']],
    [{ status: 429, retryAfter: 1 }, [RateLimitError, 'HTTP_429']],
    [{ status: 503 }, [ServerError, 'HTTP_503']],
  ],
  latency: [
    [{ kind: 'latency', latency: 5 }, 'an answer'],
    [{ kind: 'latency', latency: '1m' }, silent, 'read'],
  ],
  reset: [
    [{ kind: 'reset', at: 'connect' }, reset],
    [{ kind: 'reset' }, reset],
    [{ kind: 'reset', at: 'head' }, reset],
    [{ kind: 'reset', at: 'body' }, reset],
  ],
  refuse: [[{ kind: 'refuse' }, [NetworkError, 'ECONNREFUSED']]],
  tls: Object.entries(ofTls).map(([failure, outcome]) => {
    const fault: Fault = { kind: 'tls', failure: failure as TlsFault['failure'] };
    return failure === 'handshakeHang' ? [fault, outcome, 'connect'] : [fault, outcome];
  }),
  hang: [
    [{ kind: 'hang', at: 'connect' }, silent, 'read'],
    [{ kind: 'hang' }, silent, 'read'],
    [{ kind: 'hang', at: 'head' }, silent, 'read'],
    [{ kind: 'hang', at: 'body' }, silent, 'read'],
  ],
  graphqlErrors: [[{ kind: 'graphqlErrors', route: '/msg' }, 'an answer']],
  drip: [
    [{ kind: 'drip', bytes: 8, pause: 1 }, 'an answer'],
    [{ kind: 'drip', bytes: 32, pause: 1, head: true }, 'an answer'],
    [{ kind: 'drip', pause: '1m' }, silent, 'read'],
  ],
  truncate: [
    [{ kind: 'truncate', at: 'start' }, reset],
    [{ kind: 'truncate', at: 'head' }, reset],
    [{ kind: 'truncate' }, reset],
    [{ kind: 'truncate', framing: 'chunked' }, reset],
    [{ kind: 'truncate', framing: 'close' }, noJson],
  ],
  malformed: Object.entries(malformed).map(([part, outcome]) => [
    { kind: 'malformed', part: part as MalformedPart },
    outcome,
  ]),
  contentLength: [
    [{ kind: 'contentLength' }, silent, 'read'],
    [{ kind: 'contentLength', says: 'less' }, noJson],
  ],
  redirect: [
    [{ kind: 'redirect' }, lost],
    [{ kind: 'redirect', to: 'circle', status: 307 }, lost],
    [{ kind: 'redirect', to: 'everNew', status: 301 }, lost],
    [{ kind: 'redirect', to: 'malformed' }, lost],
    [{ kind: 'redirect', to: 'nowhere' }, [HttpClientError, 'HTTP_302']],
  ],
  huge: [
    [{ kind: 'huge' }, tooLarge],
    [{ kind: 'huge', framing: 'chunked' }, tooLarge],
    [{ kind: 'huge', endless: true }, tooLarge],
    [{ kind: 'huge', bytes: 900_000, gzip: true }, 'an answer'],
    [{ kind: 'huge', gzip: true }, tooLarge],
    [{ kind: 'huge', endless: true, gzip: true }, tooLarge],
  ],
  informational: [
    [{ kind: 'informational', times: 20 }, 'an answer'],
    [{ kind: 'informational', status: 100 }, 'an answer'],
    [{ kind: 'informational', status: 102 }, 'an answer'],
  ],
};

let plain: FaultServer;
let secure: FaultServer;
beforeAll(async () => {
  [plain, secure] = await Promise.all([startFaultServer(), startFaultServer({ tls: true })]);
});
beforeEach(() => {
  plain.heal();
  secure.heal();
});
afterAll(() => Promise.all([plain.close(), secure.close()]));

/** Ends before the test does: what hangs although it should not has another error than it should. */
const ample = { total: 4000, connect: 3500, read: 3500 };

/** Waits until something is so. */
const soon = (check: () => void) => vi.waitFor(check, { interval: 5, timeout: 4000 });

const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => error);

describe.each(Object.entries(catalogue))('a RestClient whose server has the fault %s', (_, cases) => {
  it.each(cases.map(named))('makes of $title', async ({ fault, outcome, brief }) => {
    const server = fault.kind === 'tls' ? secure : plain;
    const { signal } = new AbortController();
    const httpsAgent = new Agent({ ca: server.certificate, keepAlive: true });
    const leaks = watchLeaks({ kinds: ['timer', 'immediate', 'socket', 'listener', 'alarm'], signals: [signal] });
    const client = new RestClient({
      ...{ baseURL: server.url, httpsAgent, runtime: new Runtime(), retry: false, circuitBreaker: false },
      ...{ maxBytes: 1_000_000, timeout: brief ? { ...ample, [brief]: 60 } : ample },
    });
    server.fail(fault);

    const seen = await outcomeOf(client.get('/msg', { signal }));

    if (outcome === 'an answer') expect(seen).toMatchObject({ status: 200 });
    else {
      const [type, code] = outcome;
      expect(seen).toBeInstanceOf(type);
      expect((seen as HttpClientError).code).toMatch(code);
    }
    await soon(() => expect(client.connections).toMatchObject({ busy: 0, waiting: 0 }));
    server.heal();
    await soon(() => expect(server.listening).toBe(true));
    const healed = await client.get('/msg', { signal, timeout: ample });
    expect(healed).toMatchObject({ status: 200, data: { id: expect.any(Number) } });
    client.close();
    httpsAgent.destroy();
    await soon(() => expect(server.stats).toMatchObject({ inFlight: 0, connections: { open: 0 } }));
    await leaks.assertNone();
  });
});

describe('a RestClient by undici', () => {
  const cases: readonly Case[] = [
    ...catalogue.huge,
    [{ kind: 'malformed', part: 'utf8' }, noJson],
    [{ kind: 'malformed', part: 'gzip' }, unpackable],
    [{ kind: 'malformed', part: 'gzipCut' }, unpackable],
  ];

  it.each(cases.map(named))('makes of $title', async ({ fault, outcome }) => {
    await using adapter = undiciAdapter();
    const client = new RestClient({
      ...{ baseURL: plain.url, adapter, runtime: new Runtime(), retry: false, circuitBreaker: false },
      ...{ maxBytes: 1_000_000, timeout: ample },
    });
    plain.fail(fault);

    const seen = await outcomeOf(client.get('/msg'));

    if (outcome === 'an answer') expect(seen).toMatchObject({ status: 200 });
    else {
      expect(seen).toBeInstanceOf(outcome[0]);
      expect((seen as HttpClientError).code).toMatch(outcome[1]);
    }
    plain.heal();
    expect(await client.get('/msg')).toMatchObject({ status: 200 });
    client.close();
  });
});
