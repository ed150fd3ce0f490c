import { once } from 'node:events';
import {
  Agent,
  createServer,
  request as httpRequest,
  type IncomingMessage,
  type RequestListener,
  type Server,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { EventBus, systemClock } from '../../../src/core/index.js';
import { checkCacheOptions, HttpCache, type HttpCacheOptions, type Send } from '../../../src/http/cache/index.js';
import { NetworkError } from '../../../src/http/errors/index.js';
import type { HttpHeaders } from '../../../src/http/http-headers.js';
import { type AskedFor, facts, failed, request, textOf } from './origin.js';

const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A cache before a server on this host. */
class Local {
  readonly agent = new Agent({ keepAlive: true });
  readonly seen: IncomingMessage[] = [];
  readonly cache: HttpCache;
  readonly server: Server;
  #port = 0;

  constructor(options: HttpCacheOptions, answer: RequestListener) {
    const world = { client: 'shop', clock: systemClock, events: () => new EventBus(), secretNames: [] };
    this.cache = new HttpCache(checkCacheOptions(options, 'shop')!, world);
    this.server = createServer((message, response) => {
      this.seen.push(message);
      answer(message, response);
    });
    open.push(async () => {
      this.agent.destroy();
      await this.stop();
    });
  }

  /** The server goes away: it can be connected to no more. */
  async stop(): Promise<void> {
    if (!this.server.listening) return;
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }

  async ask(asked: AskedFor = {}) {
    if (this.#port === 0) await once(this.server.listen(0, '127.0.0.1'), 'listening');
    this.#port ||= (this.server.address() as AddressInfo).port;
    const made = request({ url: `http://127.0.0.1:${this.#port}/items`, ...asked });
    return this.cache.answer(made, asked.mode ?? 'default', this.#send(made.target, asked));
  }

  async tell(asked: AskedFor = {}): Promise<string> {
    const { from, body } = await this.ask(asked);
    return `${from} ${await textOf(body)}`;
  }

  #send(url: URL, { method = 'GET', headers = {}, streaming = false }: AskedFor): Send {
    return async (fields, alone) => {
      const sent = httpRequest(url, { method, agent: this.agent, headers: { ...headers, ...fields }, signal: alone });
      sent.end();
      const [message] = (await once(sent, 'response').catch((cause) => {
        throw new NetworkError(facts, { code: cause.code, reason: cause.message, sent: true, cause });
      })) as [IncomingMessage];
      const status = message.statusCode ?? 0;
      const answer = { status, statusText: message.statusMessage ?? '', headers: message.headers as HttpHeaders };
      if (streaming && status < 300) return { ...answer, body: message as Readable };
      const body = Buffer.concat(await message.toArray());
      if (status >= 400) throw failed(status, answer.headers);
      return { ...answer, body };
    };
  }
}

describe('over a connection', () => {
  it('an answer is asked about with its ETag, and the server sends no body again', async () => {
    const local = new Local({}, (message, response) => {
      response.setHeader('etag', '"v1"').setHeader('cache-control', 'no-cache');
      if (message.headers['if-none-match'] === '"v1"') response.writeHead(304).end();
      else response.end('milk');
    });

    expect(await local.tell()).toBe('network milk');
    expect(await local.tell()).toBe('revalidated milk');
    expect(await local.tell({ streaming: true })).toBe('revalidated milk');
    expect(local.seen.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"', '"v1"']);
  });

  it('an answer is asked about with Last-Modified, as Node sends the date', async () => {
    const modified = new Date(0).toUTCString();
    const local = new Local({ heuristic: 0 }, (message, response) => {
      if (message.headers['if-modified-since'] === modified) response.writeHead(304).end();
      else response.setHeader('last-modified', modified).end('milk');
    });

    expect(await local.tell()).toBe('network milk');
    expect(await local.tell()).toBe('revalidated milk');
  });

  it('a stream that the server breaks off is not kept; one that ends is', async () => {
    let whole = false;
    const local = new Local({}, (_, response) => {
      response.writeHead(200, { 'cache-control': 'max-age=60', 'content-length': 8 });
      response.write('milk');
      if (whole) response.end('milk');
      else setImmediate(() => response.destroy());
    });

    await expect(local.tell({ streaming: true })).rejects.toThrow('aborted');
    expect(local.cache.stats().entries).toBe(0);
    whole = true;
    expect(await local.tell({ streaming: true })).toBe('network milkmilk');
    expect(await local.tell({ streaming: true })).toBe('cache milkmilk');
  });

  it('a stream that its reader leaves closes its connection, and leaves nothing behind', async () => {
    const local = new Local({}, (_, response) => {
      response.writeHead(200, { 'cache-control': 'max-age=60' });
      response.write(Buffer.alloc(1024 * 1024));
    });
    const { body } = await local.ask({ streaming: true });
    for await (const _ of body as Readable) break;
    await expect.poll(() => Object.keys(local.agent.sockets)).toEqual([]);

    expect(local.cache.stats().entries).toBe(0);
  });

  it('what is stale is given when the server is gone', async () => {
    const local = new Local({ staleIfError: '1m' }, (_, response) => {
      response.setHeader('cache-control', 'max-age=0').setHeader('etag', '"1"').end('milk');
    });
    await local.tell();
    await local.stop();

    expect(await local.tell()).toBe('stale milk');
    await expect(local.ask({ mode: 'reload' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('close() ends a renewal that is on its way', async () => {
    const local = new Local({ staleFor: '1m' }, (_, response) => {
      if (local.seen.length === 1) response.setHeader('cache-control', 'max-age=0').end('milk');
    });
    await local.tell();
    expect(await local.tell()).toBe('stale milk');
    await expect.poll(() => local.seen.length).toBe(2);
    local.cache.close();

    await expect.poll(() => local.seen[1]?.socket.destroyed).toBe(true);
    expect(local.cache.stats()).toMatchObject({ refreshes: 1, refreshFailures: 0 });
  });
});
