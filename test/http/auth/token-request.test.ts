import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPermanent, isTransient } from '../../../src/core/index.js';
import { TokenError, type TokenRequest } from '../../../src/http/auth/index.js';
import { HttpClientError, NetworkError, RedirectError, ResponseTooLargeError } from '../../../src/http/errors/index.js';
import { credentialsOf, request } from './credentials-by-hand.js';
import { type Answering, grant, json, sendByNode, startTokenServer, type TokenServer } from './token-server.js';

let server: TokenServer;

beforeEach(async () => {
  server = await startTokenServer();
});

afterEach(() => server.stop());

type Send = (request: TokenRequest) => Promise<Response>;

function fields(options: Record<string, unknown> = {}, send: Send = sendByNode) {
  const auth = { oauth2: { tokenUrl: server.url, clientId: 'me', clientSecret: 's3cret', ...options } };
  return Promise.resolve(credentialsOf(auth, { send }).credentials.fields(request()));
}

async function failure(send?: Send): Promise<TokenError> {
  const error = await fields({}, send).then(
    () => expect.unreachable('it gave a token'),
    (reason) => reason,
  );
  expect(error).toBeInstanceOf(TokenError);
  return error;
}

describe('a request for a token', () => {
  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

  it.each([
    ['proves who the client is by Basic', {}, basic('me:s3cret'), { grant_type: 'client_credentials' }],
    [
      'encodes what is sent by Basic as RFC 6749 asks for',
      { clientId: 'a:b', clientSecret: 'ä &' },
      basic('a%3Ab:%C3%A4+%26'),
      { grant_type: 'client_credentials' },
    ],
    [
      'proves it in the body',
      { clientAuth: 'post' },
      undefined,
      { grant_type: 'client_credentials', client_id: 'me', client_secret: 's3cret' },
    ],
    [
      'does not prove it',
      { clientAuth: 'none', clientSecret: undefined },
      undefined,
      { grant_type: 'client_credentials', client_id: 'me' },
    ],
    [
      'exchanges a refresh token, without a secret where there is none',
      { refreshToken: 'r1', clientSecret: undefined, scope: 'a' },
      undefined,
      { grant_type: 'refresh_token', client_id: 'me', refresh_token: 'r1', scope: 'a' },
    ],
    [
      'exchanges a refresh token with a secret',
      { grant: 'refresh_token', refreshToken: 'r1' },
      basic('me:s3cret'),
      { grant_type: 'refresh_token', refresh_token: 'r1' },
    ],
    [
      'says whom the token is for',
      { scope: ['read', 'write'], audience: 'api', parameters: { tenant: 't 1' } },
      basic('me:s3cret'),
      { grant_type: 'client_credentials', scope: 'read write', audience: 'api', tenant: 't 1' },
    ],
  ])('%s', async (_, options, authorization, form) => {
    await fields(options);

    expect(server.asked[0]!.headers.authorization).toBe(authorization);
    expect(Object.fromEntries(server.asked[0]!.form)).toEqual(form);
  });

  it('names several resources', async () => {
    await fields({ resource: ['https://a.example', 'https://b.example'] });

    expect(server.asked[0]!.form.getAll('resource')).toEqual(['https://a.example', 'https://b.example']);
  });

  it('goes through what it is given to be sent by, with facts for errors and no name of its own', async () => {
    let sent: TokenRequest | undefined;
    await fields({ tokenUrl: `${server.url}?api_key=CANARY` }, (asked) => {
      sent = asked;
      return sendByNode(asked);
    });

    const { target, headers, data, signal, ...facts } = sent!;
    expect(facts).toEqual({
      service: 'payments',
      method: 'POST',
      url: `${server.url}?api_key=[redacted]`,
      endpoint: 'POST /token',
      requestId: undefined,
      attempt: 1,
      maxAttempts: 1,
      duration: 0,
      timestamp: Date.UTC(2026, 0, 1),
    });
    expect(target.href).toBe(`${server.url}?api_key=CANARY`);
    expect(Object.keys(headers).sort()).toEqual(['accept', 'authorization', 'content-type']);
    expect(data).toBe('grant_type=client_credentials');
    expect(signal.aborted).toBe(false);
  });
});

