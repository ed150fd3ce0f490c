import { once } from 'node:events';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { EventBus, systemClock } from '../../../src/core/index.js';
import {
  type AnswerFunction,
  type AnswerRequest,
  type FaultServer,
  startFaultServer,
} from '../../../src/fault-server/index.js';
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
  readonly seen: AnswerRequest[];
  readonly cache: HttpCache;
  readonly server: FaultServer;

  constructor(options: HttpCacheOptions, server: FaultServer, seen: AnswerRequest[]) {
    const world = { client: 'shop', clock: systemClock, events: () => new EventBus(), secretNames: [] };
    this.cache = new HttpCache(checkCacheOptions(options, 'shop')!, world);
    this.server = server;
    this.seen = seen;
    open.push(async () => {
      this.agent.destroy();
      await this.server.close();
    });
  }

  async ask(asked: AskedFor = {}) {
    const made = request({ url: `${this.server.url}/items`, ...asked });
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

/** A cache before a server that answers as the test says. */
async function local(options: HttpCacheOptions, answer: AnswerFunction): Promise<Local> {
  const seen: AnswerRequest[] = [];
  const server = await startFaultServer({
    answers: {
      'GET /items': (request) => {
        seen.push(request);
        return answer(request);
      },
    },
  });
  return new Local(options, server, seen);
}

describe('over a connection', () => {
  it('an answer is asked about with its ETag, and the server sends no body again', async () => {
    const shop = await local({}, ({ headers }) => {
      const fields = { etag: '"v1"', 'cache-control': 'no-cache' };
      return headers['if-none-match'] === '"v1"' ? { status: 304, headers: fields } : { headers: fields, body: 'milk' };
    });

    expect(await shop.tell()).toBe('network milk');
    expect(await shop.tell()).toBe('revalidated milk');
    expect(await shop.tell({ streaming: true })).toBe('revalidated milk');
    expect(shop.seen.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"', '"v1"']);
  });

  it('an answer is asked about with Last-Modified, as Node sends the date', async () => {
    const modified = new Date(0).toUTCString();
    const shop = await local({ heuristic: 0 }, ({ headers }) => {
      if (headers['if-modified-since'] === modified) return { status: 304 };
      return { headers: { 'last-modified': modified }, body: 'milk' };
    });

    expect(await shop.tell()).toBe('network milk');
    expect(await shop.tell()).toBe('revalidated milk');
  });

  it('a stream that the server breaks off is not kept; one that ends is', async () => {
    const shop = await local({}, () => ({ headers: { 'cache-control': 'max-age=60' }, body: 'milkmilk' }));
    shop.server.fail({ kind: 'truncate', bytes: 4, count: 1 });

    await expect(shop.tell({ streaming: true })).rejects.toThrow('aborted');
    expect(shop.cache.stats().entries).toBe(0);
    expect(await shop.tell({ streaming: true })).toBe('network milkmilk');
    expect(await shop.tell({ streaming: true })).toBe('cache milkmilk');
  });

  it('a stream that its reader leaves closes its connection, and leaves nothing behind', async () => {
    const shop = await local({}, () => {
      const begun = new Readable({ read() {} });
      begun.push(Buffer.alloc(1024 * 1024));
      return { headers: { 'cache-control': 'max-age=60' }, body: begun };
    });
    const { body } = await shop.ask({ streaming: true });
    for await (const _ of body as Readable) break;
    await expect.poll(() => Object.keys(shop.agent.sockets)).toEqual([]);

    expect(shop.cache.stats().entries).toBe(0);
  });

  it('what is stale is given when the server is gone', async () => {
    const shop = await local({ staleIfError: '1m' }, () => ({
      headers: { 'cache-control': 'max-age=0', etag: '"1"' },
      body: 'milk',
    }));
    await shop.tell();
    await shop.server.close();

    expect(await shop.tell()).toBe('stale milk');
    await expect(shop.ask({ mode: 'reload' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('close() ends a renewal that is on its way', async () => {
    const signals: AbortSignal[] = [];
    const shop = await local({ staleFor: '1m' }, ({ signal }) => {
      signals.push(signal);
      if (signals.length > 1) return new Promise(() => {});
      return { headers: { 'cache-control': 'max-age=0' }, body: 'milk' };
    });
    await shop.tell();
    expect(await shop.tell()).toBe('stale milk');
    await expect.poll(() => shop.seen.length).toBe(2);
    shop.cache.close();

    await expect.poll(() => signals[1]?.aborted).toBe(true);
    expect(shop.cache.stats()).toMatchObject({ refreshes: 1, refreshFailures: 0 });
  });
});
