import { afterEach } from 'vitest';
import { RestClient, type RestClientOptions } from '../../src/http/index.js';
import { Runtime } from '../../src/runtime/index.js';
import type { Origin, Reply } from './origin.js';

/** Makes a client with some options besides the standard ones, of an origin that gives these answers from now on. */
export type ClientOf = (options?: RestClientOptions, ...replies: Reply[]) => RestClient;

/** For a file of tests: makes clients of an origin, each in a runtime of its own, and closes them after each test. */
export function clientsOf(origin: () => Origin, standard: RestClientOptions): ClientOf {
  const clients: RestClient[] = [];
  afterEach(() => {
    for (const client of clients.splice(0)) client.close();
  });
  return (options = {}, ...replies) => {
    const served = origin();
    served.replies = replies;
    const client = new RestClient({ baseURL: served.url, runtime: new Runtime(), ...standard, ...options });
    clients.push(client);
    return client;
  };
}