describe('an answer', () => {
  it.each([
    ['a token type in capitals', { token_type: 'BEARER' }],
    ['no lifetime', { expires_in: undefined }],
    ['a lifetime that is nonsense', { expires_in: 'soon' }],
    ['a negative lifetime', { expires_in: -1 }],
    ['an ID token that nobody can check', { id_token: 'a.b.c' }],
    ['scopes that are a list', { scope: ['a'] }],
    ['a refresh token that is null', { refresh_token: null }],
  ])('may have %s', async (_, body) => {
    server.answer = () => grant({ access_token: 'abc', ...body });

    expect(await fields()).toEqual({ headers: { authorization: 'Bearer abc' }, query: {} });
  });

  it('may say that it is something else than JSON', async () => {
    server.answer = () => ({ body: '{"access_token":"abc","token_type":"bearer"}' });

    expect(await fields()).toEqual({ headers: { authorization: 'Bearer abc' }, query: {} });
  });

  it.each<[string, Answering, string, boolean]>([
    ['no token', () => grant({}), 'answered with what is no bearer token', true],
    ['a token that is empty', () => grant({ access_token: '' }), 'answered with what is no bearer token', true],
    ['no token type', () => json(200, { access_token: 'a' }), 'answered with what is no bearer token', true],
    [
      'a token of another type',
      () => grant({ access_token: 'a', token_type: 'DPoP' }),
      'answered with what is no bearer token',
      true,
    ],
    [
      'a token of a type that nobody knows',
      () => grant({ access_token: 'a', token_type: 'mac' }),
      'answered with what is no bearer token',
      true,
    ],
    [
      'a token with a line break',
      () => grant({ access_token: 'a\r\nx: y' }),
      'answered with a token that no header field can hold',
      true,
    ],
    ['HTML', () => ({ body: '<html>Log in</html>' }), 'answered with what is no JSON object', false],
    ['a list', () => json(200, ['a']), 'answered with what is no JSON object', false],
    ['nothing', () => ({}), 'answered with what is no JSON object', false],
    ['a flood', () => ({ body: Buffer.alloc(1024 * 1024 + 1, ' ') }), 'answered with more than 1048576 bytes', true],
  ])('is malformed where it holds %s', async (_, answer, what, permanent) => {
    server.answer = answer;
    const error = await failure();

    expect(error).toMatchObject({ reason: 'malformed', status: 200, oauthError: undefined });
    expect(error.message).toBe(`GET https://api.example.com/charges got no access token: ${server.url} ${what}`);
    expect([isPermanent(error), isTransient(error)]).toEqual([permanent, !permanent]);
  });

  it('that never ends is not read for ever', async () => {
    let left = false;
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(64 * 1024)),
      cancel: () => {
        left = true;
      },
    });

    expect(await failure(() => Promise.resolve(new Response(body)))).toMatchObject({ reason: 'malformed' });
    expect(left).toBe(true);
  });

  it.each([201, 302])('is malformed where its status is %d, and leads nowhere', async (status) => {
    server.answer = () => json(status, { access_token: 'a' }, { location: server.url });

    expect(await failure()).toMatchObject({ reason: 'malformed', status });
    expect(server.asked).toHaveLength(1);
  });

  it.each<[number, unknown, object, string | undefined]>([
    [400, { error: 'invalid_grant' }, {}, 'invalid_grant'],
    [401, { error: 'invalid_client' }, {}, 'invalid_client'],
    [401, { error: 'invalid_client' }, { 'www-authenticate': 'Basic realm="x"' }, 'invalid_client'],
    [403, {}, {}, undefined],
    [404, 'not found', {}, undefined],
    [400, { error: 7 }, {}, undefined],
    [400, { error: 'an error\nwith breaks' }, {}, undefined],
    [400, { error: 'x'.repeat(101) }, {}, undefined],
    [501, {}, {}, undefined],
  ])('refuses for good with %d %j and header fields %j', async (status, body, headers, oauthError) => {
    server.answer = () => json(status, body, { 'retry-after': '5', ...headers });
    const error = await failure();

    expect(error).toMatchObject({ reason: 'refused', status, oauthError, retryAfter: undefined });
    const told = oauthError === undefined ? `${status}` : `${status} (${oauthError})`;
    expect(error.message).toBe(
      `GET https://api.example.com/charges got no access token: ${server.url} answered with ${told}`,
    );
    expect(isPermanent(error)).toBe(true);
  });

  it.each([
    [500, {}],
    [503, { error: 'invalid_client' }],
    [429, { error: 'too_many_attempts' }],
    [408, {}],
    [400, { error: 'temporarily_unavailable' }],
    [400, { error: 'server_error' }],
  ])('may be another one next time after %d %j', async (status, body) => {
    server.answer = () => json(status, body);
    const error = await failure();

    expect(error).toMatchObject({ reason: 'unreachable', status, retryAfter: 100 });
    expect(isTransient(error)).toBe(true);
  });

  it('that breaks off is one that did not come', async () => {
    server.answer = () => grant({ access_token: 'CANARY' });
    server.fail({ kind: 'truncate' });
    const error = await failure();

    expect(error).toMatchObject({ reason: 'unreachable', status: undefined });
    expect(error.message).toContain('broke off its answer');
    expect(isTransient(error)).toBe(true);
  });
});

