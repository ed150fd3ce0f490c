import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import {
  type Environment,
  type RestClient,
  type RestClientOptions,
  restClientFromEnv,
} from '../../../src/http/index.js';
import { Runtime } from '../../../src/runtime/index.js';
import { type Origin, startOrigin } from '../origin.js';

let origin: Origin;
const clients: RestClient[] = [];
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  await origin[Symbol.asyncDispose]();
});

function fromEnv(variables: Environment, options: RestClientOptions = {}, prefix = 'STRIPE'): RestClient {
  const environment = Object.fromEntries(
    Object.entries(variables).map(([name, value]) => [`${prefix}_${name}`, value]),
  );
  const client = restClientFromEnv(
    prefix,
    { runtime: new Runtime(), ...options },
    { [`${prefix}_BASE_URL`]: origin.url, ...environment },
  );
  clients.push(client);
  return client;
}

const outcomeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);

describe('a client from the environment', () => {
  it('has the name and the address of its prefix', async () => {
    const client = fromEnv({}, {}, 'MY_SHOP');
    await client.get('/items');

    expect(client.name).toBe('my-shop');
    expect(origin.received).toMatchObject([{ url: '/items' }]);
  });

  it.each([
    ['3', 4],
    ['0', 1],
    ['', 3],
    [undefined, 3],
  ])('makes as many retries as MAX_RETRIES says: %j are %i attempts', async (value, attempts) => {
    origin.replies = [503];
    await outcomeOf(fromEnv({ MAX_RETRIES: value, RETRY_DELAY: '1' }).get('/'));

    expect(origin.received).toHaveLength(attempts);
  });

  it('heeds the threshold of its circuit, and for how long that is open', async () => {
    origin.replies = [503];
    const client = fromEnv({ CIRCUIT_THRESHOLD: '2', CIRCUIT_TIMEOUT: '45s', MAX_RETRIES: '0' });
    await outcomeOf(client.get('/'));
    await outcomeOf(client.get('/'));
    const error = (await outcomeOf(client.get('/'))) as { code: string; retryAfter: number };

    expect(error.code).toBe('HOLDFAST_CIRCUIT_OPEN');
    expect(error.retryAfter).toBeGreaterThan(44_000);
    expect(error.retryAfter).toBeLessThanOrEqual(45_000);
  });

  it.each(['60', '60ms', ' 0.06s '])('heeds its time: %s', async (value) => {
    origin.replies = [{ hang: true }];

    expect(await outcomeOf(fromEnv({ TIMEOUT: value }).get('/'))).toMatchObject({ scope: 'total', after: 60 });
  });

  it.each<[Environment, Record<string, string>]>([
    [{ TOKEN: 'sk_1' }, { authorization: 'Bearer sk_1' }],
    [{ API_KEY: 'k1' }, { 'x-api-key': 'k1' }],
    [{ API_KEY: 'k1', API_KEY_HEADER: 'X-Own' }, { 'x-own': 'k1' }],
    [{ USERNAME: 'u', PASSWORD: 'p' }, { authorization: `Basic ${btoa('u:p')}` }],
  ])('says who it is: %j', async (variables, headers) => {
    await fromEnv(variables).get('/');

    expect(origin.received).toMatchObject([{ headers }]);
  });

  it('fetches tokens where it is told', async () => {
    origin.replies = [{ body: { access_token: 'at', token_type: 'bearer', expires_in: 60 } }, 200];
    const oauth = {
      OAUTH_TOKEN_URL: `${origin.url}/token`,
      OAUTH_CLIENT_ID: 'id',
      OAUTH_CLIENT_SECRET: 's',
      OAUTH_SCOPE: 'a b',
    };
    await fromEnv(oauth).get('/items');

    expect(origin.received).toMatchObject([
      { method: 'POST', url: '/token', body: expect.stringContaining('scope=a+b') },
      { url: '/items', headers: { authorization: 'Bearer at' } },
    ]);
  });

  it('lets options go over what the environment says', async () => {
    origin.replies = [503];
    const client = fromEnv({ MAX_RETRIES: '9', TOKEN: 'x' }, { retry: false, auth: { bearer: 'mine' }, name: 'own' });
    await outcomeOf(client.get('/'));

    expect(client.name).toBe('own');
    expect(origin.received).toMatchObject([{ headers: { authorization: 'Bearer mine' } }]);
  });
});

describe('an option that is there and undefined', () => {
  it('leaves it to the environment', async () => {
    const client = fromEnv({ TOKEN: 'x' }, { auth: undefined, baseURL: undefined, timeout: undefined } as never);
    await client.get('/');

    expect(origin.received).toMatchObject([{ headers: { authorization: 'Bearer x' } }]);
  });
});

