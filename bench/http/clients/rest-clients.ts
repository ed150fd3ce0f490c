import { Runtime } from 'holdfast';
import { protectAxios, RestClient, type RestClientOptions } from 'holdfast/http';
import { undiciAdapter } from 'holdfast/undici';
import type { Answer, Client, HttpSubject, Patience } from '../http-subject.js';
import { axiosFor } from './bare-axios.js';

const does = ['retry', 'circuit', 'timeout'] as const;

/** A RestClient as it comes, plus what the options say. */
function restClient(baseURL: string, { timeout, delay }: Patience, options: RestClientOptions = {}): Client {
  const standard = { baseURL, timeout, retry: { delay }, runtime: new Runtime(), proxy: false } as const;
  const client = new RestClient({ ...standard, ...options });
  return { get: async (path) => (await client.get<Answer>(path)).data.answer, close: () => client.close() };
}

/** Our clients: retries, circuits, timeouts, pools and request ids are on by default. */
export const restClients: readonly HttpSubject[] = [
  { name: 'RestClient', role: 'ours', does, open: restClient },
  {
    name: 'RestClient, dedup and cache on', // every answer is new to it, and kept
    role: 'ours',
    does,
    open: (origin, patience) => restClient(origin, patience, { dedup: true, cache: true }),
  },
  {
    name: 'RestClient on undici',
    role: 'ours',
    does,
    open(origin, patience) {
      const adapter = undiciAdapter({ keepAliveTimeout: '10m' });
      const { get, close } = restClient(origin, patience, { adapter });
      return {
        get,
        async close() {
          await close();
          await adapter.close();
        },
      };
    },
  },
  {
    name: 'protectAxios',
    role: 'ours',
    does,
    open(origin, { timeout, delay }) {
      const { axios, close } = axiosFor(origin);
      protectAxios(axios, { timeout, retry: { delay }, runtime: new Runtime() });
      return { get: async (path) => (await axios.get<Answer>(path)).data.answer, close };
    },
  },
];
