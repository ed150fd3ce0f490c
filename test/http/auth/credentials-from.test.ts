import { describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../../src/core/index.js';
import { credentialsFrom } from '../../../src/http/auth/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { credentialsOf, request } from './credentials-by-hand.js';

const nowhere = () => Promise.reject(new Error('nothing is sent'));

function make(auth: unknown) {
  return credentialsFrom(auth, { client: 'payments', clock: new ManualClock(), send: nowhere });
}

function faultOf(auth: unknown): InvalidOptionsError {
  try {
    make(auth);
  } catch (error) {
    if (error instanceof InvalidOptionsError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('the option auth', () => {
  it('may stay away', () => {
    expect(make(undefined)).toBeUndefined();
  });

  it.each([
    ['a bearer token', { bearer: 'abc.def-_~+/==' }, { authorization: 'Bearer abc.def-_~+/==' }, {}, ['authorization']],
    ['an API key in X-API-Key', { apiKey: 'k 1' }, { 'x-api-key': 'k 1' }, {}, ['x-api-key']],
    ['an API key in a header field', { apiKey: 'k', header: 'X-Token' }, { 'x-token': 'k' }, {}, ['x-token']],
    ['an API key in a parameter', { apiKey: 'ä&b', query: 'apiKey' }, {}, { apiKey: 'ä&b' }, ['apikey']],
    [
      'a name and a password as in RFC 7617',
      { basic: { username: 'Aladdin', password: 'open sesame' } },
      { authorization: 'Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==' },
      {},
      ['authorization'],
    ],
    [
      'a password of UTF-8 with colons as in RFC 7617',
      { basic: { username: 'test', password: '123\u00a3:' } },
      { authorization: 'Basic dGVzdDoxMjPCozo=' },
      {},
      ['authorization'],
    ],
  ])('gives %s at once, the same each time, and has nothing to renew', (_, auth, headers, query, secretNames) => {
    const { credentials } = credentialsOf(auth);

    expect(credentials.fields(request())).toEqual({ headers, query });
    expect(credentials.fields(request())).toBe(credentials.fields(request()));
    expect(credentials.secretNames).toEqual(secretNames);
    expect(credentials.renew).toBeUndefined();
  });

  it('keeps what it gives from being changed', () => {
    const { headers } = credentialsOf({ bearer: 'abc' }).credentials.fields(request()) as { headers: object };

    expect(() => Object.assign(headers, { authorization: 'Bearer mine' })).toThrow(TypeError);
  });
});

const canary = 'CANARY-7c1f';
const oauth2 = { tokenUrl: 'https://auth.example.com/token', clientId: 'me', clientSecret: canary };
const shape = 'must be a function, or an object with one of bearer, apiKey, basic, oauth2';
const visible = 'must be a token: visible characters of ASCII, without spaces and line breaks';
const fieldText = 'must be a text of visible ASCII characters, without line breaks and without spaces at its ends';
const anyText = 'must be a text that is not empty, without line breaks and other control characters';
const noColon = 'must be a text that is not empty, without colons, line breaks and other control characters';
const duration = "must be a duration (milliseconds or a number with a unit, such as '250ms', '2s' or '1m')";
const uri = 'must be an absolute URI without a fragment, or a list of them';
const scope = 'must be scopes with one space between them, or a list of them';

describe('a wrong option auth', () => {
  it.each([
    ['a bare text', canary, 'auth', shape],
    ['null', null, 'auth', shape],
    ['a list', [canary], 'auth', shape],
    ['an object without a shape', { token: canary }, 'auth', shape],
    ['two shapes', { bearer: canary, apiKey: canary }, 'auth', 'cannot have both bearer and apiKey'],
    ['a part too many', { bearer: canary, header: 'x' }, 'auth', "has no part named 'header'; it takes bearer"],
    ['no token', { bearer: undefined }, 'auth.bearer', visible],
    ['an empty token', { bearer: '' }, 'auth.bearer', visible],
    ['a token with its scheme', { bearer: `Bearer ${canary}` }, 'auth.bearer', visible],
    ['a token with a line break', { bearer: `${canary}\n` }, 'auth.bearer', visible],
    ['a token that is no text', { bearer: { canary } }, 'auth.bearer', visible],
    ['an empty key', { apiKey: '' }, 'auth.apiKey', fieldText],
    ['a key with a line break', { apiKey: `${canary}\r\nx: y` }, 'auth.apiKey', fieldText],
    ['a key with a space at its end', { apiKey: `${canary} ` }, 'auth.apiKey', fieldText],
    ['a key beyond ASCII in a header field', { apiKey: `${canary}ä` }, 'auth.apiKey', fieldText],
    ['an empty key in a parameter', { apiKey: '', query: 'key' }, 'auth.apiKey', anyText],
    [
      'a header field that is none',
      { apiKey: canary, header: 'X Key' },
      'auth.header',
      'must be the name of a header field',
    ],
    ['an empty parameter', { apiKey: canary, query: '' }, 'auth.query', anyText],
    [
      'a key in two places',
      { apiKey: canary, header: 'x-key', query: 'key' },
      'auth',
      'cannot have both header and query: the key goes into one of them',
    ],
    ['basic as a text', { basic: canary }, 'auth.basic', 'must be an object with username, password'],
    ['a colon in the name', { basic: { username: `a:${canary}`, password: 'p' } }, 'auth.basic.username', noColon],
    ['an empty name', { basic: { username: '', password: canary } }, 'auth.basic.username', noColon],
    ['an empty password', { basic: { username: canary, password: '' } }, 'auth.basic.password', anyText],
    [
      'a line break in the password',
      { basic: { username: 'a', password: `${canary}\n` } },
      'auth.basic.password',
      anyText,
    ],
    ['half a character', { basic: { username: 'a', password: `${canary}\ud800` } }, 'auth.basic.password', anyText],
    ['oauth2 as a text', { oauth2: canary }, 'auth.oauth2', /^must be an object with tokenUrl, clientId, /],
    [
      'an unknown part',
      { oauth2: { ...oauth2, secret: canary } },
      'auth.oauth2',
      /^has no part named 'secret'; it takes /,
    ],
    ['no URL', { oauth2: { ...oauth2, tokenUrl: canary } }, 'auth.oauth2.tokenUrl', 'must be an absolute URL'],
    [
      'http to elsewhere',
      { oauth2: { ...oauth2, tokenUrl: `http://auth.example.com/${canary}` } },
      'auth.oauth2.tokenUrl',
      'must begin with https:, since secrets are sent there; allowHttp lets it be http',
    ],
    [
      'http to a name that begins like this machine',
      { oauth2: { ...oauth2, tokenUrl: 'http://127.0.0.1.example.com/' } },
      'auth.oauth2.tokenUrl',
      'must begin with https:, since secrets are sent there; allowHttp lets it be http',
    ],
    [
      'http to a name below localhost, which some systems look up elsewhere',
      { oauth2: { ...oauth2, tokenUrl: 'http://api.localhost:81/t' } },
      'auth.oauth2.tokenUrl',
      'must begin with https:, since secrets are sent there; allowHttp lets it be http',
    ],
    [
      'another scheme',
      { oauth2: { ...oauth2, tokenUrl: 'ftp://localhost/' } },
      'auth.oauth2.tokenUrl',
      'must begin with https:',
    ],
    [
      'a password in the URL',
      { oauth2: { ...oauth2, tokenUrl: `https://me:${canary}@example.com/` } },
      'auth.oauth2.tokenUrl',
      'must have no credentials in it',
    ],
    [
      'a fragment in the URL',
      { oauth2: { ...oauth2, tokenUrl: `https://example.com/#${canary}` } },
      'auth.oauth2.tokenUrl',
      'must have no fragment',
    ],
    ['an empty client id', { oauth2: { ...oauth2, clientId: '' } }, 'auth.oauth2.clientId', anyText],
    ['an empty secret', { oauth2: { ...oauth2, clientSecret: '' } }, 'auth.oauth2.clientSecret', anyText],
    [
      'no secret',
      { oauth2: { ...oauth2, clientSecret: undefined } },
      'auth.oauth2.clientSecret',
      "must be given, unless the grant is 'refresh_token' or clientAuth is 'none'",
    ],
    [
      'no secret to post',
      { oauth2: { ...oauth2, clientSecret: undefined, refreshToken: canary, clientAuth: 'post' } },
      'auth.oauth2.clientSecret',
      "must be given, unless the grant is 'refresh_token' or clientAuth is 'none'",
    ],
    [
      'a secret that is not sent',
      { oauth2: { ...oauth2, clientAuth: 'none' } },
      'auth.oauth2.clientSecret',
      "cannot be given with clientAuth 'none'",
    ],
    [
      'an unknown grant',
      { oauth2: { ...oauth2, grant: canary } },
      'auth.oauth2.grant',
      "must be one of 'client_credentials', 'refresh_token'",
    ],
    [
      'an unknown proof',
      { oauth2: { ...oauth2, clientAuth: canary } },
      'auth.oauth2.clientAuth',
      "must be one of 'basic', 'post', 'none'",
    ],
    [
      'no refresh token',
      { oauth2: { ...oauth2, grant: 'refresh_token' } },
      'auth.oauth2.refreshToken',
      "must be given for grant 'refresh_token'",
    ],
    [
      'a refresh token for another grant',
      { oauth2: { ...oauth2, grant: 'client_credentials', refreshToken: canary } },
      'auth.oauth2.refreshToken',
      "can only be given for grant 'refresh_token'",
    ],
    ['an empty refresh token', { oauth2: { ...oauth2, refreshToken: '' } }, 'auth.oauth2.refreshToken', anyText],
    ['scopes with two spaces', { oauth2: { ...oauth2, scope: 'a  b' } }, 'auth.oauth2.scope', scope],
    ['no scopes', { oauth2: { ...oauth2, scope: [] } }, 'auth.oauth2.scope', scope],
    ['a scope with a quote', { oauth2: { ...oauth2, scope: ['a', `"${canary}`] } }, 'auth.oauth2.scope', scope],
    ['an empty audience', { oauth2: { ...oauth2, audience: '' } }, 'auth.oauth2.audience', anyText],
    ['a relative resource', { oauth2: { ...oauth2, resource: canary } }, 'auth.oauth2.resource', uri],
    ['a resource with a fragment', { oauth2: { ...oauth2, resource: ['a:b', 'a:b#c'] } }, 'auth.oauth2.resource', uri],
    [
      'parameters as a list',
      { oauth2: { ...oauth2, parameters: [canary] } },
      'auth.oauth2.parameters',
      'must be an object of texts',
    ],
    [
      'a parameter that is no text',
      { oauth2: { ...oauth2, parameters: { a: { canary } } } },
      'auth.oauth2.parameters',
      'must hold texts that are not empty',
    ],
    [
      'a parameter with an option of its own',
      { oauth2: { ...oauth2, parameters: { client_secret: canary } } },
      'auth.oauth2.parameters',
      'cannot hold client_secret, which has an option of its own',
    ],
    ['a margin without a unit', { oauth2: { ...oauth2, margin: '30' } }, 'auth.oauth2.margin', duration],
    ['a negative timeout', { oauth2: { ...oauth2, timeout: -1 } }, 'auth.oauth2.timeout', duration],
    [
      'allowHttp as a text',
      { oauth2: { ...oauth2, allowHttp: 'yes' } },
      'auth.oauth2.allowHttp',
      'must be true or false',
    ],
    [
      'a listener that is none',
      { oauth2: { ...oauth2, onRefreshToken: canary } },
      'auth.oauth2.onRefreshToken',
      'must be a function',
    ],
  ])('says what is wrong with %s, and does not show it', (_, auth, option, rule) => {
    const fault = faultOf(auth);

    expect(fault.option).toBe(option);
    expect(fault.rule).toEqual(typeof rule === 'string' ? rule : expect.stringMatching(rule));
    expect(fault.message).toBe(`payments: RestClient: ${option} ${fault.rule}`);
    expect(fault.value).toBeUndefined();
    expect(fault.stack).not.toContain(canary);
  });

  it.each(['http://localhost/t', 'http://127.9.0.1/t', 'http://[::1]/t', 'https://example.com/t'])(
    'is not %s as a URL for tokens',
    (tokenUrl) => {
      expect(make({ oauth2: { ...oauth2, tokenUrl } })).toBeDefined();
    },
  );

  it('is not http elsewhere where that is allowed', () => {
    expect(make({ oauth2: { ...oauth2, tokenUrl: 'http://auth.internal/t', allowHttp: true } })).toBeDefined();
  });
});
