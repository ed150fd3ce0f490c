import { X509Certificate } from 'node:crypto';
import { Agent } from 'node:https';
import { connect, createServer, type Socket } from 'node:net';
import { connect as connectSecurely, type TLSSocket } from 'node:tls';
import { Agent as UndiciAgent, fetch as undiciFetch } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { isPermanent } from '../../src/core/index.js';
import { makeCertificates } from '../../src/fault-server/connections/tls/certificates.js';
import { type FaultServer, startFaultServer, type TlsFault } from '../../src/fault-server/index.js';
import { RestClient } from '../../src/http/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { makeIdentity } from '../identity.js';
import { attempt, codeOf } from './attempt.js';
import { jsonOf } from './json-of.js';

type Failure = TlsFault['failure'];

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer({ tls: true, controlPort: 0 });
});
beforeEach(() => server.heal());
afterEach(() => vi.waitFor(() => expect(server.stats.connections.open).toBe(0))); // whoever has left is gone
afterAll(() => server.close());

/** Asks as one who trusts what the server was made to be trusted by. */
const trusting = (path = '/msg', options = {}) => attempt(server.url + path, { ca: server.certificate, ...options });

describe('a server that speaks TLS', () => {
  it.each(['localhost', '127.0.0.1'])('is trusted at https://%s by those who trust its authority', async (host) => {
    const url = `https://${host}:${server.port}/msg`;

    expect(server.url).toBe(`https://127.0.0.1:${server.port}`);
    expect(await attempt(url, { ca: server.certificate })).toMatchObject({ status: 200 });
    expect(await attempt(url)).toEqual({ code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
    expect(new X509Certificate(server.certificate ?? '').ca).toBe(true);
  });

  it('has a certificate for [::1], and for the host that it listens on', async () => {
    const { valid } = await makeCertificates('box.test');
    const shown = new X509Certificate(valid.cert);
    expect([
      shown.checkHost('box.test'),
      shown.checkHost('localhost'),
      shown.checkIP('::1'),
      shown.checkHost('other.test'),
    ]).toEqual(['box.test', 'localhost', '::1', undefined]);
    await using six = await startFaultServer({ tls: true, host: '::1' });

    expect(await attempt(`${six.url}/msg`, { ca: six.certificate })).toMatchObject({ status: 200 });
  });

  it('is asked by fetch and by our clients', async () => {
    const dispatcher = new UndiciAgent({ connect: { ca: server.certificate ?? '' } });
    const rest = new RestClient({ baseURL: server.url, httpsAgent: new Agent({ ca: server.certificate }) } as never);

    expect((await undiciFetch(`${server.url}/msg`, { dispatcher })).status).toBe(200);
    expect((await rest.get('/msg')).status).toBe(200);
    await dispatcher.close();
  });

  it('fails requests as any other server does', async () => {
    server.fail([
      { status: 418, count: 1 },
      { kind: 'reset', count: 1 },
      { kind: 'reset', at: 'body' },
    ]);

    expect(await trusting()).toMatchObject({ status: 418 });
    expect(await trusting()).toEqual({ code: 'ECONNRESET' });
    expect(await trusting()).toEqual({ code: 'ECONNRESET' });
    expect(server.journal.entries({ outcome: 'failed' }).at(-1)).toMatchObject({ faults: ['reset'], status: 200 });
  });

  it('is steered by its control port in plain HTTP', async () => {
    expect(server.controlUrl).toMatch(/^http:/);
    server.fail({ kind: 'tls', failure: 'notTls' });
    expect((await fetch(`${server.controlUrl}/faults`, { method: 'DELETE' })).status).toBe(204);

    expect(await trusting()).toMatchObject({ status: 200 });
  });

  it('does not answer those who speak plain HTTP', async () => {
    expect((await attempt(server.url.replace('https:', 'http:'))).code).toBe('ECONNRESET');
  });

  it('shows a certificate of one’s own', async () => {
    const { key, cert } = await makeIdentity();
    await using own = await startFaultServer({ tls: { key, cert } });

    expect(own.certificate).toBe(cert);
    expect(await attempt(`${own.url}/msg`, { ca: cert })).toMatchObject({ status: 200 });
    const needs =
      "fault: failure needs certificates that the server makes: startFaultServer({ tls: true }), but got 'expired'";
    expect(() => own.fail({ kind: 'tls', failure: 'expired' })).toThrow(needs);
    own.fail({ kind: 'tls', failure: 'handshakeReset' });
    expect(await attempt(`${own.url}/msg`, { ca: cert })).toEqual({ code: 'ECONNRESET' });
  });
});

describe('the tls fault', () => {
  it.each<[Failure, string]>([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['notYetValid', 'CERT_NOT_YET_VALID'],
    ['wrongHost', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['selfSigned', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['unknownIssuer', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['handshakeReset', 'ECONNRESET'],
    ['handshakeAlert', 'EPROTO'],
    ['oldProtocol', 'EPROTO'],
    ['notTls', 'EPROTO'],
  ])('%s is told by clients as %s, and no request comes of it', async (failure, code) => {
    const { requests, faults, connections } = server.stats;
    const dispatcher = new UndiciAgent({ connect: { ca: server.certificate ?? '' } });
    server.fail({ kind: 'tls', failure });
    const rest = new RestClient({ baseURL: server.url, httpsAgent: new Agent({ ca: server.certificate }) } as never);

    expect(await trusting()).toEqual({ code });
    const byFetch = await codeOf(undiciFetch(`${server.url}/msg`, { dispatcher }));
    expect(byFetch).toMatch(codesOfFetch[failure] ?? new RegExp(`^${code}$`));
    const error = await rest.get('/msg').catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: 'NetworkError', code });
    expect(isPermanent(error)).toBe(failure !== 'handshakeReset');
    expect(server.stats.requests).toBe(requests);
    const struck = server.stats.faults.tls - faults.tls; // some clients try twice
    expect(struck).toBeGreaterThanOrEqual(3);
    expect(server.stats.connections.failed - connections.failed).toBe(struck);
    server.heal();
    expect(await trusting()).toMatchObject({ status: 200 });
    await dispatcher.close();
  });

  it.each<[Failure, string | undefined, string]>([
    ['handshakeAlert', '15030300020228', 'an alert, handshake_failure'],
    ['notTls', Buffer.from('HTTP/1.1 400 Bad Request\r\n').toString('hex'), 'plain HTTP'],
    ['handshakeReset', '', 'nothing'],
    ['oldProtocol', '160301', 'a greeting in TLS 1.0'],
  ])('%s answers the first words of a client with the bytes %s: %s', async (failure, begin) => {
    server.fail({ kind: 'tls', failure, count: 1 });
    const received = await bytesFrom(server);

    expect(received.toString('hex')).toMatch(new RegExp(`^${begin}${begin === '' ? '$' : ''}`));
  });

  it('waits for the first words of a client before its handshake fails', async () => {
    server.fail({ kind: 'tls', failure: 'handshakeAlert', count: 1 });
    const heard: Buffer[] = [];
    const socket = connect(server.port, '127.0.0.1').on('data', (data) => heard.push(data));
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(await trusting()).toMatchObject({ status: 200 });
    expect(heard).toEqual([]);
    socket.write('x');
    await vi.waitFor(() => expect(Buffer.concat(heard)).toHaveLength(7));
    socket.destroy();
  });

  it('forgets a client that leaves without a word', async () => {
    server.fail({ kind: 'tls', failure: 'handshakeAlert', count: 1 });
    const { failed } = server.stats.connections;
    const socket = connect(server.port, '127.0.0.1', () => socket.end());
    await vi.waitFor(() => expect(server.stats.connections.failed).toBe(failed + 1));

    await vi.waitFor(() => expect(server.stats.connections.open).toBe(0));
    socket.destroy();
  });

  it('lets in by an old protocol those who still speak it', async () => {
    server.fail({ kind: 'tls', failure: 'oldProtocol', count: 1 });

    expect(await trusting('/msg', { minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' })).toMatchObject({
      status: 200,
    });
  });

  it('serves clients that do not mind a wrong certificate', async () => {
    server.fail({ kind: 'tls', failure: 'expired', count: 1 });

    expect(await trusting('/msg', { rejectUnauthorized: false })).toMatchObject({ status: 200 });
  });

  it('never answers a handshake that hangs, and notices when its client leaves', async () => {
    server.fail({ kind: 'tls', failure: 'handshakeHang', count: 1 });
    const socket = connectSecurely({ port: server.port, host: '127.0.0.1', ca: server.certificate });
    await new Promise((resolve) => socket.once('connect', resolve));
    expect(await trusting()).toMatchObject({ status: 200 });
    expect([socket.encrypted, socket.getPeerCertificate(), socket.bytesRead]).toEqual([true, {}, 0]);
    await vi.waitFor(() => expect(server.stats.connections.open).toBe(1));
    socket.destroy(); // and the server forgets it, as it does after every test
  });

  it('does not reach clients that resume a session of before', async () => {
    const agent = new Agent({ keepAlive: false, maxCachedSessions: 10, ca: server.certificate });
    expect(await trusting('/msg', { agent })).toMatchObject({ status: 200 });
    server.fail({ kind: 'tls', failure: 'expired', count: 1 });

    expect(await trusting('/msg', { agent })).toEqual({ code: 'CERT_HAS_EXPIRED' });
  });

  it('comes after its latency, having kept what the client said', async () => {
    const clock = new ManualClock();
    await using slow = await startFaultServer({ tls: true, clock });
    slow.fail({ kind: 'tls', failure: 'wrongHost', latency: '3s', duration: '10s' });
    const asked = attempt(`${slow.url}/msg`, { ca: slow.certificate });
    await vi.waitFor(() => expect(slow.stats.connections.failed).toBe(1));
    expect(clock.pending).toBe(2); // its wait, and the end of the fault
    await clock.advance('3s');

    expect(await asked).toEqual({ code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
    await clock.advance('7s');
    expect(await attempt(`${slow.url}/msg`, { ca: slow.certificate })).toMatchObject({ status: 200 });
    expect(clock.pending).toBe(0);
  });

  it('leaves connections alone that are open, unless they are to be reset', async () => {
    await using other = await startFaultServer({ tls: true });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: other.certificate });
    const ask = (path = '/msg') => attempt(other.url + path, { agent });
    expect(await ask()).toMatchObject({ status: 200 });
    other.fail({ kind: 'tls', failure: 'expired' });
    expect(await ask()).toMatchObject({ status: 200 });
    const waiting = ask('/msg?delay=60000');
    await vi.waitFor(() => expect(other.stats.inFlight).toBe(1));
    other.fail({ kind: 'tls', failure: 'expired', existing: 'reset' });

    expect(await waiting).toEqual({ code: 'ECONNRESET' });
    expect(await ask()).toEqual({ code: 'CERT_HAS_EXPIRED' });
    expect(other.journal.entries().at(-1)).toMatchObject({ outcome: 'failed', faults: ['tls'] });
    agent.destroy();
  });

  it('resets once for each time that it comes into force, not whenever time goes on', async () => {
    const clock = new ManualClock();
    await using other = await startFaultServer({ tls: true, clock });
    const agent = new Agent({ keepAlive: true, maxSockets: 1, rejectUnauthorized: false });
    other.fail([
      { kind: 'tls', failure: 'expired', existing: 'reset' },
      { kind: 'reset', at: 'connect', duration: '1s', rate: 1e-9 },
    ]);
    expect(await attempt(`${other.url}/msg`, { agent })).toMatchObject({ status: 200 });
    await clock.advance('1s');

    expect(await attempt(`${other.url}/msg`, { agent })).toMatchObject({ status: 200 });
    expect(other.stats.connections.accepted).toBe(1);
    agent.destroy();
  });
});

describe('an answer that is cut without the goodbye of TLS', () => {
  it('is taken for whole by clients that look at the length alone', async () => {
    server.fail({ kind: 'tls', failure: 'closedAmid', count: 1 });
    const { status, body = '' } = await trusting('/echo?text=all');
    const whole = await trusting('/echo?text=all');

    expect(status).toBe(200);
    expect(body.length).toBe(Math.floor((whole.body ?? '').length / 2));
    expect(whole.body?.startsWith(body)).toBe(true);
    expect(server.journal.entries().at(-2)).toMatchObject({ outcome: 'failed', faults: ['tls'], status: 200 });
  });

  it('ends in no alert, as an answer that is whole does', async () => {
    const alerts = async (asked: object) => {
      if ('kind' in asked) server.fail(asked as TlsFault);
      return (await recordsFrom(server)).filter((type) => type === 21).length;
    };

    expect(await alerts({ kind: 'tls', failure: 'closedAmid', count: 1 })).toBe(0);
    expect(await alerts({})).toBe(1); // close_notify
  });
});

describe('tls that makes no sense', () => {
  it.each<[object, string]>([
    [{ failure: 'rusty' }, "fault: failure must be one of 'expired', 'notYetValid'"],
    [{}, 'fault: failure must be given'],
    [{ failure: 'expired', route: '/msg' }, 'fault: route cannot be given: the fault strikes connections'],
    [{ failure: 'closedAmid', existing: 'reset' }, "fault: existing cannot be 'reset' with 'closedAmid'"],
  ])('is refused: a fault with %j', (fields, sentence) => {
    expect(() => server.fail({ kind: 'tls', ...fields } as never)).toThrow(sentence);
  });

  it.each<Failure>(['expired', 'handshakeReset', 'closedAmid'])(
    'is refused by a server without it: %s',
    async (failure) => {
      await using plain = await startFaultServer();
      const sentence = "fault: kind needs a server that speaks TLS: startFaultServer({ tls: true }), but got 'tls'";

      expect(() => plain.fail({ kind: 'tls', failure })).toThrow(sentence);
      const answer = await fetch(`${plain.url}/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ phases: [{ lasts: 1, faults: [{ kind: 'tls', failure }] }] }),
      });
      expect(answer.status).toBe(400);
      expect((await jsonOf(answer)).field).toBe('phases[0].faults[0].kind');
    },
  );

  it.each<[unknown]>([
    ['yes'],
    [1],
    [{ key: 'secret' }],
    [{ key: 'secret', cert: 'nothing' }],
    [{ key: 'secret', cert: 'nothing', pfx: 'x' }],
  ])('is refused at the start, without telling a key: %j', async (tls) => {
    const error = await startFaultServer({ tls } as never).catch((reason: Error) => reason);

    expect((error as Error).message).toContain('startFaultServer: tls must be true, false, or { key, cert } in PEM');
    expect((error as Error).message).not.toContain('secret');
  });

  it('is refused when key and certificate do not belong together', async () => {
    const [{ key }, { cert }] = [await makeIdentity(), await makeIdentity()];

    await expect(startFaultServer({ tls: { key, cert } })).rejects.toThrow(/belong together: .*key values mismatch/);
  });
});

/** What fetch may say, where that differs: some versions of it pass on the code of OpenSSL. */
const codesOfFetch: Partial<Record<Failure, RegExp>> = {
  handshakeReset: /^(?:ECONNRESET|UND_ERR_SOCKET)$/,
  handshakeAlert: /^(?:EPROTO|ERR_SSL_.*_ALERT_HANDSHAKE_FAILURE)$/,
  oldProtocol: /^(?:EPROTO|ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION)$/,
  notTls: /^(?:EPROTO|ERR_SSL_WRONG_VERSION_NUMBER)$/,
};

/** What the server sends to a client that begins a handshake, until the connection ends. */
async function bytesFrom({ port, certificate }: FaultServer): Promise<Buffer> {
  const received: Buffer[] = [];
  await throughRelay(port, certificate, (data) => received.push(data));
  return Buffer.concat(received);
}

/** The types of the records that the server sends to a client of TLS 1.2, which does not hide them, in answer to one request. */
async function recordsFrom({ port, certificate }: FaultServer): Promise<readonly number[]> {
  const received: Buffer[] = [];
  await throughRelay(port, certificate, (data) => received.push(data));
  const bytes = Buffer.concat(received);
  const types: number[] = [];
  for (let at = 0; at < bytes.length; at += 5 + bytes.readUInt16BE(at + 3)) types.push(bytes.readUInt8(at));
  return types;
}

/** Asks once by TLS 1.2 through a relay that sees the bytes; resolves when the connection has ended. */
async function throughRelay(port: number, ca: string | undefined, see: (data: Buffer) => void): Promise<void> {
  const sockets: Socket[] = [];
  const relay = createServer((near) => {
    const far = connect(port, '127.0.0.1');
    sockets.push(near, far);
    far
      .on('data', see)
      .on('error', () => near.destroy())
      .pipe(near);
    near.on('error', () => far.destroy()).pipe(far);
  });
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve));
  const options = { port: (relay.address() as { readonly port: number }).port, host: '127.0.0.1', ca };
  const client: TLSSocket = connectSecurely({ ...options, maxVersion: 'TLSv1.2' });
  client.on('error', () => client.destroy()).resume();
  client.write('GET /msg HTTP/1.1\r\nhost: test\r\nconnection: close\r\n\r\n');
  await new Promise((resolve) => client.once('close', resolve));
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => relay.close(resolve));
}
