import { Hedge, type HedgeOptions } from 'holdfast';
import { RestClient } from 'holdfast/http';
import { resolve } from '../harness/container.js';
import type { Finding, Row } from '../harness/finding.js';
import { axiosFor } from './clients/bare-axios.js';
import type { Answer, Client, Get } from './http-subject.js';
import { type RunningServer, startServer } from './running-server.js';

/** Calls of each client, and how many of them at the same time. */
export interface TailEffort {
  readonly calls: number;
  readonly inFlight: number;
}

/** Somebody who asks a server of which one answer in a hundred takes half a second, and all others 2 to 8 ms. */
interface Asker {
  readonly name: string;
  readonly role: Row['role'];
  open(origin: string): Client;
}

const askers: readonly Asker[] = [
  { name: 'axios', role: 'bare', open: axiosClient },
  { name: 'RestClient', role: 'ours', open: restClient },
  { name: '@Hedge above it', role: 'ours', open: (origin) => hedged(origin, {}) },
  { name: '@Hedge at p98 above it', role: 'ours', open: (origin) => hedged(origin, { delay: { percentile: 0.98 } }) },
];

/** How long the slowest calls take, and how many requests more than calls there are. */
export async function howLongTheTailIs(effort: TailEffort): Promise<Finding[]> {
  const server = await startServer();
  try {
    const all: Tail[] = [];
    for (const asker of askers) all.push(await tailOf(asker, server, effort));
    const percentile = (share: number) => all.map(({ latencies }) => latencies[Math.floor(latencies.length * share)]);
    return [
      finding(
        'http-tail-p99',
        'One answer in a hundred takes 500 ms: how long do 99 % of the calls take at most?',
        'ms',
        percentile(0.99),
      ),
      finding('http-tail-p999', 'The same: how long do 99.9 % of the calls take at most?', 'ms', percentile(0.999)),
      finding(
        'http-tail-extra',
        'The same: how many requests more than calls are there?',
        '%',
        all.map(({ extra }) => extra),
      ),
    ];
  } finally {
    await server.stop();
  }
}

interface Tail {
  /** In milliseconds, the longest last. */
  readonly latencies: readonly number[];
  /** Requests beyond one per call, in percent of the calls. */
  readonly extra: number;
}

async function tailOf({ open }: Asker, server: RunningServer, { calls, inFlight }: TailEffort): Promise<Tail> {
  const { get, close } = open(server.origin);
  await latenciesOf(get, Math.ceil(calls / 10), inFlight); // connections are there, and live percentiles know something
  const before = await server.seen();
  const latencies = await latenciesOf(get, calls, inFlight);
  const seen = (await server.seen()) - before;
  await close();
  return { latencies: latencies.sort((a, b) => a - b), extra: (100 * (seen - calls)) / calls };
}

async function latenciesOf(get: Get, calls: number, inFlight: number): Promise<number[]> {
  const latencies: number[] = [];
  let left = calls;
  const caller = async () => {
    while (left > 0) {
      left -= 1;
      const started = performance.now();
      await get('/late');
      latencies.push(performance.now() - started);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, caller));
  return latencies;
}

function finding(id: string, asks: string, unit: Finding['unit'], values: readonly (number | undefined)[]): Finding {
  const rows = askers.map(({ name, role }, index): Row => {
    const value = values[index] ?? Number.NaN;
    return { subject: name, role, value, low: value, high: value };
  });
  return { id, asks, unit, rows };
}

function axiosClient(origin: string): Client {
  const { axios, close } = axiosFor(origin);
  return { get: async (path) => (await axios.get<Answer>(path)).data.answer, close };
}

function restClient(baseURL: string): Client {
  const client = new RestClient({ baseURL, proxy: false });
  return { get: async (path) => (await client.get<Answer>(path)).data.answer, close: () => client.close() };
}

function hedged(origin: string, options: Omit<HedgeOptions, 'idempotent'>): Client {
  class Upstream {
    readonly #get: Get;

    constructor(get: Get) {
      this.#get = get;
    }

    @Hedge({ ...options, idempotent: true })
    answer(path: string): Promise<number> {
      return this.#get(path);
    }
  }
  const { get, close } = restClient(origin);
  const upstream = resolve(Upstream, get);
  return { get: (path) => upstream.answer(path), close };
}
