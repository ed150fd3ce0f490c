import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnrepeatable, resilienceInfo } from '../../src/core/index.js';
import { HttpError, type RestClientOptions } from '../../src/http/index.js';
import { currentCall, type GivenPolicies, protect } from '../../src/runtime/index.js';
import { clientsOf } from './clients.js';
import { type Origin, type Reply, startOrigin } from './origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin[Symbol.asyncDispose]());

const clientOf = clientsOf(() => origin, { retry: { delay: 1, budget: false } });

const outerRetry: GivenPolicies = { retry: { maxAttempts: 3, delay: 1, budget: false } };
const outcomeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const keys = () => origin.received.map(({ headers }) => headers['idempotency-key']);

describe('a client that nobody else retries for', () => {
  it('HT1: sends a request again that is answered with 429 and 429, then 200', async () => {
    const { status } = await clientOf({}, 429, 429, 200).get('/');

    expect(status).toBe(200);
    expect(origin.received).toHaveLength(3);
  });

  it('HT2: makes three attempts when nobody listens, and gives the last error', async () => {
    const client = clientOf();
    await origin[Symbol.asyncDispose]();
    const error = await outcomeOf(client.get('/'));

    expect(error).toMatchObject({ code: 'ECONNREFUSED', attempt: 3, maxAttempts: 3, sent: false });
    expect(resilienceInfo(error)).toMatchObject({ attempts: 3, exhausted: true });
  });

  it.each(['GET', 'HEAD', 'OPTIONS', 'QUERY'])('repeats a %s', async (method) => {
    const content = method === 'QUERY' ? { body: 'q' } : {}; // which it has by definition (RFC 10008)
    await clientOf({}, 503, 200).request(method, '/', content);

    expect(origin.received.map((one) => one.method)).toEqual([method, method]);
  });

  it.each(['POST', 'PATCH', 'PUT', 'DELETE'])(
    'HT5: does not repeat a %s of which nobody knows what became',
    async (method) => {
      const client = clientOf({}, 503, 200);
      const error = await outcomeOf(client.request(method, '/', { body: { a: 1 } }));

      expect(error).toBeInstanceOf(HttpError);
      expect(isUnrepeatable(error)).toBe(true);
      expect(origin.received).toHaveLength(1);
    },
  );

  it.each<[string, Reply]>([
    ['a reset', { reset: true }],
    ['a 500', 500],
    ['a body that is no JSON', { headers: { 'content-type': 'application/json' }, body: '{' }],
  ])('does not repeat a POST after %s', async (_, reply) => {
    await outcomeOf(clientOf({}, reply, 200).post('/', { body: 'x' }));

    expect(origin.received).toHaveLength(1);
  });

  it('does not repeat a POST whose attempt ran out of time once it was sent', async () => {
    const client = clientOf({ timeout: { attempt: 60 } }, { hang: true }, 200);
    const error = await outcomeOf(client.post('/', { body: 'x' }));

    expect(error).toMatchObject({ code: 'HOLDFAST_TIMEOUT', scope: 'attempt', type: 'timeout', method: 'POST' });
    expect(origin.received).toHaveLength(1);
  });

  it('repeats a GET whose attempt ran out of time', async () => {
    expect((await clientOf({ timeout: { attempt: 150 } }, { hang: true }, 200).get('/')).status).toBe(200);
  });

  it('repeats a POST that provably never left', async () => {
    const client = clientOf();
    await origin[Symbol.asyncDispose]();
    const error = await outcomeOf(client.post('/', { body: 'x' }));

    expect(error).toMatchObject({ code: 'ECONNREFUSED', attempt: 3 });
    expect(isUnrepeatable(error)).toBe(false);
  });

  it('repeats a POST that says that it is idempotent, and methods of which the client says so', async () => {
    await clientOf({}, 503, 200).post('/', { idempotent: true });
    await clientOf({ idempotentMethods: ['put'] }, 503, 200).put('/');
    await outcomeOf(clientOf({ idempotentMethods: ['put'] }, 503, 200).get('/'));
    await outcomeOf(clientOf({}, 503, 200).get('/', { idempotent: false }));

    expect(origin.received.map(({ method }) => method)).toEqual(['POST', 'POST', 'PUT', 'PUT', 'GET', 'GET']);
  });

  it.each([
    ['retry: false of the request', {}, { retry: false }, 1],
    ['retry: false of the client', { retry: false }, {}, 1],
    ['a number of attempts', { retry: 2 }, {}, 2],
    ['rules of the user', { retry: { delay: 1, except: ['HTTP_503'] } }, {}, 1],
    ['rules that name what is permanent', { retry: { delay: 1, on: ['HTTP_404'], maxAttempts: 4 } }, {}, 1],
  ] as const)('heeds %s', async (_, options, request, attempts) => {
    await outcomeOf(clientOf(options as RestClientOptions, 503).get('/', request));

    expect(origin.received).toHaveLength(attempts);
  });

  it.each([400, 401, 403, 404, 409, 422, 501])('does not repeat what is answered with %i', async (status) => {
    await outcomeOf(clientOf({}, status).get('/'));

    expect(origin.received).toHaveLength(1);
  });

  it.each([408, 425, 429, 500, 502, 503, 504])('repeats what is answered with %i', async (status) => {
    await outcomeOf(clientOf({}, status).get('/'));

    expect(origin.received).toHaveLength(3);
  });

  it('does not repeat an answer that its schema rejects, as it will be the same the next time', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'test', validate: () => ({ issues: [{ message: 'no' }] }) },
    } as const;
    const error = await outcomeOf(clientOf().get('/', { schema }));

    expect(error).toMatchObject({ type: 'validation', code: 'HTTP_VALIDATION', issues: [{ message: 'no' }] });
    expect(origin.received).toHaveLength(1);
  });
});

