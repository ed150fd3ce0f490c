import { Agent } from 'node:http';
import { got as standard } from 'got';
import type { Answer, HttpSubject } from '../http-subject.js';

/** got, whose retries are on by default; its hooks, cache and cookies are not used. */
export const got: HttpSubject = {
  name: 'got',
  role: 'peer',
  does: ['retry', 'timeout'],
  open(origin, { timeout, delay }) {
    const agent = new Agent({ keepAlive: true });
    const client = standard.extend({
      agent: { http: agent },
      timeout: { request: timeout },
      retry: { limit: 2, calculateDelay: ({ computedValue }) => (computedValue === 0 ? 0 : delay) },
    });
    return {
      get: async (path) =>
        (await client.get<Answer>(origin + path, { responseType: 'json', resolveBodyOnly: true })).answer,
      close: () => agent.destroy(),
    };
  },
};
