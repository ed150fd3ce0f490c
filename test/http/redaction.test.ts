import { describe, expect, it } from 'vitest';
import { isSecret, Redaction, redactHeaders, redactUrl } from '../../src/http/redaction.js';

describe('a name that stands for a secret', () => {
  it.each([
    ...['authorization', 'Proxy-Authorization', 'auth', 'oauth_nonce', 'authentication-info', 'Cookie', 'set-cookie'],
    ...['x-api-key', 'API_KEY', 'apikey', 'apiKey', 'key', 'client-key', 'access_key', 'private-key'],
    ...[
      'access_token',
      'refreshToken',
      'X-Auth-Token',
      'csrf-token',
      'client_secret',
      'password',
      'passwd',
      'pass',
      'pwd',
    ],
    ...['X-Amz-Credential', 'X-Amz-Signature', 'sig', 'code', 'session_id', 'jwt', 'otp'],
  ])('is %s', (name) => {
    expect(isSecret(name)).toBe(true);
  });

  it.each([
    ...['content-type', 'retry-after', 'www-authenticate', 'proxy-authenticate', 'author', 'authors', 'author_id'],
    ...['keyword', 'monkey', 'keys_only', 'passenger', 'compass', 'country_code', 'status', 'design', 'hotpot'],
  ])('is not %s', (name) => {
    expect(isSecret(name)).toBe(false);
  });
});

describe('a URL that may be shown', () => {
  it.each([
    ['https://h/a?q=1&q=2', 'https://h/a?q=1&q=2'],
    ['https://user:pass@h:8443/a', 'https://h:8443/a'],
    ['https://h/a?token=t0p&page=2', 'https://h/a?token=[redacted]&page=2'],
    [
      'https://h/a?page=a%20b%26c&api_key=t0p&api_key=t1p',
      'https://h/a?page=a%20b%26c&api_key=[redacted]&api_key=[redacted]',
    ],
    ['https://h/a#access_token=t0p', 'https://h/a'],
  ])('for %s is %s', (url, safe) => {
    expect(redactUrl(url)).toBe(safe);
  });
});

describe('header fields that may be shown', () => {
  it('have their names, and the values of those that are no secret', () => {
    const headers = { 'set-cookie': ['a=1', 'b=2'], 'retry-after': '1', 'x-auth-token': 't0p', via: ['a', 'b'] };

    expect(redactHeaders(headers)).toEqual({
      'set-cookie': '[redacted]',
      'retry-after': '1',
      'x-auth-token': '[redacted]',
      via: ['a', 'b'],
    });
  });

  it.each([
    ['location', '/cb?code=t0p&state=1', '/cb?code=[redacted]&state=1'],
    ['location', 'https://user:t0p@h/a#access_token=t0p', 'https://h/a#access_token=[redacted]'],
    ['content-location', '/a?page=2', '/a?page=2'],
    ['link', '</a?api_key=t0p>; rel="next"', '</a?api_key=[redacted]>; rel="next"'],
    ['refresh', '0; url=/a?session=t0p', '0; url=/a?session=[redacted]'],
  ])('hold URLs without secrets: %s', (name, value, safe) => {
    expect(redactHeaders({ [name]: value, x: [value] })).toEqual({ [name]: safe, x: [value] });
    expect(redactHeaders({ [name]: [value, value] })).toEqual({ [name]: [safe, safe] });
  });
});

describe('an excerpt', () => {
  const redaction = new Redaction(['pin', /^x-own/]);

  it.each([
    ['error=x&access_token=t0p&b=1', 'error=x&access_token=[redacted]&b=1'],
    ['error: access_token=t0p', 'error: access_token=[redacted]'],
    ['Authorization: Bearer t0p\nvia: a', 'Authorization: [redacted]\nvia: a'],
    ['{"password": "t0p \\" t0p", "code": "x"', '{"password": [redacted], "code": "x"'],
    ['{"token":"t0p', '{"token":[redacted]'],
    ['{"message":"{\\"token\\":\\"t0p\\"}"}', '{"message":"{\\"token\\":[redacted]}"}'],
    ["{'secret': 't0p', 'a': 1}", "{'secret': [redacted], 'a': 1}"],
    ['<token>t0p</token><a>b</a>', '<token>[redacted]</token><a>b</a>'],
    ['pin=t0p;x-own-name=t0p;name=x', 'pin=[redacted];x-own-name=[redacted];name=x'],
    ['no token here', 'no token here'],
  ])('of the text %j is %j', (text, safe) => {
    expect(redaction.excerpt(text)).toBe(safe);
  });

  it.each([
    [
      { token: 't0p', code: 'x', list: [{ pin: 't0p' }], none: { secret: null } },
      '{"token":"[redacted]","code":"x","list":[{"pin":"[redacted]"}],"none":{"secret":null}}',
    ],
    [undefined, undefined],
    [Buffer.from('token=t0p'), undefined],
  ])('of %j is %s', (body, safe) => {
    expect(redaction.excerpt(body)).toBe(safe);
  });

  it('is read in no time, whatever it is of', () => {
    const startedAt = performance.now();
    for (const hostile of ['a', '"', '\\"', 'token:', 'token ', "'", '<token>', 'token="\\'])
      redaction.excerpt(hostile.repeat(1_000_000 / hostile.length));

    expect(performance.now() - startedAt).toBeLessThan(1000);
  });
});

describe('a value in the path of a URL that may be shown', () => {
  it.each([
    [{ token: 'a/b' }, 'https://h/bot[redacted]/users/7?q=a%2Fb'],
    [{ id: 7 }, 'https://h/bota%2Fb/users/7?q=a%2Fb'],
    [{ code: 7 }, 'https://h/bota%2Fb/users/7?q=a%2Fb'],
    [undefined, 'https://h/bota%2Fb/users/7?q=a%2Fb'],
  ])('is left out where it is named like a secret: %j', (params, safe) => {
    expect(new Redaction().url('https://h/bota%2Fb/users/7?q=a%2Fb', params)).toBe(safe);
  });
});
