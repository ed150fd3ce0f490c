import { describe, expect, it } from 'vitest';
import { isTransient } from '../../src/core/index.js';
import { HttpError, MalformedBodyError, RestClient } from '../../src/http/index.js';
import { Runtime } from '../../src/runtime/index.js';
import { answerStage, failure, onCleanup } from './transport/stage.js';

/** A client of a server that sends these bytes. */
async function clientFor(bytes: Buffer, type: string, status = 200): Promise<RestClient> {
  const { origin } = await answerStage({ status, headers: { 'content-type': type }, body: bytes });
  const client = new RestClient({ baseURL: origin, runtime: new Runtime(), retry: false });
  onCleanup(() => client.close());
  return client;
}

const latin1 = (text: string) => Buffer.from(text, 'latin1');

describe('an answer in JSON that is not in UTF-8', () => {
  it('is refused, with the reason and the beginning of it, instead of being altered', async () => {
    const client = await clientFor(latin1('{"name":"Jürgen"}'), 'application/json; charset=iso-8859-1');

    const error = await failure(client.get('/'));

    expect(error).toBeInstanceOf(MalformedBodyError);
    expect(error).toMatchObject({ status: 200, excerpt: '{"name":"J\ufffdrgen"}' });
    expect(error.cause).toMatchObject({ name: 'SyntaxError', message: expect.stringContaining('UTF-8') });
    expect(isTransient(error)).toBe(true);
  });

  it('still says what failed, where its status is that of a failure', async () => {
    const body = latin1('{"title":"Nicht verfügbar","code":"closed"}');
    const client = await clientFor(body, 'application/problem+json', 409);

    const error = await failure(client.get('/'));

    expect(error).toBeInstanceOf(HttpError);
    expect(error).toMatchObject({ status: 409, body: { code: 'closed' }, problem: { title: 'Nicht verf\ufffdgbar' } });
  });
});

describe('an answer in text', () => {
  it.each([
    ['text/plain; charset=iso-8859-1', 'Jürgen'],
    ['text/plain; charset=utf-8', 'J\ufffdrgen'],
  ])('is read as the charset that it states has it: %s', async (type, data) => {
    const client = await clientFor(latin1('Jürgen'), type);

    expect(await client.get('/')).toMatchObject({ data });
  });
});
