import { redactSecrets } from 'holdfast/winston';
import { describe, expect, it } from 'vitest';

const token = 'aB3.dE-f_6/7+8=';

describe('redactSecrets', () => {
  it.each([
    ['a bearer token', `401 for Bearer ${token}`, '401 for Bearer [redacted]'],
    ['a bearer token in small letters', `authorised by bearer ${token}, but`, 'authorised by bearer [redacted], but'],
    ['basic credentials', 'Basic dXNlcjpwYXNz refused', 'Basic [redacted] refused'],
    ['an authorization header', `Authorization: Token ${token}\nHost: a.b`, 'Authorization: [redacted]\nHost: a.b'],
    ['a proxy header', 'Proxy-Authorization: Digest a="b", c="d"', 'Proxy-Authorization: [redacted]'],
    ['a header as JSON', '{"authorization":"Bearer x y","host":"a.b"}', '{"authorization":[redacted],"host":"a.b"}'],
    [
      'a header as Node shows it',
      "{ authorization: 'Bearer x', host: 'a' }",
      "{ authorization: [redacted], host: 'a' }",
    ],
    [
      'JSON within JSON',
      String.raw`{\"password\":\"hunter2\",\"user\":\"me\"}`,
      String.raw`{\"password\":[redacted],\"user\":\"me\"}`,
    ],
    ['cookies', 'Cookie: session=abc; theme=dark\r\nHost: a.b', 'Cookie: [redacted]\r\nHost: a.b'],
    ['cookies that are set', 'set-cookie: sid=abc; HttpOnly', 'set-cookie: [redacted]'],
    ['a password in a URL', 'connect postgres://me:hunter2@db:5432/shop', 'connect postgres://[redacted]@db:5432/shop'],
    ['a password with an @ in a URL', 'redis://:p@ss@cache:6379', 'redis://[redacted]@cache:6379'],
    [
      'a token in a URL',
      `GET https://a.b/c?access_token=${token}&page=2`,
      'GET https://a.b/c?access_token=[redacted]&page=2',
    ],
    ['a key in a URL', 'https://a.b/c?key=secret&q=1', 'https://a.b/c?key=[redacted]&q=1'],
    ['a signature in a URL', 'https://a.b/c?q=1&X-Amz-Signature=abc', 'https://a.b/c?q=1&X-Amz-Signature=[redacted]'],
    ['an API key in a header', 'x-api-key: 12345, next', 'x-api-key: [redacted], next'],
    [
      'an API key in an option',
      'new Client({ apiKey: "12 345", port: 1 })',
      'new Client({ apiKey: [redacted], port: 1 })',
    ],
    ['a password in an option', "login(user='me', password='a b')", "login(user='me', password=[redacted])"],
    [
      'an environment',
      'DB_PASSWORD=hunter2 CLIENT_SECRET=x node',
      'DB_PASSWORD=[redacted] CLIENT_SECRET=[redacted] node',
    ],
    ['a JSON web token', 'jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln expired', 'jwt [redacted] expired'],
    ['an AWS key', 'AKIAIOSFODNN7EXAMPLE is unknown', '[redacted] is unknown'],
    ['a GitHub token', `ghp_${'a'.repeat(36)} was revoked`, '[redacted] was revoked'],
    ['a private key', '-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----.', '[redacted].'],
    ['a private key that was cut off', 'bad -----BEGIN PRIVATE KEY-----\nMII', 'bad [redacted]'],
  ])('takes out %s', (_, text, clean) => {
    expect(redactSecrets(text)).toBe(clean);
  });

  it.each([
    'connect ECONNREFUSED 127.0.0.1:5432',
    'Request failed with status code 503',
    'GET https://api.github.com/repos/a/b?page=2 timed out after 2000 ms',
    'Unexpected token < in JSON at position 0',
    'mail to someone@example.org bounced',
    'the password was wrong',
  ])('leaves %j as it is', (text) => {
    expect(redactSecrets(text)).toBe(text);
  });

  // What an error says may come from whoever is called: no text may keep the process busy.
  it.each([
    'a',
    'eyJ-',
    '://',
    'cookie',
    'token ',
    '-----BEGIN PRIVATE KEY-----',
    'Bearer ',
    'A',
    '?key=',
    '"password":"',
    ' ',
  ])('takes its time with no text: %j, many times', (part) => {
    const time = (length: number) => {
      const text = part.repeat(length / part.length);
      const startedAt = performance.now();
      redactSecrets(text);
      return performance.now() - startedAt;
    };
    time(10_000);

    expect(time(400_000)).toBeLessThan(200);
  });
});
