import { setMaxListeners } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OwnAnswer } from '../../../src/fault-server/index.js';
import type { CredentialFields, TokenRequest } from '../../../src/http/auth/index.js';
import { ClientClosedError } from '../../../src/http/errors/index.js';
import { settle } from '../../../src/testing/index.js';
import { credentialsOf, listening, request } from './credentials-by-hand.js';
import { grant, json, sendByNode, startTokenServer, type TokenServer } from './token-server.js';

let server: TokenServer;

beforeEach(async () => {
  server = await startTokenServer();
});

afterEach(() => server.stop());

function oauth2(options: Record<string, unknown> = {}, send = sendByNode) {
  const auth = { oauth2: { tokenUrl: server.url, clientId: 'me', clientSecret: 's3cret', ...options } };
  const { credentials, clock } = credentialsOf(auth, { send });
  return {
    credentials,
    clock,
    token: async (signal?: AbortSignal) => tokenOf(await credentials.fields(request(signal))),
    renew: async (refused: string) => {
      const fields = await credentials.renew!(bearing(refused), request());
      return fields && tokenOf(fields);
    },
  };
}

function tokenOf({ headers }: CredentialFields): string | undefined {
  return headers.authorization?.replace('Bearer ', '');
}

function bearing(token: string): CredentialFields {
  return { headers: { authorization: `Bearer ${token}` }, query: {} };
}

/** A place where the server's answers wait until they are let go. */
function gate() {
  const waiting: (() => void)[] = [];
  return {
    answer: () => {
      const number = server.asked.length;
      return new Promise<OwnAnswer>((resolve) => {
        waiting.push(() => resolve(grant({ access_token: `token-${number}` })));
      });
    },
    open: () => {
      for (const go of waiting.splice(0)) go();
    },
  };
}

const unreachable = { name: 'TokenError', reason: 'unreachable' };

describe('a token', () => {
  it('is fetched when it is first needed, and kept until a margin before its end', async () => {
    const { credentials, clock, token } = oauth2();
    expect(server.asked).toHaveLength(0);

    expect(await token()).toBe('token-1');
    await clock.advance(3_569_999);
    expect(credentials.fields(request())).toEqual(bearing('token-1'));
    await clock.advance(1);

    expect(await token()).toBe('token-2');
    expect(server.asked).toHaveLength(2);
    expect(credentials.secretNames).toEqual(['authorization']);
  });

  it('is kept for the margin that is asked for', async () => {
    const { clock, token } = oauth2({ margin: '10m' });
    await token();

    await clock.advance(3_000_000);

    expect(await token()).toBe('token-2');
  });

  it('ages from the moment it was asked for, and by a clock that nobody sets', async () => {
    const { answer, open } = gate();
    server.answer = answer;
    const { clock, token } = oauth2();
    const first = token();
    await server.reached(1);
    await clock.advance(9000);
    open();
    await first;

    clock.adjustWall(7_200_000);
    await clock.advance(3_560_999);
    expect(await token()).toBe('token-1');
    server.answer = () => grant({ access_token: 'token-2' });
    await clock.advance(1);

    expect(await token()).toBe('token-2');
  });

  it('is fetched once for everyone who needs it meanwhile', async () => {
    const { answer, open } = gate();
    server.answer = answer;
    const { token } = oauth2();
    const thousand = Array.from({ length: 1000 }, () => token());
    await server.reached(1);
    open();

    expect(new Set(await Promise.all(thousand))).toEqual(new Set(['token-1']));
    expect(server.asked).toHaveLength(1);
  });

  it('goes on being used while it is good, where no newer one is to be had', async () => {
    const { clock, token } = oauth2();
    await token();
    server.answer = () => json(503, {});
    await clock.advance(3_580_000);

    expect(await token()).toBe('token-1');
    expect(await token()).toBe('token-1');
    expect(server.asked).toHaveLength(2);
    await clock.advance(20_000);

    await expect(token()).rejects.toMatchObject(unreachable);
  });

  it('goes on being used while it is good, where a newer one takes more than a second, which is not broken off', async () => {
    const { answer, open } = gate();
    const { clock, token } = oauth2();
    await token();
    server.answer = answer;
    await clock.advance(3_570_000);
    const caller = new AbortController();
    const waiting = token(caller.signal);
    await server.reached(2);
    expect(await Promise.race([waiting, settle()])).toBeUndefined();
    await clock.advance(1000);
    expect(await waiting).toBe('token-1');

    const next = token();
    await clock.advance(0);
    expect(await next).toBe('token-1');
    open();

    await expect.poll(token).toBe('token-2');
    expect(server.asked).toHaveLength(2);
    expect(listening(caller)).toBe(0);
    expect(clock.pending).toBe(0);
  });

  it('is not used beyond its end, however long a newer one takes', async () => {
    const { answer, open } = gate();
    const { clock, token } = oauth2();
    await token();
    server.answer = answer;
    await clock.advance(3_599_500);
    const waiting = token();
    await server.reached(2);
    await clock.advance(1000);
    open();

    expect(await waiting).toBe('token-2');
  });
});

