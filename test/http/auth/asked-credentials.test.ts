import { describe, expect, it } from 'vitest';
import type { AuthRequest, Credentials } from '../../../src/http/auth/index.js';
import { credentialsOf, listening, request } from './credentials-by-hand.js';

/** Says how `fields` fails, in whatever way it does. */
async function failure(credentials: Credentials, asked = request()): Promise<unknown> {
  const outcome = credentials.fields(asked);
  return Promise.resolve(outcome).then(
    () => expect.unreachable('it gave fields'),
    (error) => error,
  );
}

describe('bearer as a function', () => {
  it('is asked for each attempt', () => {
    let asked = 0;
    const { credentials } = credentialsOf({ bearer: () => `token-${++asked}` });

    expect(credentials.fields(request())).toEqual({ headers: { authorization: 'Bearer token-1' }, query: {} });
    expect(credentials.fields(request())).toEqual({ headers: { authorization: 'Bearer token-2' }, query: {} });
    expect(credentials.secretNames).toEqual(['authorization']);
  });

  it('may take its time', async () => {
    const { credentials } = credentialsOf({ bearer: async () => 'later' });

    expect(await credentials.fields(request())).toEqual({ headers: { authorization: 'Bearer later' }, query: {} });
  });

  it('is asked once more after a 401, and told so', async () => {
    const questions: boolean[] = [];
    const bearer = ({ refused }: AuthRequest) => `token-${questions.push(refused)}`;
    const { credentials } = credentialsOf({ bearer });
    const refused = await credentials.fields(request());

    const renewed = await credentials.renew!(refused, request());

    expect(renewed).toEqual({ headers: { authorization: 'Bearer token-2' }, query: {} });
    expect(questions).toEqual([false, true]);
  });

  it('is not worth a replay where it gives the same token again', async () => {
    const { credentials } = credentialsOf({ bearer: async () => 'the-only-one' });

    expect(await credentials.renew!(await credentials.fields(request()), request())).toBeUndefined();
  });

  it.each([undefined, '', 'two words', 'a\nb', 7, { token: 'x' }])('rejects where it gives %j', async (given) => {
    const rule =
      'is a function, whose result must be a token: visible characters of ASCII, without spaces and line breaks';
    const expected = { option: 'auth.bearer', rule, value: undefined };

    expect(await failure(credentialsOf({ bearer: () => given }).credentials)).toMatchObject(expected);
    expect(await failure(credentialsOf({ bearer: async () => given }).credentials)).toMatchObject(expected);
  });

  it('passes on its own error, the same object, thrown or rejected', async () => {
    const mine = new Error('the vault is sealed');
    const thrown = credentialsOf({
      bearer: () => {
        throw mine;
      },
    });

    expect(await failure(thrown.credentials)).toBe(mine);
    expect(await failure(credentialsOf({ bearer: () => Promise.reject(mine) }).credentials)).toBe(mine);
  });

  it('is left alone when the caller leaves, and hears of it by its signal', async () => {
    const caller = new AbortController();
    let signal: AbortSignal | undefined;
    const bearer = (asked: AuthRequest) => {
      signal = asked.signal;
      return new Promise<string>(() => {});
    };
    const outcome = failure(credentialsOf({ bearer }).credentials, request(caller.signal));
    expect(signal?.aborted).toBe(false);

    caller.abort('enough');

    expect(await outcome).toBe('enough');
    expect(signal).toMatchObject({ aborted: true, reason: 'enough' });
    expect(listening(caller)).toBe(0);
  });

  it('is not waited for by a caller that has left before', async () => {
    const { credentials } = credentialsOf({ bearer: () => new Promise<string>(() => {}) });

    expect(await failure(credentials, request(AbortSignal.abort('gone')))).toBe('gone');
  });

  it('listens to nobody once it has failed', async () => {
    const caller = new AbortController();
    const bearer = async ({ signal }: AuthRequest) => {
      signal.throwIfAborted();
      throw new Error('the vault is sealed');
    };
    await failure(credentialsOf({ bearer }).credentials, request(caller.signal));

    expect(listening(caller)).toBe(0);
  });

  it('listens to nobody once it has answered, whoever still looks at what it was asked', async () => {
    const caller = new AbortController();
    const questions: AuthRequest[] = [];
    const quick = credentialsOf({ bearer: (asked: AuthRequest) => `token-${questions.push(asked)}` }).credentials;
    const slow = credentialsOf({ bearer: async ({ signal }: AuthRequest) => `${signal.aborted}` }).credentials;

    quick.fields(request(caller.signal));
    expect(questions[0]!.signal.aborted).toBe(false);
    await slow.fields(request(caller.signal));

    expect(listening(caller)).toBe(0);
  });
});

