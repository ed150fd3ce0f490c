import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultServer, type OAuthOptions, startFaultServer } from '../../src/fault-server/index.js';
import { ManualClock } from '../../src/testing/index.js';
import { jsonOf } from './json-of.js';

type Parameters = Readonly<Record<string, string>> | string;

const basic = (id: string, secret: string) => `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
const proven = { authorization: basic('test', 'secret') };

let server: FaultServer;
let clock: ManualClock;
beforeEach(async () => {
  clock = new ManualClock();
  server = await startFaultServer({
    clock,
    journalBodies: 1000,
    oauth: {
      clients: { test: 'secret', app: null, 'a b:c%': 'd e+f%' },
      scopes: ['read', 'write', 'offline_access'],
    },
  });
});
afterEach(() => server.close());

function post(path: string, form: Parameters, headers: Record<string, string> = proven): Promise<Response> {
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  const body = new URLSearchParams(form).toString();
  return fetch(server.url + path, { method: 'POST', headers: { ...type, ...headers }, body });
}

function tokenOf(scope = 'read'): Promise<any> {
  return jsonOf(post('/oauth/token', { grant_type: 'client_credentials', scope }));
}

function refreshed(refresh_token: string, more: Record<string, string> = {}): Promise<Response> {
  return post('/oauth/token', { grant_type: 'refresh_token', refresh_token, ...more });
}

function introspected(token: string): Promise<any> {
  return jsonOf(post('/oauth/introspect', { token }));
}

describe('/oauth/token', () => {
  it('gives a client an access token, in JSON that nobody keeps', async () => {
    const answer = await post('/oauth/token', { grant_type: 'client_credentials', scope: 'read write' });

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('pragma')).toBe('no-cache');
    expect(await answer.json()).toEqual({
      access_token: expect.stringMatching(/^[\w-]{32}$/),
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'read write',
    });
  });

  it('gives all scopes where none is asked for, without a refresh token', async () => {
    const answer = await jsonOf(post('/oauth/token', { grant_type: 'client_credentials' }));

    expect(answer.scope).toBe('read write');
    expect(answer.refresh_token).toBeUndefined();
  });

  it('gives a refresh token for offline_access, and another one for that', async () => {
    const first = await tokenOf('read offline_access');
    const second = await jsonOf(refreshed(first.refresh_token));

    expect(second).toMatchObject({ token_type: 'Bearer', expires_in: 300, scope: 'read offline_access' });
    expect(new Set([first.refresh_token, second.refresh_token, first.access_token, second.access_token]).size).toBe(4);
  });

  it('revokes the whole grant when a refresh token comes twice', async () => {
    const first = await tokenOf('offline_access');
    const second = await jsonOf(refreshed(first.refresh_token));
    const twice = await refreshed(first.refresh_token);

    expect([twice.status, (await jsonOf(twice)).error]).toEqual([400, 'invalid_grant']);
    expect((await refreshed(second.refresh_token)).status).toBe(400);
    expect(await introspected(second.access_token)).toEqual({ active: false });
  });

  it('takes a refresh whose answer was lost for a theft, as servers do', async () => {
    const first = await tokenOf('offline_access');
    server.fail({ kind: 'reset', at: 'body', route: '/oauth/token', count: 1 });
    await expect(refreshed(first.refresh_token).then((answer) => answer.text())).rejects.toThrow();

    expect((await refreshed(first.refresh_token)).status).toBe(400);
  });

  it('takes names and secrets in the body as well', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'test', client_secret: 'secret' };

    expect((await post('/oauth/token', form, {})).status).toBe(200);
  });

  it('reads names and secrets in Basic as the forms that they are', async () => {
    const authorization = basic('a+b%3Ac%25', 'd+e%2Bf%25');

    expect((await post('/oauth/token', { grant_type: 'client_credentials' }, { authorization })).status).toBe(200);
  });

  it('lets a client without a secret refresh, and nothing else', async () => {
    const { refreshToken } = server.issueTokens({ client: 'app', scope: 'read' });
    const form = { grant_type: 'refresh_token', refresh_token: refreshToken, client_id: 'app' };
    const own = await post('/oauth/token', { grant_type: 'client_credentials', client_id: 'app' }, {});

    expect(await jsonOf(post('/oauth/token', form, {}))).toMatchObject({ scope: 'read' });
    expect([own.status, (await jsonOf(own)).error]).toEqual([400, 'unauthorized_client']);
  });

  it.each<[string, Parameters, Record<string, string>]>([
    ['nobody', { grant_type: 'client_credentials' }, {}],
    ['somebody unknown', { grant_type: 'client_credentials' }, { authorization: basic('toString', 'secret') }],
    ['a wrong secret', { grant_type: 'client_credentials' }, { authorization: basic('test', 'Secret') }],
    ['no secret', { grant_type: 'client_credentials' }, { authorization: basic('test', '') }],
    ['no secret in the body', { grant_type: 'client_credentials', client_id: 'test' }, {}],
    ['a secret that it should not have', { grant_type: 'refresh_token', client_id: 'app', client_secret: 'x' }, {}],
    ['another scheme', { grant_type: 'client_credentials' }, { authorization: 'Bearer abc' }],
    ['Basic that is no base64', { grant_type: 'client_credentials' }, { authorization: 'Basic !' }],
    ['Basic without a colon', { grant_type: 'client_credentials' }, { authorization: 'Basic dGVzdA==' }],
    ['Basic that is no form', { grant_type: 'client_credentials' }, { authorization: basic('test', '%') }],
  ])('refuses %s by 401 and a challenge', async (_, form, headers) => {
    const answer = await post('/oauth/token', form, headers);

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Basic realm="fault-server", charset="UTF-8"');
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({ error: 'invalid_client', error_description: expect.any(String) });
  });

  it.each<[string, string, Parameters]>([
    ['invalid_request', 'no grant', {}],
    ['invalid_request', 'a grant without a value', { grant_type: '' }],
    ['invalid_request', 'a parameter twice', 'grant_type=client_credentials&scope=read&scope=write'],
    ['invalid_request', 'a parameter twice, once without a value', 'grant_type=client_credentials&scope=&scope=write'],
    ['invalid_request', 'two proofs', { grant_type: 'client_credentials', client_id: 'test', client_secret: 'secret' }],
    ['invalid_request', 'two names', { grant_type: 'client_credentials', client_id: 'app' }],
    ['invalid_request', 'no refresh token', { grant_type: 'refresh_token' }],
    ['unsupported_grant_type', 'a password', { grant_type: 'password', username: 'a', password: 'b' }],
    ['invalid_grant', 'an unknown refresh token', { grant_type: 'refresh_token', refresh_token: 'x' }],
    ['invalid_scope', 'an unknown scope', { grant_type: 'client_credentials', scope: 'read admin' }],
    ['invalid_scope', 'a malformed scope', { grant_type: 'client_credentials', scope: 'read  write' }],
    ['invalid_scope', 'a long scope', { grant_type: 'client_credentials', scope: `${'read '.repeat(200)}read` }],
  ])('answers %s to %s', async (error, _, form) => {
    const answer = await post('/oauth/token', form);

    expect(answer.status).toBe(400);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(await answer.json()).toEqual({ error, error_description: expect.any(String) });
  });

  it('refuses more scopes than were granted', async () => {
    const { refresh_token } = await tokenOf('read offline_access');
    const more = await refreshed(refresh_token, { scope: 'read write' });

    expect([more.status, (await jsonOf(more)).error]).toEqual([400, 'invalid_scope']);
    expect(await jsonOf(refreshed(refresh_token, { scope: 'read' }))).toMatchObject({ scope: 'read' });
  });

  it('takes forms alone, and POST alone', async () => {
    const headers = { ...proven, 'content-type': 'application/json' };
    const json = await fetch(`${server.url}/oauth/token`, { method: 'POST', headers, body: '{"grant_type":"a"}' });
    const byGet = await fetch(`${server.url}/oauth/token?grant_type=client_credentials`, { headers: proven });

    expect([json.status, (await jsonOf(json)).error]).toEqual([400, 'invalid_request']);
    expect([byGet.status, byGet.headers.get('allow')]).toEqual([405, 'POST']);
  });

  it('never repeats what it was sent', async () => {
    const form = { grant_type: 'h1dden', client_id: 'h2dden', client_secret: 'h3dden', refresh_token: 'h4dden' };
    const texts = [
      await (await post('/oauth/token', form, {})).text(),
      await (await post('/oauth/token', { grant_type: 'h1dden', scope: 'h5dden' })).text(),
      await (await post('/oauth/token', { grant_type: 'client_credentials', scope: 'h5dden' })).text(),
      await (await refreshed('h4dden')).text(),
    ];

    expect(texts.join()).not.toMatch(/h\ddden/);
  });

  it('leaves bodies and queries out of the journal, by whatever name its path is called', async () => {
    await tokenOf();
    await post('/oauth/token?client_secret=secret', { grant_type: 'client_credentials' });
    await post('/%6fauth/token?client_secret=secret', { grant_type: 'client_credentials', client_secret: 'secret' });
    await post('/echo', 'a=b');

    expect(server.journal.entries()).toHaveLength(4);
    expect(JSON.stringify(server.journal.entries())).not.toContain('secret');
    expect(server.journal.entries({ path: '/echo' })).toMatchObject([{ body: 'a=b' }]);
  });

  it('has credentials in the journal for the word that asks for them, and bodies not even then', async () => {
    await using telling = await startFaultServer({ journalHeaders: 'allWithSecrets', journalBodies: 100 });
    const headers = { ...proven, 'x-own': 'mine', 'content-type': 'application/x-www-form-urlencoded' };
    await fetch(`${telling.url}/oauth/token`, { method: 'POST', headers, body: 'client_secret=hidden' });
    const [entry] = telling.journal.entries();

    expect(entry?.headers).toMatchObject({ ...headers, host: `127.0.0.1:${telling.port}` });
    expect(entry).not.toHaveProperty('body');
  });

  it('fails on command like every path', async () => {
    server.fail({ route: '/oauth/token', status: 503, retryAfter: 1 });

    expect((await post('/oauth/token', { grant_type: 'client_credentials' })).status).toBe(503);
    expect((await fetch(`${server.url}/private`)).status).toBe(401);
  });
});

describe('/oauth/revoke', () => {
  it('ends a token, and says so of one that nobody knows', async () => {
    const { access_token: token } = await tokenOf();
    const answers = [await post('/oauth/revoke', { token }), await post('/oauth/revoke', { token: 'x' })];

    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await introspected(token)).toEqual({ active: false });
  });

  it('refuses a token of another client, and a client that it does not know', async () => {
    const { accessToken } = server.issueTokens({ client: 'app' });
    const foreign = await post('/oauth/revoke', { token: accessToken });

    expect([foreign.status, (await jsonOf(foreign)).error]).toEqual([400, 'invalid_grant']);
    expect((await post('/oauth/revoke', { token: accessToken }, {})).status).toBe(401);
    expect((await introspected(accessToken)).active).toBe(true);
  });
});

describe('/oauth/introspect', () => {
  it('tells what a token is good for, until it ends', async () => {
    const { access_token: token } = await tokenOf();

    expect(await introspected(token)).toEqual({
      ...{ active: true, client_id: 'test', scope: 'read', token_type: 'Bearer' },
      exp: Date.UTC(2026, 0, 1) / 1000 + 300,
    });
    await clock.advance('5m');
    expect(await introspected(token)).toEqual({ active: false });
    expect((await post('/oauth/introspect', { token }, {})).status).toBe(401);
  });

  it('tells nothing to a client that cannot prove who it is', async () => {
    const { accessToken: token } = server.issueTokens({ client: 'app' });
    const refused = await post('/oauth/introspect', { token, client_id: 'app' }, {});

    expect([refused.status, (await jsonOf(refused)).error]).toEqual([400, 'unauthorized_client']);
  });
});

describe('/private', () => {
  const enter = (authorization?: string, query = '') =>
    fetch(`${server.url}/private${query}`, { headers: authorization === undefined ? {} : { authorization } });

  it('says to whom it was opened, and for how long', async () => {
    const { access_token } = await tokenOf();
    await clock.advance(1500);

    expect(await jsonOf(enter(`bearer ${access_token}`))).toEqual({ client: 'test', scope: 'read', expiresIn: 299 });
  });

  it('wants a token, without an error for who brings none', async () => {
    for (const authorization of [undefined, basic('test', 'secret')]) {
      const answer = await enter(authorization);

      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="fault-server"']);
    }
  });

  it.each(['unknown', 'expired', 'revoked'])('refuses a token that is %s', async (state) => {
    const { access_token: token } = await tokenOf();
    if (state === 'expired') await clock.advance('5m');
    if (state === 'revoked') await post('/oauth/revoke', { token });
    const answer = await enter(`Bearer ${state === 'unknown' ? 'x' : token}`);

    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="fault-server", error="invalid_token"');
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
  });

  it('answers 400 to what is no token', async () => {
    for (const authorization of ['Bearer', 'Bearer a b', 'Bearer "a"']) {
      const answer = await enter(authorization);

      expect(answer.status).toBe(400);
      expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="fault-server", error="invalid_request"');
    }
  });

  it('wants the scopes that the query names', async () => {
    const { access_token } = await tokenOf('read');
    const refused = await enter(`Bearer ${access_token}`, '?scope=read+write');

    expect((await enter(`Bearer ${access_token}`, '?scope=read')).status).toBe(200);
    expect(refused.status).toBe(403);
    expect(refused.headers.get('www-authenticate')).toBe(
      'Bearer realm="fault-server", error="insufficient_scope", scope="read write"',
    );
    for (const wrong of ['scope=%22', 'scope=read&scope=write'])
      expect((await enter(undefined, `?${wrong}`)).status).toBe(400);
  });
});

describe('the options', () => {
  it('have one client, and any scope, by default', async () => {
    await using plain = await startFaultServer();
    const headers = { ...proven, 'content-type': 'application/x-www-form-urlencoded' };
    const body = 'grant_type=client_credentials&scope=anything';
    const answer = await fetch(`${plain.url}/oauth/token`, { method: 'POST', headers, body });

    expect(await jsonOf(answer)).toMatchObject({ scope: 'anything', expires_in: 300 });
  });

  it('tell clients whole seconds', async () => {
    await using brief = await startFaultServer({ oauth: { tokenTtl: 1999 } });

    expect(brief.issueTokens()).toEqual({
      accessToken: expect.any(String),
      refreshToken: expect.any(String),
      expiresIn: 1,
    });
  });

  it.each<[OAuthOptions, string]>([
    [{ tokenTtl: 999 }, 'startFaultServer: oauth.tokenTtl must be a duration of at least 1000 ms'],
    [{ refreshTtl: '1x' as '1s' }, 'startFaultServer: oauth.refreshTtl must be a duration of at least 1000 ms'],
    [{ rotate: 1 as never }, 'startFaultServer: oauth.rotate must be true or false, but got 1'],
    [{ scopes: ['a b'] }, 'startFaultServer: oauth.scopes must be a list of at most 100 scopes'],
    [{ client: {} } as never, 'startFaultServer: oauth.client is no option'],
    [1 as never, 'startFaultServer: oauth must be an object of options, but got 1'],
  ])('refuse %o', async (oauth, message) => {
    await expect(startFaultServer({ oauth })).rejects.toThrow(message);
  });

  it.each<[string, unknown]>([
    ['an empty secret', { test: '' }],
    ['a secret that is no text', { test: 12_345 }],
    ['a line break in a secret', { test: 'hidden\n' }],
    ['an empty id', { '': 'hidden' }],
    ['a list', ['hidden']],
    ['a text', 'hidden'],
  ])('refuse clients with %s, and show none of them', async (_, clients) => {
    const error = await startFaultServer({ oauth: { clients: clients as never } }).catch((reason) => reason);

    expect(error.message).toMatch(/^startFaultServer: oauth\.clients must be an object of at most 1000 clients/);
    expect(JSON.stringify(error) + error.message + error.stack).not.toMatch(/hidden|12345|12_345/);
  });

  it('are those by which tokens are given in code', () => {
    expect(() => server.issueTokens({ client: 'nobody' })).toThrow(
      "FaultServer.issueTokens: client must be one of the clients of the server, but got 'nobody'",
    );
    expect(() => server.issueTokens({ scope: 'a "b"' })).toThrow('FaultServer.issueTokens: scope must be scopes');
  });
});

describe('whatever clients do', () => {
  it('nothing of their requests stays behind', async () => {
    const form = 'grant_type=client_credentials&scope=offline_access';
    const type = 'content-type: application/x-www-form-urlencoded';
    const head = `POST /oauth/token HTTP/1.1\r\nhost: test\r\n${type}\r\nauthorization: ${proven.authorization}\r\n`;
    const text = `${head}content-length: ${form.length}\r\n\r\n${form}`;
    server.fail({ kind: 'reset', at: 'body', rate: 0.3 });
    for (let length = 0; length <= text.length; length += 2) await leaveAfter(text.slice(0, length), length % 4 === 0);
    await expect.poll(() => server.stats.inFlight).toBe(0);
    await clock.advance('1m');

    expect(server.stats).toMatchObject({ concurrency: 0, queued: 0, connections: { open: 0 } });
    expect(clock.pending).toBe(0);
    server.heal();
    expect((await tokenOf()).token_type).toBe('Bearer');
  });
});

/** Sends this much of a request, and leaves by a reset or in an orderly way. */
function leaveAfter(text: string, reset: boolean): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(text, () => (reset ? socket.resetAndDestroy() : socket.end()));
    });
    socket.on('data', () => undefined);
    socket.on('error', () => undefined); // a reset, ours or that of the server
    socket.once('close', () => resolve());
  });
}