describe('a caller that waits for a token', () => {
  it('leaves at once with its own reason, and takes nobody with it', async () => {
    const { answer, open } = gate();
    server.answer = answer;
    const { clock, token } = oauth2();
    const [impatient, patient] = [new AbortController(), new AbortController()];
    const left = token(impatient.signal);
    const stays = token(patient.signal);
    await server.reached(1);
    const reason = new Error('enough');

    impatient.abort(reason);
    await expect(left).rejects.toBe(reason);
    open();

    expect(await stays).toBe('token-1');
    expect([listening(impatient), listening(patient), clock.pending]).toEqual([0, 0, 0]);
  });

  it.each([{}, { refreshToken: 'refresh-0' }])('starts nothing when it has left before: %j', async (options) => {
    let sent = 0;
    const { clock, token } = oauth2(options, () => Promise.reject(new Error(`sent ${++sent}`)));

    await expect(token(AbortSignal.abort('gone'))).rejects.toBe('gone');
    expect(clock.pending).toBe(0);
    await import('oauth4webapi').then(settle);

    expect(sent).toBe(0);
  });

  it.each([{}, { refreshToken: 'refresh-0' }])(
    'leaves the request to those who come next, who would else never have patience enough: %j',
    async (options) => {
      const { answer, open } = gate();
      server.answer = answer;
      const { clock, token } = oauth2(options);
      for (let impatient = 0; impatient < 5; impatient++) {
        const caller = new AbortController();
        const left = token(caller.signal).catch((reason) => reason);
        await server.reached(1);
        caller.abort('gone');
        expect(await left).toBe('gone');
      }
      open();

      expect(await token()).toBe('token-1');
      expect(server.asked).toHaveLength(1);
      expect(clock.pending).toBe(0);
    },
  );

  it('leaves a request behind that ends with its time, and fails for nobody', async () => {
    const { answer } = gate();
    server.answer = answer;
    const { clock, token } = oauth2({ timeout: '2s' });
    const caller = new AbortController();
    const left = token(caller.signal).catch((reason) => reason);
    await server.reached(1);
    caller.abort('gone');
    expect(await left).toBe('gone');
    await clock.advance(2000);
    await server.asked[0]!.gone;

    expect(clock.pending).toBe(0);
    server.answer = () => grant({ access_token: 'anew' });
    await clock.advance(100);
    expect(await token()).toBe('anew');
  });

  it('shares a signal with thousands without piling up listeners', async () => {
    const { token } = oauth2();
    const caller = new AbortController();
    setMaxListeners(0, caller.signal);
    await Promise.all(Array.from({ length: 1000 }, () => token(caller.signal)));

    expect(listening(caller)).toBe(0);
  });
});

describe('a 401', () => {
  it('gets a new token, once for everyone whose token was refused', async () => {
    const { token, renew } = oauth2();
    await token();

    expect(await Promise.all([renew('token-1'), renew('token-1'), renew('token-1')])).toEqual(Array(3).fill('token-2'));
    expect(await renew('token-1')).toBe('token-2');
    expect(await token()).toBe('token-2');
    expect(server.asked).toHaveLength(2);
  });

  it('is not worth a replay where the server gives the same token again', async () => {
    server.answer = () => grant({ access_token: 'same' });
    const { token, renew } = oauth2();
    await token();

    expect(await renew('same')).toBeUndefined();
    expect(server.asked).toHaveLength(2);
  });

  it('costs no more than one token a second where the API takes none', async () => {
    const { clock, token, renew } = oauth2();
    await token();
    expect(await renew('token-1')).toBe('token-2');

    expect(await renew('token-2')).toBeUndefined();
    await clock.advance(999);
    expect(await renew('token-2')).toBeUndefined();
    await clock.advance(1);

    expect(await renew('token-2')).toBe('token-3');
    expect(server.asked).toHaveLength(3);
  });

  it('makes the token worthless, also where no other is to be had', async () => {
    const { token, renew } = oauth2();
    await token();
    server.answer = () => json(503, {});

    await expect(renew('token-1')).rejects.toMatchObject(unreachable);
    await expect(token()).rejects.toMatchObject(unreachable);
  });
});

