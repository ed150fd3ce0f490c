import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { type AxiosAdapter, AxiosError, AxiosHeaders, CanceledError } from 'axios';
import { describe, expect, it } from 'vitest';
import { TimeoutError } from '../../../src/core/index.js';
import { CircuitOpenError } from '../../../src/policies/circuit-breaker/index.js';
import { type Act, begun, protectedApi, stage, until } from './stage.js';

/** Answers whose bodies go on until somebody closes them, and how many of them are closed. */
function unending(status: number) {
  const bodies = { closed: 0 };
  const act: Act = () => {
    const answer = begun('{"failed":', status);
    answer.body.on('close', () => bodies.closed++);
    return answer;
  };
  return { act, bodies };
}

async function failure(promise: Promise<unknown>): Promise<any> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it did not fail');
}

const stream = { responseType: 'stream' } as const;

describe('a body that nobody will read', () => {
  it('is closed when its request is repeated', async () => {
    const { act, bodies } = unending(503);
    const { api } = protectedApi(await stage(act, act, 200));

    const { data } = await api.get('/a', stream);

    expect(await text(data)).toBe('{"status":200}');
    await until(() => bodies.closed === 2);
  });

  it('is closed when its caller leaves before it is repeated', async () => {
    const { act, bodies } = unending(503);
    const server = await stage(act);
    const { api } = protectedApi(server, { retry: { delay: '10s', jitter: 'none' } });
    const controller = new AbortController();
    const asking = failure(api.get('/a', { ...stream, signal: controller.signal }));
    await new Promise((resolve) => setTimeout(resolve, 100));
    controller.abort();

    expect(await asking).toBeInstanceOf(CanceledError);
    expect(server.seen).toHaveLength(1);
    await until(() => bodies.closed === 1);
  });

  it('is closed when its circuit refuses to have it repeated', async () => {
    const { act, bodies } = unending(503);
    const { api } = protectedApi(await stage(act), { circuitBreaker: { failureThreshold: 1 } });

    expect(await failure(api.get('/a', stream))).toBeInstanceOf(CircuitOpenError);
    await until(() => bodies.closed === 1);
  });

  it.each(['answer', 'failure'])('is closed when it comes after the end of its attempt, as %s', async (kind) => {
    const late: Readable[] = [];
    const adapter: AxiosAdapter = async (config) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      const data = new Readable({ read() {} });
      late.push(data);
      const response = { data, status: 503, statusText: '', headers: new AxiosHeaders(), config };
      if (kind === 'answer') return response;
      throw new AxiosError('Request failed with status code 503', 'ERR_BAD_RESPONSE', config, {}, response);
    };
    const { api } = protectedApi({ url: 'http://late.test' }, { retry: false, timeout: 20 }, { adapter });

    expect(await failure(api.get('/a', stream))).toBeInstanceOf(TimeoutError);
    await until(() => late[0]?.destroyed === true);
  });
});

describe('the body of an answer that is a failure', () => {
  it('is left to whoever is told of it', async () => {
    const server = await stage({ status: 503, body: 'too busy' });
    const { api } = protectedApi(server);

    const { response } = await failure(api.get('/a', stream));

    expect(server.seen).toHaveLength(3);
    expect(await text(response.data)).toBe('too busy');
  });

  it('ends by the signal of its request', async () => {
    const { act, bodies } = unending(404);
    const { api } = protectedApi(await stage(act));
    const controller = new AbortController();

    const { response } = await failure(api.get('/a', { ...stream, signal: controller.signal }));
    controller.abort();

    expect(await failure(text(response.data))).toMatchObject({ code: 'ERR_CANCELED' });
    await until(() => bodies.closed === 1);
  });
});
