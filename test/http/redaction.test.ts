import { describe, expect, it } from 'vitest';
import { isSecret, redactHeaders, redactUrl } from '../../src/http/redaction.js';

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
});
