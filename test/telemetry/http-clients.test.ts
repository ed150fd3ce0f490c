import { Runtime } from 'holdfast';
import { type FaultServer, startFaultServer } from 'holdfast/fault-server';
import { RestClient, type RestClientOptions } from 'holdfast/http';
import { prometheus } from 'holdfast/prometheus';
import { type LogEntry, type Logger, winstonLogs } from 'holdfast/winston';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { moved, scrape } from './prometheus/scrape.js';

let server: FaultServer;
let statuses: number[] = [];

beforeAll(async () => {
  server = await startFaultServer({
    answers: {
      '/*': () => ({ status: statuses.shift() ?? 200, body: {} }),
      '/silent': () => new Promise(() => {}),
    },
  });
});

afterAll(() => server.close());

const clients: RestClient[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
});

function watched(options: RestClientOptions = {}) {
  const lines: LogEntry[] = [];
  const logger: Logger = { level: 'debug', isLevelEnabled: () => true, log: (entry) => lines.push(entry) };
  const metrics = prometheus({ durations: { buckets: [60] } });
  const runtime = new Runtime({ listeners: [metrics, winstonLogs(logger)] });
  const retry = { delay: 1, jitter: 'none' } as const;
  const client = new RestClient({ name: 'shop', baseURL: server.url, runtime, retry, proxy: false, ...options });
  clients.push(client);
  const series = async () => {
    const own = Object.entries(moved(await scrape(metrics.registry))).filter(
      ([name]) => name.startsWith('resilience_http_') && !/_sum|_bucket/.test(name),
    );
    return Object.fromEntries(own.map(([name, value]) => [name.slice('resilience_http_'.length), value]));
  };
  const http = () => lines.filter(({ message }) => message.includes(' of shop '));
  return { client, series, http };
}

const order = 'service="shop",endpoint="order"';

describe('a RestClient', () => {
  it('tells of each attempt: its answer, the retry, the error', async () => {
    statuses = [503, 429, 200];
    const { client, series, http } = watched();

    await client.get('/orders/1?token=secret', { endpoint: 'order' });

    expect(await series()).toEqual({
      [`requests_total{${order},status="503"}`]: 1,
      [`requests_total{${order},status="429"}`]: 1,
      [`requests_total{${order},status="200"}`]: 1,
      [`errors_total{${order},error_type="http"}`]: 1,
      [`errors_total{${order},error_type="rateLimit"}`]: 1,
      [`retries_total{${order}}`]: 2,
      [`request_duration_seconds_count{${order}}`]: 3,
    });
    expect(http().map(({ message }) => message.replace(/\d+ ms/, 'n ms'))).toEqual([
      'order of shop is requested',
      'order of shop was answered with 503 after n ms',
      'order of shop is requested, attempt 2',
      'order of shop was answered with 429 after n ms',
      'order of shop is requested, attempt 3',
      'order of shop was answered with 200 after n ms',
    ]);
    expect(JSON.stringify(http())).not.toContain('secret');
  });

  it('tells of requests that nobody answers, by the reason', async () => {
    const silent = { endpoint: 'order', retry: false } as const;
    const { client, series } = watched();
    const leaving = new AbortController();
    setTimeout(() => leaving.abort(), 30);

    await expect(client.get('/silent', { ...silent, signal: leaving.signal })).rejects.toThrow();
    await expect(client.get('/silent', { ...silent, timeout: { read: 30 } })).rejects.toThrow('received nothing');
    await expect(client.get('/silent', { ...silent, timeout: { attempt: 30 } })).rejects.toThrow();
    await expect(client.get('/silent', { ...silent, timeout: { total: 30 } })).rejects.toThrow();

    expect(await series()).toEqual({
      [`requests_total{${order},status="none"}`]: 4,
      [`errors_total{${order},error_type="cancelled"}`]: 1,
      [`errors_total{${order},error_type="timeout"}`]: 3,
      [`request_duration_seconds_count{${order}}`]: 3,
    });
  });

  it('tells of connections that fail, and of a client that is closed', async () => {
    const { client, series } = watched({ retry: false });
    const gone = await startFaultServer();
    await gone.close();
    const other = watched({ retry: false, baseURL: gone.url });

    await expect(other.client.get('/orders', { endpoint: 'order' })).rejects.toThrow('ECONNREFUSED');
    const pending = expect(client.get('/silent', { endpoint: 'order' })).rejects.toThrow('closed');
    setTimeout(() => client.close(), 30);
    await pending;

    expect(await other.series()).toEqual({
      [`requests_total{${order},status="none"}`]: 1,
      [`errors_total{${order},error_type="network"}`]: 1,
      [`request_duration_seconds_count{${order}}`]: 1,
    });
    expect(await series()).toEqual({
      [`requests_total{${order},status="none"}`]: 1,
      [`errors_total{${order},error_type="closed"}`]: 1,
    });
  });
});
