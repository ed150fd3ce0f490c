import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';
import { afterEach } from 'vitest';
import { type ProtectAxiosOptions, protectAxios } from '../../../src/http/axios/index.js';
import { Runtime } from '../../../src/runtime/index.js';

/** What a server is to do with one request: a status, or anything at all. */
export type Act = number | ((request: IncomingMessage, response: ServerResponse) => void);

/** One request, as a server saw it. */
export interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A server on loopback that does one thing after the other; the last one, over and over. */
export interface Stage {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
}

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function stage(...acts: readonly Act[]): Promise<Stage> {
  const seen: Seen[] = [];
  const server = createServer(async (request, response) => {
    const { method, url, headers } = request;
    const act = acts[Math.min(seen.length, acts.length - 1)] ?? 200;
    const place = seen.push({ method, url, headers, body: '' }) - 1;
    const body = await text(request).catch(() => '');
    seen[place] = { method, url, headers, body };
    if (typeof act === 'function') act(request, response);
    else response.writeHead(act, { 'content-type': 'application/json' }).end(`{"status":${act}}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { port, seen, url: `http://127.0.0.1:${port}` };
}

/** A protected instance, in a runtime of its own; it waits for nothing between attempts. */
export function protectedApi(
  { url }: Pick<Stage, 'url'>,
  options: ProtectAxiosOptions = {},
  defaults: CreateAxiosDefaults = {},
): { readonly api: AxiosInstance; readonly runtime: Runtime } {
  const runtime = options.runtime ?? new Runtime();
  const api = axios.create({ baseURL: url, ...defaults });
  protectAxios(api, { retry: { delay: 0 }, ...options, runtime });
  return { api, runtime };
}

/** Waits until something holds; for what sockets do in their own time. */
export async function until(holds: () => boolean): Promise<void> {
  for (let tries = 0; tries < 200 && !holds(); tries++) await new Promise((resolve) => setTimeout(resolve, 5));
  if (!holds()) throw new Error('it never came to hold');
}
