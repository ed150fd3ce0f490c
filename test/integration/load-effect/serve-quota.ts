import { once } from 'node:events';
import { createServer, type OutgoingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { obey } from '../effect/obey.js';
import { quota } from './capacity.js';
import type { Counts } from './figures.js';

const { limit, window } = quota;
let requests = 0;
let answered = 0;
let end = 0;
let left = 0;

const server = createServer((_request, response) => grant(response, performance.now()));
await once(server.listen(0, '127.0.0.1'), 'listening');

const { port } = server.address() as AddressInfo;
obey(`http://127.0.0.1:${port}`, (): Counts => ({ requests, answered, abandoned: 0 })); // it answers at once: nobody has left by then

/** Answers as long as something is left of a fixed window, and tells what is left, and when it begins anew: in whole seconds, as the fields want it. */
function grant(response: ServerResponse, now: number): void {
  requests++;
  if (now >= end) [end, left] = [now - ((now - end) % window) + window, limit];
  const granted = left > 0;
  if (granted) left--;
  if (granted) answered++;
  const seconds = Math.ceil((end - now) / 1000);
  const headers: OutgoingHttpHeaders = {
    'ratelimit-policy': `"calls";q=${limit};w=${window / 1000}`,
    ratelimit: `"calls";r=${left};t=${seconds}`,
  };
  if (!granted) headers['retry-after'] = String(seconds);
  response.writeHead(granted ? 200 : 429, headers).end();
}