describe('options beside the environment', () => {
  it('go over it part by part', async () => {
    origin.replies = [503];
    await outcomeOf(fromEnv({ MAX_RETRIES: '3' }, { retry: { delay: 1 } }).get('/'));
    expect(origin.received).toHaveLength(4);
    origin.replies = [{ hang: true }];

    expect(await outcomeOf(fromEnv({ TIMEOUT: '50' }, { timeout: { read: '1s' } }).get('/'))).toMatchObject({
      after: 50,
    });
    expect(await outcomeOf(fromEnv({ TIMEOUT: '5s' }, { timeout: 40 }).get('/'))).toMatchObject({ after: 40 });
  });

  it('are named themselves where they are wrong', () => {
    expect(() => fromEnv({ RETRY_DELAY: '1s' }, { retry: { maxAttempts: 0 } })).toThrow(
      /RestClient: retry.maxAttempts must be/,
    );
    expect(() => fromEnv({}, { timeout: -1 })).toThrow(/RestClient: timeout/);
  });
});

describe('a bad value in the environment', () => {
  it.each<[Environment, string]>([
    [{ BASE_URL: undefined }, 'STRIPE_BASE_URL must be set'],
    [{ BASE_URL: 'ftp://u:t0p@h' }, 'STRIPE_BASE_URL must be an absolute URL'],
    [{ BASE_URL: 'http://h/?key=t0p' }, 'STRIPE_BASE_URL must have no query and no fragment'],
    [{ TIMEOUT: 'soon' }, 'STRIPE_TIMEOUT must be a duration'],
    [{ TIMEOUT: '-5' }, "but got '-5'"],
    [{ CONNECT_TIMEOUT: '1e3' }, 'STRIPE_CONNECT_TIMEOUT must be a duration'],
    [{ MAX_RETRIES: '-1' }, "STRIPE_MAX_RETRIES must be a whole number from 0 to 99, but got '-1'"],
    [{ MAX_RETRIES: '2.5' }, 'STRIPE_MAX_RETRIES must be a whole number'],
    [{ MAX_RETRIES: '100' }, 'STRIPE_MAX_RETRIES must be a whole number'],
    [{ RETRY_DELAY: 'x' }, 'STRIPE_RETRY_DELAY must be a duration'],
    [{ CIRCUIT_THRESHOLD: '0' }, 'STRIPE_CIRCUIT_THRESHOLD must be a whole number from 1'],
    [{ CIRCUIT_TIMEOUT: 'x' }, 'STRIPE_CIRCUIT_TIMEOUT must be a duration'],
    [{ TOKEN: 't0p', API_KEY: 't0p' }, 'STRIPE_API_KEY cannot be set beside STRIPE_TOKEN'],
    [{ TOKEN: 't0p\nx' }, 'STRIPE_TOKEN'],
    [{ API_KEY_HEADER: 'X-Own' }, 'STRIPE_API_KEY must be set where STRIPE_API_KEY_HEADER is'],
    [{ USERNAME: 'u' }, 'STRIPE_PASSWORD must be set where STRIPE_USERNAME is'],
    [{ PASSWORD: 't0p' }, 'STRIPE_USERNAME must be set where STRIPE_PASSWORD is'],
    [{ OAUTH_CLIENT_ID: 'x' }, 'STRIPE_OAUTH_TOKEN_URL must be set where STRIPE_OAUTH_CLIENT_ID is'],
    [{ OAUTH_TOKEN_URL: 'https://h/token' }, 'STRIPE_OAUTH_CLIENT_ID must be set where STRIPE_OAUTH_TOKEN_URL is'],
    [{ OAUTH_TOKEN_URL: 'nowhere', OAUTH_CLIENT_ID: 'x' }, 'STRIPE_OAUTH_TOKEN_URL must be an absolute URL'],
  ])('is told by the name of its variable: %j', (variables, message) => {
    const error = caught(() => fromEnv(variables));

    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error?.message).toContain(message);
    expect(error?.message).toMatch(/^restClientFromEnv\(\): STRIPE_/);
    expect(error?.message).not.toContain('t0p');
  });

  it.each([[''], ['9A'], ['A B'], [undefined]])('a prefix that is none is refused: %j', (prefix) => {
    expect(() => restClientFromEnv(prefix as string, {}, {})).toThrow('restClientFromEnv(): prefix must be a prefix');
  });
});

function caught(act: () => unknown): Error | undefined {
  try {
    act();
  } catch (error) {
    return error as Error;
  }
  return undefined;
}