describe('a refresh token', () => {
  const refreshToken = 'refresh-0';

  it('is exchanged for tokens, stays where the server gives no other, and gives way to one that it gives', async () => {
    const told: string[] = [];
    const { renew, token } = oauth2({ refreshToken, onRefreshToken: (newer: string) => void told.push(newer) });
    await token();
    server.answer = () => grant({ access_token: 'token-2', refresh_token: 'refresh-2' });
    await renew('token-1');
    server.answer = () => grant({ access_token: 'token-3', refresh_token: 'refresh-2' });
    const { clock: _, ...other } = oauth2({ refreshToken });
    await other.token();

    expect(server.asked.map(({ form }) => form.get('refresh_token'))).toEqual([
      refreshToken,
      refreshToken,
      refreshToken,
    ]);
    expect(told).toEqual(['refresh-2']);
  });

  it('is told once, and used from then on', async () => {
    const told: string[] = [];
    server.answer = () => grant({ access_token: `token-${server.asked.length}`, refresh_token: 'newer' });
    const { clock, token } = oauth2({ refreshToken, onRefreshToken: async (newer: string) => void told.push(newer) });
    for (let hour = 0; hour < 3; hour++) {
      await token();
      await clock.advance(3_600_000);
    }

    expect(server.asked.map(({ form }) => form.get('refresh_token'))).toEqual([refreshToken, 'newer', 'newer']);
    expect(told).toEqual(['newer']);
  });

  it('is told when the one before has been kept, so that the newest is kept last', async () => {
    const kept: string[] = [];
    const slow: (() => void)[] = [];
    const onRefreshToken = async (newer: string) => {
      if (kept.length === 0 && slow.length === 0) await new Promise<void>((resolve) => slow.push(resolve));
      kept.push(newer);
    };
    server.answer = () => {
      const number = server.asked.length;
      return grant({ access_token: `token-${number}`, refresh_token: `refresh-${number}` });
    };
    const { clock, token } = oauth2({ refreshToken, onRefreshToken });
    await token();
    await clock.advance(3_600_000);
    await token();
    await settle();
    expect(kept).toEqual([]);
    slow[0]!();
    await settle();

    expect(kept).toEqual(['refresh-1', 'refresh-2']);
  });

  it.each([null, '', 7])('is not replaced by %j', async (refresh_token) => {
    const told: string[] = [];
    server.answer = () => grant({ access_token: `token-${server.asked.length}`, refresh_token });
    const { clock, token } = oauth2({ refreshToken, onRefreshToken: (newer: string) => void told.push(newer) });
    await token();
    await clock.advance(3_600_000);
    await token();

    expect(server.asked.map(({ form }) => form.get('refresh_token'))).toEqual([refreshToken, refreshToken]);
    expect(told).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('CANARY');
      },
    ],
    ['rejects', () => Promise.reject(new Error('CANARY'))],
  ])(
    'is used also where the one who is told %s, which is a warning without what it says',
    async (_, onRefreshToken) => {
      const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
      server.answer = () => grant({ access_token: 'token-1', refresh_token: 'newer' });

      expect(await oauth2({ refreshToken, onRefreshToken }).token()).toBe('token-1');

      const warning = await warned;
      expect(warning.name).toBe('HoldfastWarning');
      expect(warning.message).toBe(
        "onRefreshToken of the client 'payments' failed: the newer refresh token may not have been kept",
      );
      expect(warning.stack).not.toContain('CANARY');
      expect(warning.cause).toMatchObject({ message: 'CANARY' });
    },
  );

  it('of a server that should give none is not taken', async () => {
    const told: string[] = [];
    server.answer = () => grant({ access_token: 'a', refresh_token: 'newer' });
    const { clock, token } = oauth2({ onRefreshToken: (newer: string) => void told.push(newer) });
    await token();
    await clock.advance(3_600_000);
    await token();

    expect(told).toEqual([]);
    expect(server.asked.map(({ form }) => form.get('grant_type'))).toEqual([
      'client_credentials',
      'client_credentials',
    ]);
  });
});

