import { Agent } from 'node:http';
import { type AxiosInstance, create } from 'axios';
import type { Answer, Client, HttpSubject } from '../http-subject.js';

/** An instance of axios as all have it that are built on one: connections are kept alive, as many as there are requests. */
export function axiosFor(origin: string): { readonly axios: AxiosInstance; readonly close: () => void } {
  const httpAgent = new Agent({ keepAlive: true });
  return { axios: create({ baseURL: origin, httpAgent, proxy: false }), close: () => httpAgent.destroy() };
}

/** What everybody is compared with, and the same once more: how far two equals lie apart is the noise. */
export const bareAxios: readonly HttpSubject[] = ['axios', 'axios, once more'].map((name) => ({
  name,
  role: 'bare',
  does: [],
  open(origin): Client {
    const { axios, close } = axiosFor(origin);
    return { get: async (path) => (await axios.get<Answer>(path)).data.answer, close };
  },
}));
