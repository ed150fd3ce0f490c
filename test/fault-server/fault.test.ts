import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InvalidOptionsError } from '../../src/core/index.js';
import { faultKinds } from '../../src/fault-server/faults/catalogue.js';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { jsonOf } from './json-of.js';

let server: FaultServer;
beforeAll(async () => {
  server = await startFaultServer();
});
afterAll(() => server.close());

const kinds = Object.keys(faultKinds)
  .map((kind) => `'${kind}'`)
  .join(', ');
const timing = 'count, duration, rate, route, method, latency, kind';
const control = 'outside /faults, /health, /journal, /metrics, /stats';

describe('a fault that makes no sense', () => {
  it.each<[object, string | undefined, string]>([
    [{ kind: 'explode' }, 'kind', `fault: kind must be one of ${kinds}, but got 'explode'`],
    [{ kind: 'toString' }, 'kind', `fault: kind must be one of ${kinds}, but got 'toString'`],
    [{ kind: 7 }, 'kind', `fault: kind must be one of ${kinds}, but got 7`],
    [{ colour: 'red' }, 'colour', 'fault: colour is no option; it takes'],
    [{ kind: 'hang', status: 500 }, 'status', `fault: status is no option; it takes ${timing}`],
    [{ count: -1 }, 'count', 'fault: count must be a whole number from 1 to 1000000000, but got -1'],
    [{ count: 0 }, 'count', 'but got 0'],
    [{ count: 1.5 }, 'count', 'but got 1.5'],
    [{ count: '3' }, 'count', "but got '3'"],
    [{ count: null }, 'count', 'but got null'],
    [{ duration: -5 }, 'duration', 'fault: duration must be a duration of at least 1 ms'],
    [{ duration: '25h' }, 'duration', "but got '25h'"],
    [{ duration: 1e15 }, 'duration', 'but got 1000000000000000'],
    [{ duration: '2' }, 'duration', "but got '2'"],
    [{ duration: '2 parsecs' }, 'duration', "but got '2 parsecs'"],
    [{ rate: 1.5 }, 'rate', 'fault: rate must be a rate above 0 and at most 1, but got 1.5'],
    [{ rate: 0 }, 'rate', 'but got 0'],
    [{ rate: -0.1 }, 'rate', 'but got -0.1'],
    [
      { route: 'items' },
      'route',
      `fault: route must be a path such as '/items', of at most 200 characters and ${control}`,
    ],
    [{ route: '/items?a=1' }, 'route', "but got '/items?a=1'"],
    [{ route: '/faults' }, 'route', "but got '/faults'"],
    [{ route: '/health/live' }, 'route', "but got '/health/live'"],
    [{ method: 'post' }, 'method', "fault: method must be a method in capitals, such as 'POST', but got 'post'"],
    [{ kind: 'hang', at: 'connect', method: 'GET' }, 'method', 'the fault strikes connections'],
    [{ route: `/${'x'.repeat(200)}` }, 'route', 'of at most 200 characters'],
    [{ latency: -1 }, 'latency', 'fault: latency must be a duration of at most an hour, or a distribution'],
    [{ kind: 'latency' }, 'latency', 'fault: latency must be given'],
    [{ status: 99 }, 'status', 'fault: status must be a whole number from 200 to 599, but got 99'],
    [{ status: 600 }, 'status', 'but got 600'],
    [{ status: '500' }, 'status', "but got '500'"],
    [{ status: 204, body: {} }, 'body', 'fault: body cannot go with status 204, which has none, but got {}'],
    [{ retryAfter: -5 }, 'retryAfter', 'fault: retryAfter must be whole seconds, an HTTP date such as'],
    [{ retryAfter: 0.5 }, 'retryAfter', 'but got 0.5'],
    [{ retryAfter: 'soon' }, 'retryAfter', "but got 'soon'"],
    [{ retryAfter: 'Invalid Date' }, 'retryAfter', "but got 'Invalid Date'"],
    [{ headers: { 'x-a': 'one\r\nx-b: two' } }, 'headers', 'names and texts without line breaks'],
    [{ headers: { 'x a': 'one' } }, 'headers', 'must be at most 20 header fields'],
    [{ headers: { 'x-a': 1 } }, 'headers', "but got { 'x-a': 1 }"],
    [{ headers: Object.fromEntries(Array.from({ length: 21 }, (_, i) => [`x-${i}`, ''])) }, 'headers', 'at most 20'],
    [{ kind: 'reset', at: 'dawn' }, 'at', "but got 'dawn'"],
  ])('is refused alike in code and over HTTP: %j', async (fault, field, sentence) => {
    const error = caught(() => server.fail(fault as never)) as InvalidOptionsError;
    const answer = await put(fault);
    const problem = await jsonOf(answer);

    expect(error).toBeInstanceOf(InvalidOptionsError);
    expect(error.option).toBe(field);
    expect(error.message).toContain(sentence);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(problem).toMatchObject({
      title: 'Bad Request',
      status: 400,
      field,
      rule: error.rule,
      detail: error.message,
    });
  });

  it('leaves the faults in force as they were', async () => {
    server.fail({ count: 7 });
    expect(() => server.fail([{ status: 500 }, { status: 42 }])).toThrow('status');
    await put({ rate: 2 });

    expect(server.faults).toEqual([{ kind: 'status', count: 7, countLeft: 7 }]);
  });

  it.each([
    ['null', 'fault must be an object, but got null'],
    ['7', 'fault must be an object, but got 7'],
    ['[7]', 'fault: [0] must be an object, but got 7'],
    ['[{}, {"count": -1}]', 'fault: [1].count must be a whole number from 1'],
    [`[${Array.from({ length: 101 }, () => '{}')}]`, 'fault can be at most 100 at once, but got 101'],
    ['{"duration": 1e999}', 'fault: duration must be'],
    ['{"count":', 'JSON'],
    ['{"__proto__":{"count":1}}', 'JSON'],
  ])('is refused as a whole: %s', async (body, sentence) => {
    const answer = await fetch(`${server.url}/faults`, {
      method: 'PUT',
      body,
      headers: { 'content-type': 'application/json' },
    });

    expect(answer.status).toBe(400);
    expect((await jsonOf(answer)).detail).toContain(sentence);
  });

  it.each([1n, () => 1, null])('is refused in code when JSON could not hold its body: %s', (body) => {
    expect(() => server.fail({ body })).toThrow(
      'fault: body must be something that JSON can hold, and not null; at most 1 MiB of it, but got',
    );
  });
});

function put(fault: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(`${server.url}/faults`, { method: 'PUT', body: JSON.stringify(fault), headers });
}

function caught(act: () => void): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