describe('a failure', () => {
  it('that is final is told to everyone for a second without asking again', async () => {
    server.answer = () => json(400, { error: 'invalid_scope' });
    const { clock, token } = oauth2();
    const refused = { name: 'TokenError', reason: 'refused', oauthError: 'invalid_scope' };
    const outcomes = await Promise.allSettled(Array.from({ length: 1000 }, () => token()));
    const errors = outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason);
    expect(new Set(errors).size).toBe(1000);
    expect(errors.at(-1)).toMatchObject(refused);

    await clock.advance(999);
    await expect(token()).rejects.toMatchObject(refused);
    expect(server.asked).toHaveLength(1);
    server.answer = () => grant({ access_token: 'mended' });
    await clock.advance(1);

    expect(await token()).toBe('mended');
  });

  it('that may pass is remembered for longer each time, and says when to come back', async () => {
    server.answer = () => json(503, {});
    const { clock, token } = oauth2();

    for (const [index, wait] of [100, 200, 400, 800, 1000, 1000].entries()) {
      await expect(token()).rejects.toMatchObject({ ...unreachable, retryAfter: wait });
      await clock.advance(wait - 1);
      await expect(token()).rejects.toMatchObject({ ...unreachable, retryAfter: 1 });
      expect(server.asked).toHaveLength(index + 1);
      await clock.advance(1);
    }
    server.answer = () => grant({ access_token: 'back', expires_in: 1 });
    expect(await token()).toBe('back');
    await clock.advance(1000);
    server.answer = () => json(503, {});

    await expect(token()).rejects.toMatchObject({ retryAfter: 100 });
  });

  it('with Retry-After is remembered until then', async () => {
    server.answer = () => json(429, {}, { 'retry-after': '7' });
    const { clock, token } = oauth2();

    await expect(token()).rejects.toMatchObject({ ...unreachable, status: 429, retryAfter: 7000 });
    await clock.advance(6999);
    await expect(token()).rejects.toMatchObject({ retryAfter: 1 });
    expect(server.asked).toHaveLength(1);
    await clock.advance(1);
    await expect(token()).rejects.toMatchObject({ retryAfter: 7000 });

    expect(server.asked).toHaveLength(2);
  });

  it('with a Retry-After of a day does not silence the client for longer than five minutes', async () => {
    server.answer = () => json(503, {}, { 'retry-after': '86400' });
    const { clock, token } = oauth2();
    await expect(token()).rejects.toMatchObject({ retryAfter: 86_400_000 });
    server.answer = () => grant({ access_token: 'back' });
    await clock.advance(299_999);
    await expect(token()).rejects.toMatchObject({ retryAfter: 86_400_000 - 299_999 });
    await clock.advance(1);

    expect(await token()).toBe('back');
  });

  it('of its time is one, and the request is broken off', async () => {
    const { answer } = gate();
    server.answer = answer;
    const { clock, token } = oauth2({ timeout: '2s' });
    const waiting = token().catch((error) => error);
    await server.reached(1);
    await clock.advance(1999);
    expect(await Promise.race([waiting, settle()])).toBeUndefined();
    await clock.advance(1);

    expect(await waiting).toMatchObject(unreachable);
    expect((await waiting).message).toBe(
      `GET https://api.example.com/charges got no access token: ${server.url} did not answer within 2000 ms`,
    );
    await server.asked[0]!.gone;
    expect(clock.pending).toBe(0);
  });

  it.each([0, Number.POSITIVE_INFINITY])('of its time is none where the timeout is %d', async (timeout) => {
    const { answer, open } = gate();
    server.answer = answer;
    const { clock, token } = oauth2({ timeout });
    const waiting = token();
    await server.reached(1);
    expect(clock.pending).toBe(0);
    await clock.advance(3_000_000);
    open();

    expect(await waiting).toBe('token-1');
  });

  it('does not come of a request that heeds no signal: it ends for us all the same', async () => {
    const never = (_: TokenRequest) => new Promise<Response>(() => {});
    const { clock, token } = oauth2({ timeout: '1s' }, never);
    const waiting = token().catch((error) => error);
    await expect.poll(() => clock.pending).toBe(1);
    await clock.advance(1000);

    expect(await waiting).toMatchObject(unreachable);
  });
});

describe('closed credentials', () => {
  it('end what is under way, and fetch nothing more', async () => {
    const { answer } = gate();
    server.answer = answer;
    for (const options of [{}, { refreshToken: 'refresh-0' }]) {
      const { credentials, clock, token } = oauth2(options);
      const before = server.asked.length;
      const waiting = token().catch((error) => error);
      await server.reached(before + 1);

      credentials.close!();

      expect(await waiting).toBeInstanceOf(ClientClosedError);
      await server.asked[before]!.gone;
      await expect(token()).rejects.toBeInstanceOf(ClientClosedError);
      expect(clock.pending).toBe(0);
      expect(server.asked).toHaveLength(before + 1);
    }
    await expect.poll(() => server.connections()).toBe(0);
  });

  it('leave a caller its own reason that left before', async () => {
    const { answer } = gate();
    server.answer = answer;
    const { credentials, token } = oauth2();
    const caller = new AbortController();
    const waiting = [token(caller.signal), token()].map((each) => each.catch((error) => error));
    await server.reached(1);
    caller.abort('gone');
    credentials.close!();

    expect(await Promise.all(waiting)).toEqual(['gone', expect.any(ClientClosedError)]);
  });

  it('give no token that they had', async () => {
    const { credentials, token } = oauth2();
    await token();

    credentials.close!();

    await expect(token()).rejects.toBeInstanceOf(ClientClosedError);
  });
});
