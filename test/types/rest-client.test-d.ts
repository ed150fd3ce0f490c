import type { Readable } from 'node:stream';
import type { HttpResponse, Middleware } from 'holdfast/http';
import { RestClient } from 'holdfast/http';
import * as v from 'valibot';
import { describe, expectTypeOf, it } from 'vitest';
import { z } from 'zod';

declare const client: RestClient;

interface Repo {
  readonly name: string;
}

describe('the data of a response', () => {
  it('are unknown, of the type that is named, or of that of the schema', () => {
    expectTypeOf(client.get('/')).resolves.toEqualTypeOf<HttpResponse<unknown>>();
    expectTypeOf(client.get<Repo>('/')).resolves.toEqualTypeOf<HttpResponse<Repo>>();
    expectTypeOf(client.post('/', { schema: z.object({ id: z.string().transform(Number) }) })).resolves.toEqualTypeOf<
      HttpResponse<{ id: number }>
    >();
    expectTypeOf(client.request('PUT', '/', { schema: v.array(v.string()) })).resolves.toEqualTypeOf<
      HttpResponse<string[]>
    >();
    expectTypeOf(client.head('/')).resolves.toEqualTypeOf<HttpResponse<undefined>>();
    expectTypeOf(client.stream('GET', '/')).resolves.toEqualTypeOf<HttpResponse<Readable>>();
  });

  it('cannot be of another type than the schema says', () => {
    // @ts-expect-error the schema gives a list of texts
    client.get<Repo>('/', { schema: v.array(v.string()) });
    // @ts-expect-error a stream is not checked
    client.stream('GET', '/', { schema: v.string() });
  });
});

describe('options', () => {
  it('that are none do not compile', () => {
    // @ts-expect-error no option
    new RestClient({ baseUrl: 'http://h' });
    // @ts-expect-error no duration
    new RestClient({ timeout: { total: '5 minutes' } });
    // @ts-expect-error no way to say who asks
    new RestClient({ auth: { beerer: 'a' } });
    // @ts-expect-error no mode of a cache
    client.get('/', { cache: 'sometimes' });
    // @ts-expect-error true makes a key, false means nothing
    client.post('/', { idempotencyKey: false });
    // @ts-expect-error a pool is of a client, not of a request
    client.get('/', { timeout: { pool: '1s' } });
  });

  it('take what they say', () => {
    new RestClient({ retry: 4, circuitBreaker: { failureRate: 0.2 }, timeout: '5s', pool: { size: 5 } });
    new RestClient({ retry: { on: ['HTTP_503'] }, circuitBreaker: false, cache: true, dedup: { methods: ['GET'] } });
    new RestClient({ auth: () => ({ 'x-user': 'me' }), mapErrors: { 404: ({ url }) => new Error(url) } });
    const timed: Middleware = async (request, next) => next(request.with({ headers: { 'x-at': Date.now() } }));
    new RestClient({ middleware: [timed] });
  });
});
