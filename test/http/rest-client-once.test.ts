import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isUnrepeatable } from '../../src/core/index.js';
import { perCall, type RestClientOptions } from '../../src/http/index.js';
import { protect, Runtime } from '../../src/runtime/index.js';
import { clientsOf } from './clients.js';
import { type Origin, type Reply, startOrigin } from './origin.js';

let origin: Origin;
beforeEach(async () => {
  origin = await startOrigin();
});
afterEach(() => origin[Symbol.asyncDispose]());

const clientOf = clientsOf(() => origin, { retry: { delay: 1, budget: false } });

/** Has a Retry repeat something that does not see it. */
function retried(ask: () => Promise<unknown>) {
  const unseen = async () => {
    await null;
    return ask();
  };
  const policies = { retry: { maxAttempts: 3, delay: 1, budget: false, nested: true } } as const;
  return protect(unseen, policies, { id: 'outer', runtime: new Runtime() })();
}

const outcomeOf = (promise: Promise<unknown>) => promise.catch((error: unknown) => error);
const failing = () => {
  throw new Error('no database');
};
const broken = { '~standard': { version: 1, vendor: 'test', validate: failing } } as never;
const late = perCall(async (request, next) => {
  await next(request);
  throw new Error('after the fact');
});
const hiding = perCall((request, next) =>
  next(request).catch(() => {
    throw new Error('hidden');
  }),
);

describe('what may have been done is done once by a Retry further out', () => {
  it.each<[string, RestClientOptions, Reply, object]>([
    ['a schema fails of itself', {}, 200, { schema: broken }],
    ['middleware of the call throws afterwards', { middleware: [late] }, 200, {}],
    ['middleware of the call hides the error', { middleware: [hiding] }, 503, {}],
    ['mapErrors throws', { mapErrors: failing }, 503, {}],
    ['its key is empty', {}, 503, { headers: { 'Idempotency-Key': '' } }],
  ])('although %s', async (_, options, reply, request) => {
    const client = clientOf(options, reply);
    await outcomeOf(retried(() => client.post('/', { body: 'x', ...request })));

    expect(origin.received).toHaveLength(1);
  });

  it('although it was merged with another', async () => {
    const client = clientOf({ dedup: { methods: ['POST'] } }, 200);
    const post = () => client.post('/', { body: 'x', schema: broken });
    await Promise.all([outcomeOf(retried(post)), outcomeOf(retried(post))]);

    expect(origin.received).toHaveLength(1);
  });

  it('although it was one of several', async () => {
    const client = clientOf({}, 503);
    await outcomeOf(retried(() => Promise.any(['/a', '/b'].map((path) => client.post(path, { body: 'x' })))));

    expect(origin.received.map(({ url }) => url).sort()).toEqual(['/a', '/b']);
  });

  it.each<[string, RestClientOptions, Reply, object]>([
    ['a GET', { middleware: [late] }, 200, { method: 'GET' }],
    ['one with a key', { middleware: [late] }, 200, { idempotencyKey: 'k' }],
    ['one that never left', { middleware: [perCall(async () => failing())] }, 200, {}],
  ])('but not %s', async (_, options, reply, { method = 'POST', ...request }: { method?: string }) => {
    const client = clientOf(options, reply);
    let asked = 0;
    await outcomeOf(retried(() => client.request(method, `/${++asked}`, request)));

    expect(asked).toBe(3);
  });
});

describe('mapErrors', () => {
  it('may throw what it makes of an error', async () => {
    const mine = new Error('mine');
    const mapErrors = () => {
      throw mine;
    };
    const error = await outcomeOf(clientOf({ mapErrors }, 404).post('/'));

    expect(error).toBe(mine);
    expect(mine.cause).toMatchObject({ status: 404 });
    expect(isUnrepeatable(mine)).toBe(true);
  });

  it('may give an error that nobody can change', async () => {
    const mine = Object.freeze(new Error('mine'));

    expect(await outcomeOf(clientOf({ mapErrors: () => mine }, 404).get('/'))).toBe(mine);
  });
});

describe('a request within a method that is repeated', () => {
  it('says that its client makes one attempt', async () => {
    const client = clientOf({}, 404);
    const fetching = protect(() => client.get('/'), { retry: 3 }, { id: 'outer', runtime: new Runtime() });

    expect(await outcomeOf(fetching())).toMatchObject({ attempt: 1, maxAttempts: 1 });
    expect(await outcomeOf(client.get('/'))).toMatchObject({ maxAttempts: 3 });
  });
});