describe('auth as a function', () => {
  it('is asked with what it may sign', () => {
    let asked: AuthRequest | undefined;
    const auth = (question: AuthRequest) => {
      asked = question;
      return { 'X-Signature': 'abc' };
    };
    const { credentials } = credentialsOf(auth);
    const attempt = request();

    expect(credentials.fields(attempt)).toEqual({ headers: { 'x-signature': 'abc' }, query: {} });
    const { service, method, url, headers, attempt: number, refused } = asked!;
    expect({ service, method, headers, number, refused }).toEqual({
      service: 'payments',
      method: 'GET',
      headers: { accept: 'application/json' },
      number: 2,
      refused: false,
    });
    expect(url.href).toBe('https://api.example.com/charges');
    expect(url).not.toBe(attempt.target);
    expect(headers).not.toBe(attempt.headers);
  });

  it('makes secrets of all fields that it gives', async () => {
    const { credentials } = credentialsOf(async () => ({ 'X-Signature': 'abc', 'X-Date': 'today' }));

    await credentials.fields(request());

    expect(credentials.secretNames).toEqual(['authorization', 'x-signature', 'x-date']);
  });

  it('remembers no more than a hundred names, whatever it makes up', () => {
    let asked = 0;
    const { credentials } = credentialsOf(() => ({ [`x-${++asked}`]: 'abc' }));

    for (let time = 0; time < 250; time++) credentials.fields(request());

    expect(credentials.secretNames).toHaveLength(100);
    expect(credentials.secretNames).toContain('x-250');
  });

  it('is worth a replay where it gives other fields after a 401', async () => {
    const auth = ({ refused }: AuthRequest) => ({ authorization: refused ? 'Key new' : 'Key old' });
    const { credentials } = credentialsOf(auth);
    const first = await credentials.fields(request());
    const second = await credentials.renew!(first, request());

    expect(second).toEqual({ headers: { authorization: 'Key new' }, query: {} });
    expect(await credentials.renew!(second!, request())).toBeUndefined();
  });

  it('is worth a replay also where it only leaves a field out', async () => {
    const auth = ({ refused }: AuthRequest) => (refused ? { 'x-key': 'a' } : { 'x-key': 'a', 'x-session': 'b' });
    const { credentials } = credentialsOf(auth);

    expect(await credentials.renew!(await credentials.fields(request()), request())).toMatchObject({
      headers: { 'x-key': 'a' },
    });
  });

  const value = 'must be a text of visible ASCII characters, without line breaks and without spaces at its ends';

  it.each([
    ['a text', 'CANARY', 'must be an object of header fields'],
    ['nothing', undefined, 'must be an object of header fields'],
    ['a list', ['CANARY'], 'must be an object of header fields'],
    ['a name that is none', { 'a b': 'CANARY' }, "has a field 'a b', which must be the name of a header field"],
    ['a line break', { 'x-key': 'CANARY\r\nx: y' }, `has a field 'x-key' that ${value}`],
    ['an empty value', { 'x-key': '' }, `has a field 'x-key' that ${value}`],
    ['a number', { 'x-key': 7 }, `has a field 'x-key' that ${value}`],
  ])('rejects where it gives %s', async (_, given, rule) => {
    const error = await failure(credentialsOf(() => given).credentials);

    expect(error).toMatchObject({ option: 'auth', rule: `is a function, whose result ${rule}`, value: undefined });
    expect(String(error)).not.toContain('CANARY');
  });
});
