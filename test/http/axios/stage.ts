import type { IncomingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import axios, { type AxiosInstance, type CreateAxiosDefaults } from 'axios';
import { afterEach } from 'vitest';
import {
  type AnswerFunction,
  type FaultServer,
  type OwnAnswer,
  startFaultServer,
} from '../../../src/fault-server/index.js';
import { type ProtectAxiosOptions, protectAxios } from '../../../src/http/axios/index.js';
import { Runtime } from '../../../src/runtime/index.js';

/** How a server answers one request: with a status, or in full. */
export type Act = number | OwnAnswer | AnswerFunction;

/** One request, as a server saw it. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** A server on loopback that answers in one way after the other; in the last one, over and over. */
export interface Stage {
  readonly url: string;
  readonly port: number;
  readonly seen: Seen[];
  readonly server: FaultServer;
}

const cleanups: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

export async function stage(...acts: readonly Act[]): Promise<Stage> {
  const seen: Seen[] = [];
  const answer: AnswerFunction = (request) => {
    const { method, url, headers, bytes } = request;
    const act = acts[Math.min(seen.length, acts.length - 1)] ?? 200;
    seen.push({ method, url, headers, body: Buffer.from(bytes).toString() });
    if (typeof act === 'function') return act(request);
    return typeof act === 'number' ? { status: act, body: { status: act } } : act;
  };
  const server = await startFaultServer({ answers: { '/*': answer, 'GET /warm-up': {} }, requestTimeout: 0 });
  cleanups.push(() => server.close());
  await fetch(`${server.url}/warm-up`, { headers: { connection: 'close' } }); // the first request takes longest, and some tests have little time
  server.journal.clear();
  return { server, seen, url: server.url, port: server.port };
}

/** An answer of which only the beginning ever comes. */
export function begun(text: string, status = 200): OwnAnswer & { readonly body: Readable } {
  const body = new Readable({ read() {} });
  body.push(text);
  return { status, headers: { 'content-length': 50 }, body };
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
