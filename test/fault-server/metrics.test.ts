import { describe, expect, it } from 'vitest';
import { type FaultServer, startFaultServer } from '../../src/fault-server/index.js';
import { MetricsTally } from '../../src/fault-server/watching/metrics-tally.js';
import { ManualClock } from '../../src/testing/index.js';

/** What a scrape says: each series with its value. */
async function scrape({ url }: FaultServer): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    samples.map((line) => [
      line.slice(0, line.lastIndexOf(' ')),
      Number(line.split(' ').at(-1)!.replace('+Inf', 'Infinity')),
    ]),
  );
}

describe('/metrics', () => {
  it('counts requests by method, route, outcome and status', async () => {
    await using server = await startFaultServer();
    server.fail({ status: 429, count: 1 });
    for (const path of ['/msg', '/msg', '/items/1', '/items/2', '/a', '/b?c']) await fetch(server.url + path);
    await fetch(`${server.url}/msg`, { method: 'POST' });
    const metrics = await scrape(server);
    const requests = [...metrics].filter(([series]) => series.startsWith('fault_server_requests_total'));

    expect(Object.fromEntries(requests)).toEqual({
      'fault_server_requests_total{method="GET",route="/msg",outcome="failed",status="429"}': 1,
      'fault_server_requests_total{method="GET",route="/msg",outcome="answered",status="200"}': 1,
      'fault_server_requests_total{method="GET",route="/items/:id",outcome="answered",status="200"}': 2,
      'fault_server_requests_total{method="GET",route="other",outcome="answered",status="404"}': 2,
      'fault_server_requests_total{method="POST",route="/msg",outcome="answered",status="200"}': 1,
    });
    expect(metrics.get('fault_server_faults_total{kind="status"}')).toBe(1);
    expect(metrics.get('fault_server_faults_total{kind="reset"}')).toBe(0);
  });

  it('keeps counting between scrapes, and counts requests that came before the first', async () => {
    await using server = await startFaultServer();
    const series = 'fault_server_requests_total{method="GET",route="/msg",outcome="answered",status="200"}';
    await fetch(`${server.url}/msg`);
    expect((await scrape(server)).get(series)).toBe(1);
    await fetch(`${server.url}/msg`);

    expect((await scrape(server)).get(series)).toBe(2);
  });

  it('tells how long requests took, in seconds, bucket by bucket', async () => {
    const clock = new ManualClock();
    await using server = await startFaultServer({ clock });
    for (const delay of [5, 300]) {
      const asked = fetch(`${server.url}/msg?delay=${delay}`);
      while (server.stats.busyWorkers === 0) await new Promise(setImmediate);
      await clock.advance(delay);
      await asked;
    }
    const metrics = await scrape(server);
    const name = 'fault_server_request_duration_seconds';

    expect(metrics.get(`${name}_bucket{le="0.001",route="/msg"}`)).toBe(0);
    expect(metrics.get(`${name}_bucket{le="0.005",route="/msg"}`)).toBe(1);
    expect(metrics.get(`${name}_bucket{le="0.25",route="/msg"}`)).toBe(1);
    expect(metrics.get(`${name}_bucket{le="0.5",route="/msg"}`)).toBe(2);
    expect(metrics.get(`${name}_bucket{le="+Inf",route="/msg"}`)).toBe(2);
    expect(metrics.get(`${name}_sum{route="/msg"}`)).toBeCloseTo(0.305, 9);
    expect(metrics.get(`${name}_count{route="/msg"}`)).toBe(2);
  });

  it('shows what is going on: slots, workers, queues, remembered answers', async () => {
    const clock = new ManualClock();
    const startedAt = clock.wallNow() / 1000;
    await using server = await startFaultServer({ clock, maxConcurrency: 2, workers: 1, queueLimit: 7 });
    await fetch(`${server.url}/msg`, { headers: { 'idempotency-key': 'a' } });
    await fetch(`${server.url}/msg`, { headers: { 'idempotency-key': 'a' } });
    const waiting = [1, 2, 3].map(() => fetch(`${server.url}/msg?delay=1000`));
    while (server.stats.inFlight < 3) await new Promise(setImmediate);
    await clock.advance(10);
    const metrics = await scrape(server);
    const shown = (name: string) => metrics.get(`fault_server_${name}`);

    expect(shown('requests_in_flight')).toBe(3);
    expect([shown('slots_busy'), shown('slots_busy_peak'), shown('slots_limit')]).toEqual([2, 2, 2]);
    expect([shown('workers_busy'), shown('workers_limit')]).toEqual([1, 1]);
    expect([shown('requests_queued'), shown('queue_limit')]).toEqual([2, 7]);
    expect([shown('remembered_answers'), shown('replayed_answers_total')]).toEqual([1, 1]);
    expect(shown('start_time_seconds')).toBe(startedAt);
    expect(shown('connections_open')).toBeGreaterThanOrEqual(4);
    await server.close();
    await Promise.allSettled(waiting);
  });

  it('is answered while everything else fails, and strikes no fault of its own', async () => {
    await using server = await startFaultServer();
    server.fail({ status: 500, count: 1 });
    const answer = await fetch(`${server.url}/metrics`);

    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(server.faults).toHaveLength(1);
    expect(() => server.fail({ route: '/metrics' })).toThrow('route must be a path');
  });

  it('tells servers in one process apart', async () => {
    await using one = await startFaultServer();
    await using other = await startFaultServer();
    await fetch(`${one.url}/msg`);
    const counted = async (server: FaultServer) =>
      [...(await scrape(server)).keys()].filter((series) => series.startsWith('fault_server_requests_total')).length;

    expect([await counted(one), await counted(other)]).toEqual([1, 0]);
  });

  it('keeps to the conventions of Prometheus: help and type once for each, base units, _total on counters alone', async () => {
    await using server = await startFaultServer();
    await fetch(`${server.url}/msg`);
    const text = await (await fetch(`${server.url}/metrics`)).text();
    const types = new Map([...text.matchAll(/^# TYPE (\S+) (\w+)$/gm)].map(([, name, type]) => [name!, type!]));
    const helps = [...text.matchAll(/^# HELP (\S+) \S.*$/gm)].map(([, name]) => name);

    expect(text.endsWith('\n')).toBe(true);
    expect(types.size).toBeGreaterThan(15);
    expect(helps).toEqual([...types.keys()]);
    for (const [name, type] of types) {
      expect(name).toMatch(/^fault_server_[a-z]+(?:_[a-z]+)*$/);
      expect(name.endsWith('_total')).toBe(type === 'counter');
      expect(name).not.toMatch(/_(?:milliseconds|ms|count|sum|bucket|counter|gauge|histogram)$/);
    }
    const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const line of lines) expect(line).toMatch(/^[a-z_]+(?:\{(?:[a-z]+="[^"\\\n]*",?)+\})? (?:[-+\d.e]+|\+Inf)$/);
  });
});

describe('the tally of requests', () => {
  it('is bounded whatever statuses and methods clients make up', () => {
    const tally = new MetricsTally();
    const count = (method: string, status: number) =>
      tally.count({ method, status, outcome: 'failed' } as never, { routeOptions: { url: '/msg' } } as never);
    for (let round = 0; round < 20; round++) {
      for (let status = 200; status < 600; status++) count(['GET', 'POST', 'PUT'][status % 3]!, status + round * 1000);
    }
    count('BREW', 200);
    const series = [...tally.requests];

    expect(series.length).toBeLessThanOrEqual(1010);
    expect(series.reduce((sum, { count }) => sum + count, 0)).toBe(8001);
    expect(series.at(-1)).toMatchObject({ method: 'other', route: 'other', status: 'other' });
  });

  it('is bounded whatever routes a test makes up', () => {
    const tally = new MetricsTally();
    for (let item = 0; item < 3000; item++) {
      tally.count(
        { method: 'GET', outcome: 'answered' } as never,
        { routeOptions: { url: `/items/${item}` } } as never,
      );
    }
    const durations = [...tally.durations];

    expect(durations.length).toBeLessThanOrEqual(1001);
    expect(durations.at(-1)).toMatchObject(['other', {}]);
    expect(durations.flatMap(([, { counts }]) => counts).reduce((sum, count) => sum + count, 0)).toBe(3000);
  });
});