describe('a server that cannot be reached', () => {
  it('is told by the code of the system', async () => {
    await server.stop();
    const error = await failure();
    server = await startTokenServer();

    expect(error.message).toMatch(/ could not be reached \(ECONNREFUSED\)$/);
    expect(error).toMatchObject({ reason: 'unreachable', status: undefined, retryAfter: 100 });
    expect(error.cause).toBeUndefined();
    expect(isTransient(error)).toBe(true);
  });

  it('and hangs up is told likewise', async () => {
    server.fail({ kind: 'reset', at: 'connect' });
    const error = await failure();

    expect(error.message).toMatch(/ could not be reached \([A-Z_]+\)$/);
    expect(isTransient(error)).toBe(true);
  });

  it('and will not be, such as one whose certificate has expired, is asked in vain', async () => {
    const expired = Object.assign(new Error('fetch failed'), {
      cause: Object.assign(new Error('it is old'), { code: 'CERT_HAS_EXPIRED' }),
    });
    const error = await failure(() => Promise.reject(expired));

    expect(error.message).toMatch(/ could not be reached \(CERT_HAS_EXPIRED\)$/);
    expect(isPermanent(error)).toBe(true);
  });

  it('is told by an error of the client, which is kept as the cause and says what asking again is worth', async () => {
    for (const [code, permanent] of [
      ['ECONNRESET', false],
      ['CERT_HAS_EXPIRED', true],
    ] as const) {
      let cause: unknown;
      const error = await failure((asked) => {
        cause = new NetworkError(asked, { code, reason: 'no', sent: true });
        return Promise.reject(cause);
      });

      expect(error.cause).toBe(cause);
      expect(error.message).toContain(`could not be reached (${code})`);
      expect([isPermanent(error), isTransient(error)]).toEqual([permanent, !permanent]);
    }
  });

  it.each([
    ['it leads elsewhere', (asked: TokenRequest) => new RedirectError(asked, 'was led elsewhere')],
    ['it says too much', (asked: TokenRequest) => new ResponseTooLargeError(asked, 10)],
  ])('is not one whose answer the client does not read because %s', async (_, make) => {
    let cause: HttpClientError | undefined;
    const error = await failure((asked) => {
      cause = make(asked);
      return Promise.reject(cause);
    });

    expect(error).toMatchObject({ reason: 'malformed', cause });
    expect(error.message).toContain(`answered with what is not read (${cause?.code})`);
    expect(isPermanent(error)).toBe(true);
  });

  it('is told also where sending throws, or fails with what is no error', async () => {
    const throwing: Send = () => {
      throw new Error('CANARY');
    };
    for (const send of [throwing, () => Promise.reject('CANARY')]) {
      const error = await failure(send);

      expect(error.message).toBe(
        `GET https://api.example.com/charges got no access token: ${server.url} could not be reached`,
      );
      expect(error.cause).toBeUndefined();
    }
  });
});

describe('TokenError', () => {
  it('is one of the family, tells of the request that it stopped, and of nothing that was sent', async () => {
    server.answer = () => json(400, { error: 'invalid_grant', error_description: 'too\r\nold' });
    const error = await failure();

    expect(error).toBeInstanceOf(HttpClientError);
    expect(error).toMatchObject({
      name: 'TokenError',
      type: 'auth',
      code: 'HTTP_TOKEN',
      sent: false,
      tokenUrl: server.url,
      service: 'payments',
      method: 'GET',
      url: 'https://api.example.com/charges',
      endpoint: 'GET /charges',
      requestId: 'request-1',
      attempt: 2,
      maxAttempts: 3,
    });
    expect(error.description).toBe('too old');
    expect(Object.keys(error)).not.toContain('description');
  });
});

describe('the library of OAuth 2', () => {
  it('is loaded with the first request for a token, and not before', async () => {
    const door = new URL('../../../src/http/auth/index.ts', import.meta.url).href;
    const watch = new URL('../../fixtures/consumers/watch-imports.js', import.meta.url).href;
    const program = `
      import { writeSync } from 'node:fs';
      const { credentialsFrom } = await import(${JSON.stringify(door)});
      const { systemClock } = await import(${JSON.stringify(new URL('../../../src/core/index.ts', import.meta.url).href)});
      const auth = { oauth2: { tokenUrl: 'https://localhost', clientId: 'a', clientSecret: 'b' } };
      const send = () => Promise.reject(new Error());
      const credentials = credentialsFrom(auth, { client: 'c', clock: systemClock, send });
      writeSync(1, 'MADE\\n');
      await credentials.fields({ signal: new AbortController().signal }).catch(() => {});
    `;
    const args = ['--import', 'tsx', '--import', watch, '--input-type=module', '--eval', program];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    const [before, after] = stdout.split('MADE\n').map((part) => part.split('\n'));

    expect(before).toContain(door);
    expect(before).not.toContain('oauth4webapi');
    expect(after).toContain('oauth4webapi');
  });
});