describe('HT4: Retry-After', () => {
  it.each([
    ['2', { maxDelay: '5s' }, 1900],
    [new Date(Date.now() + 60_000).toUTCString(), { maxDelay: '1s' }, 'gives up'],
    [new Date(Date.now() - 60_000).toUTCString(), { delay: '1m' }, 0],
    ['abc', { delay: 30, jitter: 'none' }, 29],
    ['-5', { delay: 30, jitter: 'none' }, 29],
  ] as const)('%s', async (value, retry, wait) => {
    const client = clientOf(
      { retry: { budget: false, ...retry } },
      { status: 503, headers: { 'retry-after': value } },
      200,
    );
    const before = performance.now();
    const outcome = await outcomeOf(client.get('/'));

    if (wait === 'gives up') expect(outcome).toMatchObject({ status: 503 });
    else expect(outcome).toMatchObject({ status: 200 });
    if (typeof wait === 'number') expect(performance.now() - before).toBeGreaterThanOrEqual(wait);
    expect(performance.now() - before).toBeLessThan(10_000);
  });
});

describe('limits that an answer says are spent', () => {
  it.each([
    [{ RateLimit: '"minute";r=0;t=40', 'RateLimit-Policy': '"minute";q=10;w=60' }, 40_000],
    [{ 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' }, 30_000],
    [{ RateLimit: '"minute";r=3;t=40' }, undefined],
    [{ 'retry-after': '7', RateLimit: '"minute";r=0;t=40' }, 7000],
  ])('say when to come back: %j', async (headers, retryAfter) => {
    const error = await outcomeOf(clientOf({ retry: false }, { status: 429, headers }).get('/'));

    expect(error).toMatchObject({ status: 429, retryAfter });
  });
});

describe('an idempotency key', () => {
  it('HT5: makes a POST repeatable, under the same key and a quoted string', async () => {
    await clientOf({}, 503, { reset: true }, 200).post('/charges', { body: { a: 1 }, idempotencyKey: true });

    expect(keys()).toHaveLength(3);
    expect(new Set(keys()).size).toBe(1);
    expect(keys()[0]).toMatch(/^"[\da-f]{8}-[\da-f-]{27}"$/);
  });

  it('is another one for each request', async () => {
    const client = clientOf();
    await client.post('/', { idempotencyKey: true });
    await client.post('/', { idempotencyKey: true });

    expect(new Set(keys()).size).toBe(2);
  });

  it.each([
    ['order-7', '"order-7"'],
    ['"already"', '"already"'],
    ['say "hi"\\', '"say \\"hi\\"\\\\"'],
  ])('of your own is sent as a quoted string: %s', async (given, sent) => {
    await clientOf({}, 503, 200).post('/', { idempotencyKey: given });

    expect(keys()).toEqual([sent, sent]);
  });

  it('in a header field of yours counts as one, and stays as it is', async () => {
    await clientOf({}, 503, 200).post('/', { headers: { 'Idempotency-Key': 'k1' } });

    expect(keys()).toEqual(['k1', 'k1']);
  });

  it.each([[''], [7], ['line\nbreak'], ['ä'], ['x'.repeat(256)]])('that cannot be one is refused: %j', async (key) => {
    await expect(clientOf().post('/', { idempotencyKey: key as string })).rejects.toThrow(
      /idempotencyKey must be true/,
    );
    expect(origin.received).toHaveLength(0);
  });

  it('stays the same where a Retry around the method repeats it', async () => {
    const client = clientOf({}, 503, 503, 200);
    const pay = protect(
      async () => (await client.post('/', { body: { a: 1 }, idempotencyKey: true })).status,
      outerRetry,
    );

    expect(await pay()).toBe(200);
    expect(keys()).toHaveLength(3);
    expect(new Set(keys()).size).toBe(1);
  });

  it('is another one for a second, equal request in the same attempt, in each attempt again', async () => {
    const client = clientOf({}, 200, 503, 200, 200);
    const payTwice = protect(async () => {
      const { signal } = currentCall() as { signal: AbortSignal };
      await client.post('/', { body: { a: 1 }, idempotencyKey: true, signal });
      await client.post('/', { body: { a: 1 }, idempotencyKey: true, signal });
    }, outerRetry);
    await payTwice();

    const [first, second, third, fourth] = keys();
    expect(first).not.toBe(second);
    expect([third, fourth]).toEqual([first, second]);
  });

  it('tells apart two calls of a method within an attempt of another', async () => {
    const client = clientOf({}, 200, 503, 200, 200);
    const pay = protect(
      async (signal: AbortSignal) => client.post('/', { idempotencyKey: true, signal }),
      {},
      { id: 'pay' },
    );
    const both = protect(async () => {
      const { signal } = currentCall() as { signal: AbortSignal };
      await pay(signal);
      await pay(signal);
    }, outerRetry);
    await both();

    const [first, second, third, fourth] = keys();
    expect(first).not.toBe(second);
    expect([third, fourth]).toEqual([first, second]);
  });

  it('is another one for the next call of a retried method', async () => {
    const client = clientOf({}, 503, 200, 200);
    const pay = protect(async () => client.post('/', { idempotencyKey: true }), outerRetry);
    await pay();
    await pay();

    expect(keys()[0]).toBe(keys()[1]);
    expect(keys()[2]).not.toBe(keys()[0]);
  });
});

describe('@Hedge → request', () => {
  const hedge: GivenPolicies = { hedge: { delay: 20, idempotent: true } };
  const slow: Reply[] = [{ hang: true }, 200];

  it('has the same key and the same id in all copies of an attempt', async () => {
    const client = clientOf({}, ...slow);
    const pay = protect(async () => (await client.post('/', { body: { a: 1 }, idempotencyKey: true })).status, hedge);

    expect(await pay()).toBe(200);
    expect(keys()).toHaveLength(2);
    expect(new Set(keys()).size).toBe(1);
    expect(new Set(origin.received.map(({ headers }) => headers['x-request-id'])).size).toBe(1);
  });

  it('has it also in the calls within, which are told apart among each other', async () => {
    const client = clientOf({}, ...slow);
    const one = protect(
      async (signal: AbortSignal) => client.post('/', { idempotencyKey: true, signal }),
      {},
      { id: 'one' },
    );
    const both = protect(async () => {
      const { signal } = currentCall() as { signal: AbortSignal };
      await one(signal);
      await one(signal);
    }, hedge);
    await both();

    expect(keys()).toHaveLength(3);
    expect(keys()[0]).toBe(keys()[1]);
    expect(keys()[2]).not.toBe(keys()[1]);
  });
});

describe('the id of a request', () => {
  const ids = () => origin.received.map(({ headers }) => headers['x-request-id']);

  it('is the same in all attempts, also in those of a Retry further out', async () => {
    await clientOf({}, 503, 200).get('/');
    expect(new Set(ids()).size).toBe(1);
    const client = clientOf({}, 503, 200);
    await protect(async () => client.get('/'), outerRetry)();

    expect(ids()[2]).toBe(ids()[3]);
    expect(ids()[2]).not.toBe(ids()[0]);
  });

  it('is made by a function of yours, left out, or given', async () => {
    let next = 0;
    await clientOf({ requestId: () => `r${++next}` }).get('/');
    await clientOf({ requestId: false }).get('/');
    await clientOf().get('/', { headers: { 'X-Request-Id': 'mine' } });

    expect(ids()).toEqual(['r1', undefined, 'mine']);
  });

  it('that a function makes badly is an error that says so', async () => {
    await expect(clientOf({ requestId: () => 'a\r\nb' }).get('/')).rejects.toThrow(/requestId must return a text/);
  });
});

describe('@Retry → request', () => {
  it('leaves the repeating to the layer further out', async () => {
    const client = clientOf({}, 503);
    await outcomeOf(protect(async () => client.get('/'), outerRetry)());

    expect(origin.received).toHaveLength(3);
  });

  it('does not multiply attempts where the client cannot see it', async () => {
    const client = clientOf({}, 503);
    const late = protect(async () => {
      await null;
      return client.get('/');
    }, outerRetry);
    await outcomeOf(late());

    expect(origin.received).toHaveLength(3);
  });

  it('HT5: does not repeat a POST without a key', async () => {
    const client = clientOf({}, 503, 200);
    await expect(protect(async () => client.post('/'), outerRetry)()).rejects.toMatchObject({ status: 503 });

    expect(origin.received).toHaveLength(1);
  });

  it('does not repeat it either when it is wrapped in an error of the user', async () => {
    const client = clientOf({}, { reset: true }, 200);
    const wrapped = protect(async () => {
      try {
        return await client.post('/');
      } catch (cause) {
        throw new Error('payment failed', { cause });
      }
    }, outerRetry);

    await expect(wrapped()).rejects.toThrow('payment failed');
    expect(origin.received).toHaveLength(1);
  });

  it('does not repeat a POST that an outer timeout cut off', async () => {
    const client = clientOf({}, { hang: true }, 200);
    const cutOff = protect(async () => client.post('/'), { ...outerRetry, timeout: 80 });

    await expect(cutOff()).rejects.toMatchObject({ code: 'HOLDFAST_TIMEOUT' });
    expect(origin.received).toHaveLength(1);
  });

  it('repeats a GET that an outer timeout cut off', async () => {
    const client = clientOf({}, { hang: true }, 200);

    expect(await protect(async () => (await client.get('/')).status, { ...outerRetry, timeout: 150 })()).toBe(200);
  });

  it('repeats a request that says retry: false, which is for the client', async () => {
    const client = clientOf({}, 503, 200);

    expect(await protect(async () => (await client.get('/', { retry: false })).status, outerRetry)()).toBe(200);
  });
});

describe('HT7: a body that is a stream', () => {
  const bytes = 'x'.repeat(100_000);

  it('is made anew for each attempt by a function, in full', async () => {
    let made = 0;
    const body = () => {
      made++;
      return Readable.from([bytes.slice(0, 50_000), bytes.slice(50_000)]);
    };
    await clientOf({}, 503, { reset: true }, 200).post('/', { body, idempotent: true });

    expect(made).toBe(3);
    expect(origin.received.map((one) => one.body.length)).toEqual([100_000, 100_000, 100_000]);
  });

  it('that is given as it is, is sent once and not repeated', async () => {
    const error = await outcomeOf(clientOf({}, 503, 200).post('/', { body: Readable.from([bytes]), idempotent: true }));

    expect(error).toMatchObject({ status: 503 });
    expect(isUnrepeatable(error)).toBe(true);
    expect(origin.received).toHaveLength(1);
  });

  it.each([
    ['a web stream', () => new Blob([bytes]).stream()],
    [
      'an async generator',
      () =>
        (async function* chunks() {
          yield Buffer.from(bytes);
        })(),
    ],
    ['bytes', () => Buffer.from(bytes)],
  ])('may be %s', async (_, body) => {
    await clientOf({}, 503, 200).post('/', { body, idempotent: true });

    expect(origin.received.map((one) => one.body)).toEqual([bytes, bytes]);
  });
});
