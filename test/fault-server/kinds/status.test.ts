import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultServer, type StatusFault, startFaultServer } from '../../../src/fault-server/index.js';
import { readTold } from '../../../src/policies/rate-limit/told/index.js';
import { ManualClock } from '../../../src/testing/index.js';
import { partsOf, rawRequest } from '../raw-request.js';

let server: FaultServer;
const clock = new ManualClock({ wall: Date.UTC(2026, 9, 21, 7, 28, 0, 250) });
beforeAll(async () => {
  server = await startFaultServer({ clock });
});
beforeEach(() => server.heal());
afterAll(() => server.close());

const quotas = [
  { name: 'burst', limit: 100, resetAfter: '1500ms', window: '1m' },
  { name: 'day', limit: 5000, remaining: 37, window: '24h' },
] as const;

async function fail(fault: StatusFault, method = 'GET') {
  server.fail(fault);
  const { head, body } = partsOf(await rawRequest(server.port, '/msg', method));
  const [statusLine, ...lines] = head.split('\r\n');
  const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/s).slice(0, 2)));
  return { statusLine, fields, body };
}

describe('Retry-After', () => {
  it('is a date as far from now as asked, by the clock of the server', async () => {
    const { fields } = await fail({ status: 503, retryAfter: { dateIn: '30s' } });

    expect(fields['retry-after']).toBe('Wed, 21 Oct 2026 07:28:31 GMT');
    expect(fields.date).toBe('Wed, 21 Oct 2026 07:28:00 GMT');
  });
});

describe('the fields that tell limits', () => {
  it('are lists of named quotas unless told otherwise', async () => {
    const { fields } = await fail({ status: 429, rateLimit: { quotas } });

    expect(fields).toMatchObject({
      ratelimit: '"burst";r=0;t=2, "day";r=37',
      'ratelimit-policy': '"burst";q=100;w=60, "day";q=5000;w=86400',
    });
  });

  it('are dictionaries as draft 07 has them', async () => {
    const { fields } = await fail({ rateLimit: { form: 'draft-07', quotas } });

    expect(fields).toMatchObject({
      ratelimit: 'limit=100, remaining=0, reset=2',
      'ratelimit-policy': '100;w=60, 5000;w=86400',
    });
  });

  it('are a field for each number as draft 03 has them', async () => {
    const { fields } = await fail({ rateLimit: { form: 'draft-03', quotas } });

    expect(fields).toMatchObject({
      'ratelimit-limit': '100, 100;w=60, 5000;w=86400',
      'ratelimit-remaining': '0',
      'ratelimit-reset': '2',
    });
    expect(fields).not.toHaveProperty('ratelimit');
  });

  it.each([
    ['seconds', '2'],
    ['epoch', String(Date.UTC(2026, 9, 21, 7, 28) / 1000 + 2)],
  ] as const)('bear an X in front, with a reset in %s', async (reset, sent) => {
    const { fields } = await fail({ rateLimit: { form: 'x', reset, quotas } });

    expect(fields).toMatchObject({
      'x-ratelimit-limit': '100',
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': sent,
    });
    expect(fields).not.toHaveProperty('ratelimit-limit');
  });

  it('quote names by the rules of structured fields', async () => {
    const { fields } = await fail({ rateLimit: { quotas: [{ name: 'a "b" \\ c', limit: 1 }] } });

    expect(fields.ratelimit).toBe('"a \\"b\\" \\\\ c";r=0');
    expect(fields['ratelimit-policy']).toBe('"a \\"b\\" \\\\ c";q=1');
  });

  it.each([
    { form: 'ietf' },
    { form: 'draft-07' },
    { form: 'draft-03' },
    { form: 'x' },
    { form: 'x', reset: 'epoch' },
  ] as const)('are understood by the rate limit of clients: %j', async (how) => {
    const { fields } = await fail({ status: 429, rateLimit: { ...how, quotas } });

    expect(readTold(429, fields, clock.wallNow()).windows[0]).toMatchObject({
      limit: 100,
      remaining: 0,
      resetAfter: 2000,
    });
  });

  it('give way to fields that are written out', async () => {
    const { fields } = await fail({
      rateLimit: { quotas },
      headers: { ratelimit: 'broken', 'retry-after': 'soon' },
      retryAfter: 1,
    });

    expect(fields).toMatchObject({ ratelimit: 'broken', 'retry-after': 'soon' });
  });
});

describe('further header fields', () => {
  it.each([
    ['content-type', 'nonsense'],
    ['content-encoding', 'gzip'],
    ['keep-alive', 'timeout=soon'],
    ['x-latin', 'caf\xe9'],
    ['constructor', 'x'],
  ])('are sent as they are: %s: %s', async (name, text) => {
    expect((await fail({ status: 500, headers: { [name]: text } })).fields[name]).toBe(text);
  });

  it.each(['content-length', 'Transfer-Encoding', 'trailer', '__proto__'])(
    'cannot be such as could not be sent as they are: %s',
    async (name) => {
      const headers = JSON.parse(`{"${name}": "1"}`);
      const rule =
        'fault: headers must be at most 20 header fields, none of them content-length, transfer-encoding, trailer';

      expect(() => server.fail({ headers })).toThrow(rule);
    },
  );
});

describe('the body', () => {
  it.each([204, 205, 304])('is none with %i, and nothing describes it', async (status) => {
    const { fields, body } = await fail({ status, headers: { etag: '"1"' } });

    expect(body).toBe('');
    expect(fields).toMatchObject({ etag: '"1"' });
    expect(fields).not.toHaveProperty('content-type');
    expect(fields['content-length']).toBe(status === 205 ? '0' : undefined);
  });

  it('has further members of problem details, or others than usual', async () => {
    const problem = {
      type: 'https://iana.org/assignments/http-problem-types#quota-exceeded',
      title: 'Enough',
      'violated-policies': ['day'],
    };
    const { fields, body } = await fail({ status: 429, problem });

    expect(fields['content-type']).toBe('application/problem+json; charset=utf-8');
    expect(JSON.parse(body)).toEqual({ ...problem, status: 429, detail: 'failed on command' });
  });

  it('is a text as it is under a type of its own', async () => {
    const { fields, body } = await fail({ status: 502, body: '<h1>Bad Gateway ✗</h1>', contentType: 'text/html' });

    expect(fields['content-type']).toBe('text/html');
    expect(Buffer.from(body, 'latin1').toString()).toBe('<h1>Bad Gateway ✗</h1>');
    expect(fields['content-length']).toBe(String(body.length));
  });

  it('is of no type that there is, if asked for', async () => {
    const { fields, body } = await fail({ status: 502, body: 'Bad Gateway', contentType: 'nonsense' });

    expect(fields).toMatchObject({ 'content-type': 'nonsense', 'content-length': '11' });
    expect(body).toBe('Bad Gateway');
  });

  it('is JSON under another name', async () => {
    const { fields, body } = await fail({ status: 400, body: { errors: [] }, contentType: 'application/vnd.api+json' });

    expect(fields['content-type']).toBe('application/vnd.api+json');
    expect(body).toBe('{"errors":[]}');
  });

  it('is JSON when it is a text of no type', async () => {
    const { fields, body } = await fail({ body: 'oh' });

    expect(fields['content-type']).toBe('application/json; charset=utf-8');
    expect(body).toBe('"oh"');
  });

  it('may be an empty text', async () => {
    expect((await fail({ status: 500, body: '', contentType: 'text/plain' })).fields['content-length']).toBe('0');
  });
});
