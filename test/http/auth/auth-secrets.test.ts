import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../../src/fault-server/index.js';
import type { TokenRequest } from '../../../src/http/auth/index.js';
import { NetworkError } from '../../../src/http/errors/index.js';
import { credentialsOf, request } from './credentials-by-hand.js';
import {
  type Answering,
  type Asked,
  grant,
  json,
  sendByNode,
  startTokenServer,
  type TokenServer,
} from './token-server.js';

/** What must appear nowhere, as it is and in the forms in which it goes over the wire. */
const secret = 'CANARY + 7c1f/ä';
const byBasic = Buffer.from('me:CANARY+%2B+7c1f%2F%C3%A4').toString('base64');

/** What the server was sent, in all its forms. */
function quoting({ headers, form }: Asked): string {
  const values = [...form.values()].flatMap((value) => [value, encodeURIComponent(value)]);
  return [headers.authorization, form.toString(), ...values].join(' ');
}

/** One word of that. */
function wordOf({ headers, form }: Asked): string {
  return headers.authorization?.slice('Basic '.length) ?? encodeURIComponent(form.get('client_secret')!);
}

/** All that a log could make of a thing: its texts, its own properties, hidden ones too, and its causes. */
function everythingIn(thing: unknown): string {
  const texts: string[] = [];
  for (let link = thing; link !== undefined; link = (link as { cause?: unknown }).cause) {
    texts.push(String(link), JSON.stringify(link), inspect(link), (link as Error).stack ?? '');
    texts.push(inspect(link, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }));
    for (const key of Reflect.ownKeys(link as object)) texts.push(inspect(Reflect.get(link as object, key)));
  }
  return texts.join('\n');
}

function expectNoSecretIn(thing: unknown): void {
  const all = everythingIn(thing);
  expect(all).not.toContain('CANARY');
  expect(all).not.toContain(byBasic);
}

let server: TokenServer;

beforeEach(async () => {
  server = await startTokenServer();
});

afterEach(() => server.stop());

function oauth2(options: object = {}, send: (request: TokenRequest) => Promise<Response> = sendByNode) {
  const tokenUrl = `${server.url}?api_key=CANARY`;
  const auth = {
    tokenUrl,
    clientId: 'me',
    clientSecret: secret,
    parameters: { assertion: 'CANARY ~ 2/ü' },
    ...options,
  };
  return credentialsOf({ oauth2: auth }, { send });
}

describe('credentials that are printed or serialized', () => {
  it.each([
    ['a bearer token', { bearer: 'CANARY' }],
    ['a bearer function', { bearer: () => 'CANARY' }],
    ['an API key', { apiKey: 'CANARY' }],
    ['an API key in a parameter', { apiKey: 'CANARY', query: 'key' }],
    ['a password', { basic: { username: 'CANARY', password: 'CANARY' } }],
    ['a function', () => ({ 'x-key': 'CANARY' })],
  ])('show nothing of %s', async (_, auth) => {
    const { credentials } = credentialsOf(auth);
    const fields = await credentials.fields(request());
    expect(Object.keys({ ...fields.headers, ...fields.query })).toHaveLength(1);

    expectNoSecretIn(credentials);
  });

  it.each([{}, { refreshToken: 'CANARY' }])(
    'show nothing of what OAuth 2 takes and gives, before and after: %j',
    async (options) => {
      server.answer = () => grant({ access_token: 'CANARY', refresh_token: 'CANARY-2' });
      const { credentials } = oauth2(options);
      expectNoSecretIn(credentials);
      const waiting = credentials.fields(request());
      expectNoSecretIn(credentials);

      expect(await waiting).toMatchObject({ headers: { authorization: 'Bearer CANARY' } });
      expectNoSecretIn(credentials);
    },
  );
});

