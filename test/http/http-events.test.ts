import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { RestClient } from '../../src/http/index.js';
import { currentCall, defaultRuntime, protect, Runtime, setDefaultRuntime } from '../../src/runtime/index.js';
import { RecordedEvents } from '../../src/testing/index.js';

let server: FaultServer;
let runtime: Runtime;
let client: RestClient;
let events: RecordedEvents;
beforeAll(async () => {
  server = await startFaultServer();
});
beforeEach(() => {
  server.heal();
  runtime = new Runtime();
  client = new RestClient({ name: 'msg', baseURL: server.url, runtime, retry: false });
  events = new RecordedEvents(runtime);
  return () => client.close();
});
afterAll(() => server.close());

const told = () => events.all.filter(({ name }) => name.startsWith('http.'));

describe('the events of a request', () => {
  const facts = () => ({
    site: '',
    service: 'msg',
    method: 'GET',
    url: `${server.url}/msg?page=1&token=[redacted]`,
    endpoint: 'GET',
    requestId: 'r1',
    attempt: 1,
  });
  const get = (options = {}) =>
    client.get('/msg', { query: { page: 1, token: 't0p' }, headers: { 'x-request-id': 'r1' }, ...options });

  it('tell that it was sent and answered, without secrets', async () => {
    await get();

    expect(told()).toEqual([
      { name: 'http.requested', event: facts() },
      { name: 'http.answered', event: { ...facts(), status: 200, duration: expect.any(Number) } },
    ]);
    expect(events.of('http.answered')[0]?.duration).toBeGreaterThan(0);
  });

  it('tell of an error status as an answer', async () => {
    server.fail({ status: 503 });
    await expect(get()).rejects.toThrow('503');

    expect(told().map(({ name }) => name)).toEqual(['http.requested', 'http.answered']);
    expect(events.of('http.answered')).toMatchObject([{ status: 503 }]);
  });

  it('tell of a failure with the error that the caller gets', async () => {
    server.fail({ kind: 'reset' });
    const error = await get().catch((reason) => reason);

    expect(told().map(({ name }) => name)).toEqual(['http.requested', 'http.failed']);
    expect(events.of('http.failed')).toEqual([{ ...facts(), error, cancelled: false, duration: expect.any(Number) }]);
    expect(events.of('http.failed')[0]?.error).toBe(error);
  });

  it('tell of a caller who left', async () => {
    const controller = new AbortController();
    const sent = get({ signal: controller.signal });
    controller.abort('enough');
    await expect(sent).rejects.toBe('enough');

    expect(events.of('http.failed')).toMatchObject([{ error: 'enough', cancelled: true }]);
  });

  it('name the protected method that sent it', async () => {
    await protect(() => get(), { timeout: '5s' }, { id: 'Msg.get', runtime })();

    expect(events.of('http.requested')).toMatchObject([{ site: 'Msg.get' }]);
    expect(events.of('http.answered')).toMatchObject([{ site: 'Msg.get' }]);
  });

  it('name it also when it hands over its signal after its first await', async () => {
    const late = async () => {
      const { signal } = currentCall() ?? {};
      await Promise.resolve();
      return get({ signal });
    };
    await protect(late, { timeout: '5s' }, { id: 'Msg.late', runtime })();

    expect(events.of('http.requested')).toMatchObject([{ site: 'Msg.late' }]);
  });

  it('tell nothing of a request that was wrong', async () => {
    await expect(get({ body: 1n })).rejects.toThrow('body');

    expect(told()).toEqual([]);
  });

  it('are those of the default runtime when the client is given none', async () => {
    setDefaultRuntime(runtime);
    const own = new RestClient({ baseURL: server.url });
    await own.get('/msg');
    setDefaultRuntime(undefined);
    await own.get('/msg');
    own.close();

    expect(defaultRuntime()).not.toBe(runtime);
    expect(told().map(({ name }) => name)).toEqual(['http.requested', 'http.answered']);
  });
});
