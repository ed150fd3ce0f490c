import { beforeEach, describe, expect, it } from 'vitest';
import { oauthSettings } from '../../src/fault-server/oauth/oauth-options.js';
import { Tokens } from '../../src/fault-server/oauth/tokens.js';
import { ManualClock } from '../../src/testing/index.js';

let clock: ManualClock;
let tokens: Tokens;
beforeEach(() => {
  clock = new ManualClock();
  tokens = new Tokens(oauthSettings({}), clock);
});

describe('tokens', () => {
  it('cannot be guessed, and are never the same', () => {
    const given = Array.from({ length: 100 }, () => tokens.issue('a', []).accessToken);

    expect(new Set(given).size).toBe(100);
    expect(given.every((token) => /^[\w-]{32}$/.test(token))).toBe(true);
  });

  it('are good for as long as the options say, to the millisecond', async () => {
    const { accessToken } = tokens.issue('a', ['read']);
    await clock.advance(299_999);
    expect(tokens.access(accessToken)).toMatchObject({ grant: { client: 'a' }, scopes: ['read'] });
    await clock.advance(1);

    expect(tokens.access(accessToken)).toBeUndefined();
  });

  it('refresh for as long as the options say', async () => {
    const { refreshToken } = tokens.issueLasting('a', []);
    await clock.advance(86_400_000);

    expect(tokens.refresh(refreshToken, { client: 'a', scopes: undefined })).toBe('invalid');
  });

  it('are forgotten, the oldest first, when there are more than 10 000', () => {
    const [first, second] = [tokens.issue('a', []), tokens.issue('a', [])];
    for (let i = 0; i < 9999; i++) tokens.issue('a', []);

    expect(tokens.access(first.accessToken)).toBeUndefined();
    expect(tokens.access(second.accessToken)).toBeDefined();
  });
});

describe('a refresh token that rotates', () => {
  const all = { client: 'a', scopes: undefined };

  it('is good once, and so is the one in its place', () => {
    const first = tokens.issueLasting('a', ['read']);
    const second = tokens.refresh(first.refreshToken, all);

    expect(second).toMatchObject({ scopes: ['read'], refreshToken: expect.any(String) });
    expect(second).not.toMatchObject({ refreshToken: first.refreshToken });
  });

  it('ends all that came of its grant when it comes twice', () => {
    const first = tokens.issueLasting('a', ['read']);
    const other = tokens.issueLasting('a', ['read']);
    const second = given(tokens.refresh(first.refreshToken, all));

    expect(tokens.refresh(first.refreshToken, all)).toBe('invalid');
    expect(tokens.refresh(second.refreshToken, all)).toBe('invalid');
    expect(tokens.access(first.accessToken)).toBeUndefined();
    expect(tokens.access(second.accessToken)).toBeUndefined();
    expect(tokens.access(other.accessToken)).toBeDefined();
  });

  it('stays good when what is asked for is refused', () => {
    const { refreshToken } = tokens.issueLasting('a', ['read']);

    expect(tokens.refresh(refreshToken, { client: 'a', scopes: ['write'] })).toBe('exceeding');
    expect(tokens.refresh(refreshToken, { client: 'b', scopes: undefined })).toBe('invalid');
    expect(tokens.refresh(refreshToken, all)).toMatchObject({ scopes: ['read'] });
  });

  it('can give less than was granted, and all of it the next time', () => {
    const { refreshToken } = tokens.issueLasting('a', ['read', 'write']);
    const less = given(tokens.refresh(refreshToken, { client: 'a', scopes: ['read'] }));

    expect(tokens.access(less.accessToken)?.scopes).toEqual(['read']);
    expect(tokens.refresh(less.refreshToken, all)).toMatchObject({ scopes: ['read', 'write'] });
  });
});

describe('a refresh token that stays', () => {
  it('is good as often as it comes', () => {
    tokens = new Tokens(oauthSettings({ rotate: false }), clock);
    const { refreshToken } = tokens.issueLasting('a', []);

    for (let i = 0; i < 3; i++) {
      expect(tokens.refresh(refreshToken, { client: 'a', scopes: undefined })).toMatchObject({
        refreshToken: undefined,
      });
    }
  });
});

describe('a token that is revoked', () => {
  it('is not good any more; a refresh token takes all of its grant with it', () => {
    const { accessToken, refreshToken } = tokens.issueLasting('a', []);
    const alone = tokens.issue('a', []);
    tokens.revoke(alone.accessToken, 'a');
    expect(tokens.access(alone.accessToken)).toBeUndefined();
    expect(tokens.access(accessToken)).toBeDefined();
    tokens.revoke(refreshToken, 'a');

    expect(tokens.access(accessToken)).toBeUndefined();
    expect(tokens.refresh(refreshToken, { client: 'a', scopes: undefined })).toBe('invalid');
  });

  it('is none when it is another client’s', () => {
    const { accessToken, refreshToken } = tokens.issueLasting('a', []);

    expect([tokens.revoke(accessToken, 'b'), tokens.revoke(refreshToken, 'b')]).toEqual(['foreign', 'foreign']);
    expect(tokens.access(accessToken)).toBeDefined();
    expect(tokens.revoke('nobody knows it', 'b')).toBe('done');
  });
});

function given(refreshed: ReturnType<Tokens['refresh']>): { accessToken: string; refreshToken: string } {
  expect(refreshed).toMatchObject({ accessToken: expect.any(String), refreshToken: expect.any(String) });
  return refreshed as { accessToken: string; refreshToken: string };
}
