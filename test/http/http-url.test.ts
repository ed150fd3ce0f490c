import { describe, expect, it } from 'vitest';
import { checkBaseUrl, joinUrl } from '../../src/http/http-url.js';

const base = checkBaseUrl('https://api.example.com/v1', 'github');

describe('a path is joined', () => {
  it.each([
    ['https://h', '/a', 'https://h/a'],
    ['https://h/', 'a', 'https://h/a'],
    ['https://h/v1', '/a/b', 'https://h/v1/a/b'],
    ['https://h/v1/', 'a?x=1', 'https://h/v1/a?x=1'],
    ['https://h/v1', '', 'https://h/v1'],
    ['https://h/v1', '?x=1', 'https://h/v1?x=1'],
    ['https://h/v1', '/a b', 'https://h/v1/a%20b'],
    ['https://h/v1', '/a:b', 'https://h/v1/a:b'],
    ['https://h/v1', '/a#part', 'https://h/v1/a'],
    ['https://h/v1', '/a/../b', 'https://h/v1/b'],
    ['https://h', '/../a', 'https://h/a'],
    ['https://user:pass@h/v1', '/a', 'https://user:pass@h/v1/a'],
    ['https://h/v1', 'https://h/v2/a?page=2', 'https://h/v2/a?page=2'],
    ['https://h/v1', '//h/v2', 'https://h/v2'],
  ])('%s and %s make %s', (from, path, url) => {
    expect(joinUrl(checkBaseUrl(from, 'github'), path, {}, 'github').href).toBe(url);
  });

  it.each([
    ['https://user:pass@h/v1', 'https://h/v2', 'https://user:pass@h/v2'],
    ['https://user:pass@h/v1', 'https://user:pass@h/v2', 'https://user:pass@h/v2'],
    ['https://user:pass@h/v1', '//h/v2', 'https://user:pass@h/v2'],
  ])('%s and %s on behalf of whom the base says: %s', (from, path, url) => {
    expect(joinUrl(checkBaseUrl(from, 'github'), path, {}, 'github').href).toBe(url);
  });

  it.each(['https://user:t0p@api.example.com/a', '//t0p@api.example.com/a'])(
    'and %s not on behalf of another',
    (path) => {
      const join = () => joinUrl(base, path, {}, 'github');

      expect(join).toThrow(
        'github: RestClient: path must hold no user and no password: they belong in baseURL, or in auth',
      );
      expect(join).not.toThrow('t0p');
    },
  );

  it('without a base when it is absolute', () => {
    expect(joinUrl(undefined, 'http://h:1/a', { b: 1 }, 'github').href).toBe('http://h:1/a?b=1');
  });

  it('with its parameters, lists repeated and what is not there left out', () => {
    const query = {
      q: 'a b&c',
      page: 2,
      all: true,
      tags: ['x', undefined, 'y'],
      none: undefined,
      nil: null,
      empty: '',
    };

    expect(joinUrl(base, '/a?z=1', query, 'github').search).toBe('?z=1&q=a+b%26c&page=2&all=true&tags=x&tags=y&empty=');
  });

  it('with a parameter of any name', () => {
    expect(joinUrl(base, '/a', JSON.parse('{"__proto__":"x"}'), 'github').search).toBe('?__proto__=x');
  });

  it.each<[URL | undefined, unknown, string]>([
    [base, '/../v2', "path must not lead out of baseURL by '..'"],
    [base, '../v10/a', "path must not lead out of baseURL by '..'"],
    [base, '%2e%2e/v2', "path must not lead out of baseURL by '..'"],
    [base, '/a/..\\..\\v2', "path must not lead out of baseURL by '..'"],
    [undefined, '/a', 'path must be an absolute URL, since the client has no baseURL'],
    [base, 7, 'path must be a text, but got 7'],
    [base, undefined, 'path must be a text, but got undefined'],
    [
      base,
      'https://evil.example.com/a?token=t0p',
      "path must stay on https://api.example.com, where the credentials of this client belong, but got 'https://evil.example.com'",
    ],
    [base, '//evil.example.com/a', "but got 'https://evil.example.com'"],
    [base, '\\\\evil.example.com/a', "but got 'https://evil.example.com'"],
    [base, 'http://api.example.com/a', "but got 'http://api.example.com'"],
    [base, 'ftp://api.example.com/a', "path must begin with http: or https:, but got 'ftp:'"],
    [base, 'javascript:alert(1)', "but got 'javascript:'"],
    [undefined, 'https://', 'path must be a path or an absolute URL'],
  ])('or refused: %s and %j', (from, path, sentence) => {
    expect(() => joinUrl(from, path, {}, 'github')).toThrow(sentence);
  });
});