describe('an error for want of a token', () => {
  const echo = (asked: Asked) => ({
    error: 'invalid_client',
    error_description: quoting(asked),
    error_uri: quoting(asked),
    access_token: secret,
  });

  it.each<[string, number | undefined, Answering, Fault?]>([
    ['quotes all it was sent', 400, (asked) => json(400, echo(asked))],
    [
      'quotes it in a challenge',
      401,
      (asked) => json(401, echo(asked), { 'www-authenticate': `Basic realm="${wordOf(asked)}"` }),
    ],
    ['makes an error code of a secret', 400, (asked) => json(400, { error: wordOf(asked) })],
    ['fails with a page that quotes it', 500, (asked) => ({ status: 500, body: `<html>${quoting(asked)}</html>` })],
    ['leads elsewhere', 302, (asked) => ({ status: 302, headers: { location: `/?token=${wordOf(asked)}` } })],
    ['gives a token of no type', 200, () => json(200, { access_token: 'CANARY' })],
    ['gives a token of a wrong type', 200, () => grant({ access_token: 'CANARY', token_type: 'CANARY' })],
    ['gives a token for DPoP', 200, () => grant({ access_token: 'CANARY', token_type: 'dpop' })],
    ['gives a token that cannot be sent', 200, () => grant({ access_token: secret })],
    ['gives what is nearly JSON', 200, () => ({ body: '{"access_token":"CANARY",}' })],
    ['gives a list of tokens', 200, () => json(200, ['CANARY'])],
    [
      'breaks off within a token',
      undefined,
      () => ({ body: '{"access_token":"CANARY"}' }),
      { kind: 'truncate', bytes: '{"access_token":"CANARY'.length },
    ],
    ['hangs up', undefined, () => ({}), { kind: 'truncate', at: 'start' }],
  ])('holds no secret where the server %s', async (_, status, answer, fault) => {
    server.answer = answer;
    if (fault) server.fail(fault);
    for (const options of [{}, { clientAuth: 'post' }, { refreshToken: 'CANARY ! 3/ö' }]) {
      const { credentials, clock } = oauth2(options);
      const error = await Promise.resolve(credentials.fields(request())).catch((reason) => reason);
      expect(error).toMatchObject({ name: 'TokenError', status });
      expectNoSecretIn(error);
      await clock.advance(0);
      expectNoSecretIn(credentials);
    }
  });

  it('holds no secret where sending fails with an error that carries the request, as those of axios do', async () => {
    const { credentials } = oauth2({}, ({ headers, data }) => {
      const config = { headers, data };
      const cause = Object.assign(new Error(`connect failed for ${data}`), { code: 'ECONNREFUSED', config });
      return Promise.reject(Object.assign(new Error(`could not send ${data}`, { cause }), { config }));
    });
    const error = await Promise.resolve(credentials.fields(request())).catch((reason) => reason);

    expect(error.message).toContain('ECONNREFUSED');
    expectNoSecretIn(error);
  });

  it('holds no secret where it is caused by an error of the client', async () => {
    const { credentials } = oauth2({}, (asked) =>
      Promise.reject(new NetworkError(asked, { code: 'ECONNRESET', reason: 'socket hang up', sent: true })),
    );
    const error = await Promise.resolve(credentials.fields(request())).catch((reason) => reason);

    expect(error.cause).toBeInstanceOf(NetworkError);
    expectNoSecretIn(error);
  });

  it('holds no secret where time runs out', async () => {
    const { credentials, clock } = oauth2({}, () => new Promise(() => {}));
    const waiting = Promise.resolve(credentials.fields(request())).catch((reason) => reason);
    await expect.poll(() => clock.pending).toBe(1);
    await clock.advance(10_000);

    expectNoSecretIn(await waiting);
  });

  it('tells of the explanation what is no secret, where somebody asks for it', async () => {
    server.answer = () => json(400, { error: 'invalid_client', error_description: `wrong secret '${secret}' of me` });
    const { credentials } = oauth2();
    const error = await Promise.resolve(credentials.fields(request())).catch((reason) => reason);

    expect(error.description).toBe("wrong secret '[redacted]' of me");
  });

  it('has no more of the explanation than 500 characters', async () => {
    server.answer = () => json(400, { error_description: 'x'.repeat(501) });
    const error = await Promise.resolve(oauth2().credentials.fields(request())).catch((reason) => reason);

    expect(error.description).toBe('x'.repeat(500));
  });
});
