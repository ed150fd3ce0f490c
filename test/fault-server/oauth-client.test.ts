import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { type OAuth2Options, RestClient, type RestClientOptions } from '../../src/http/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { ManualClock } from '../../src/testing/index.js';

let server: FaultServer;
let clock: ManualClock;
const clients: RestClient[] = [];
beforeEach(async () => {
  clock = new ManualClock();
  server = await startFaultServer({ clock, oauth: { clients: { test: 'secret', app: null } } });
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await server.close();
});

function clientOf(oauth2: Partial<OAuth2Options> = {}, options: RestClientOptions = {}): RestClient {
  const proof = oauth2.clientId === undefined ? { clientId: 'test', clientSecret: 'secret' } : {};
  const client = new RestClient({
    ...{ baseURL: server.url, runtime: new Runtime({ clock }), retry: false },
    auth: { oauth2: { tokenUrl: `${server.url}/oauth/token`, clientId: 'test', ...proof, ...oauth2 } },
    ...options,
  });
  clients.push(client);
  return client;
}

/** How many requests for tokens there were, and with which statuses `/private` was answered. */
function seen(): { tokens: number; statuses: readonly (number | undefined)[] } {
  const { journal } = server;
  const statuses = journal.entries({ path: '/private' }).map(({ status }) => status);
  return { tokens: journal.summary({ path: '/oauth/token' }).count, statuses };
}

describe('a RestClient with a token of the fault server', () => {
  it.each(['basic', 'post'] as const)('gets in, by %s', async (clientAuth) => {
    const { data } = await clientOf({ clientAuth, scope: ['read', 'write'] }).get('/private?scope=read');

    expect(data).toEqual({ client: 'test', scope: 'read write', expiresIn: 300 });
  });

  it('replaces it before it ends, and never knocks with one that has ended', async () => {
    const client = clientOf();
    await client.get('/private');
    await clock.advance(269_999);
    await client.get('/private');
    expect(seen().tokens).toBe(1);
    await clock.advance(1);
    await client.get('/private');
    expect(seen().tokens).toBe(2);
    await clock.advance('10m');
    await client.get('/private');

    expect(seen()).toEqual({ tokens: 3, statuses: [200, 200, 200, 200] });
  });

  it('asks for one token, however many wait for it', async () => {
    const client = clientOf();
    await Promise.all(Array.from({ length: 20 }, () => client.get('/private')));
    await clock.advance('10m');
    await Promise.all(Array.from({ length: 20 }, () => client.get('/private')));

    expect(seen()).toEqual({ tokens: 2, statuses: Array(40).fill(200) });
  });

  it('gets a new one, and its answer, when the server no longer knows it', async () => {
    const client = clientOf({ refreshToken: server.issueTokens().refreshToken });
    await client.get('/private');
    await clock.advance('2s');
    server.fail({ route: '/private', status: 401, count: 1 });

    expect((await client.get('/private')).status).toBe(200);
    expect(seen()).toEqual({ tokens: 2, statuses: [200, 401, 200] });
  });

  it('goes on through one rotation of its refresh token after the other, and tells each', async () => {
    const told: string[] = [];
    const { refreshToken } = server.issueTokens({ client: 'app', scope: 'read' });
    const client = clientOf({ clientId: 'app', refreshToken, onRefreshToken: (token) => void told.push(token) });
    for (let i = 0; i < 4; i++) {
      expect((await client.get('/private')).data).toMatchObject({ client: 'app', scope: 'read' });
      await clock.advance('10m');
    }

    expect(new Set([...told, refreshToken]).size).toBe(5);
    expect(seen().tokens).toBe(4);
  });

  it('is told when somebody else has used its refresh token', async () => {
    const { refreshToken } = server.issueTokens();
    const [owner, thief] = [clientOf({ refreshToken }), clientOf({ refreshToken })];
    await thief.get('/private');

    await expect(owner.get('/private')).rejects.toMatchObject({
      ...{ code: 'HTTP_TOKEN', reason: 'refused', oauthError: 'invalid_grant', status: 400 },
    });
    await clock.advance('10m');
    await expect(thief.get('/private')).rejects.toMatchObject({ oauthError: 'invalid_grant' });
  });

  it('loses its grant with the answer to a refresh', async () => {
    const client = clientOf({ refreshToken: server.issueTokens().refreshToken });
    server.fail({ kind: 'reset', at: 'body', route: '/oauth/token', count: 1 });
    await expect(client.get('/private')).rejects.toMatchObject({ code: 'HTTP_TOKEN', reason: 'unreachable' });
    await clock.advance('5s');

    await expect(client.get('/private')).rejects.toMatchObject({ reason: 'refused', oauthError: 'invalid_grant' });
  });

  it.each<[string, object, string]>([
    ['503', { status: 503 }, 'unreachable'],
    ['429', { status: 429 }, 'unreachable'],
    ['a reset', { kind: 'reset' }, 'unreachable'],
    ['a page', { status: 200, body: 'maintenance' }, 'malformed'],
    ['a token that is none', { status: 200, body: { token_type: 'Bearer' } }, 'malformed'],
    ['an error of OAuth', { status: 400, body: { error: 'invalid_scope' } }, 'refused'],
  ])('fails by %s of the token endpoint, and never reaches what it asked for', async (_, fault, reason) => {
    server.fail({ ...fault, route: '/oauth/token' });

    await expect(clientOf().get('/private')).rejects.toMatchObject({ code: 'HTTP_TOKEN', reason, sent: false });
    expect(seen()).toEqual({ tokens: 1, statuses: [] });
  });

  it('gets through once a token endpoint in trouble has recovered', async () => {
    server.fail({ route: '/oauth/token', status: 503, count: 1 });
    const client = clientOf();
    await expect(client.get('/private')).rejects.toMatchObject({ reason: 'unreachable', status: 503 });
    await clock.advance('1s');
    await client.get('/private');

    expect(seen()).toEqual({ tokens: 2, statuses: [200] });
  });

  it('learns that it is not known', async () => {
    const stranger = clientOf({ clientSecret: 'wrong' });

    await expect(stranger.get('/private')).rejects.toMatchObject({ status: 401, oauthError: 'invalid_client' });
  });
});
