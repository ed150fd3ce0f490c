import { Readable } from 'node:stream';
import { EventBus } from '../../../src/core/index.js';
import type { HttpCacheMode, HttpCacheOptions, Send, SentAnswer } from '../../../src/http/cache/index.js';
import { type CachedAnswer, type CacheRequest, checkCacheOptions, HttpCache } from '../../../src/http/cache/index.js';
import { httpError, NetworkError, type RequestFacts } from '../../../src/http/errors/index.js';
import type { HttpHeaders } from '../../../src/http/http-headers.js';
import { ManualClock, RecordedEvents, settle } from '../../../src/testing/index.js';

/** What the origin of a test answers: a text is a body with status 200. */
export interface Reply {
  readonly status?: number;
  readonly headers?: HttpHeaders;
  readonly body?: string | Readable;
  /** Instead of an answer. */
  readonly error?: unknown;
  /** What became of the request on its way; null where somebody else than the server answers. */
  readonly to?: AskedFor | null;
  /** When it is answered. */
  readonly after?: Promise<unknown>;
}

export interface Asked {
  readonly fields: Readonly<Record<string, string>>;
  readonly alone: AbortSignal | undefined;
}

export type AskedFor = Partial<Omit<CacheRequest, 'target'>> & { readonly url?: string; readonly mode?: HttpCacheMode };

/** A cache before a scripted origin, on a clock that stands still. */
export class Scene {
  readonly clock: ManualClock;
  readonly bus = new EventBus();
  readonly events = new RecordedEvents({ events: this.bus });
  readonly cache: HttpCache;
  /** All that was sent. */
  readonly asked: Asked[] = [];
  reply: Reply | ((asked: Asked) => Reply);

  constructor(
    options: HttpCacheOptions = {},
    reply: Scene['reply'] = {},
    { clock = new ManualClock(), secretNames = [] as string[] } = {},
  ) {
    this.clock = clock;
    this.reply = reply;
    const settings = checkCacheOptions(options, 'shop')!;
    this.cache = new HttpCache(settings, { client: 'shop', clock, events: () => this.bus, secretNames });
  }

  /** Asks, and lets the store do its work. */
  async ask(asked: AskedFor = {}): Promise<CachedAnswer> {
    try {
      return await this.cache.answer(request(asked), asked.mode ?? 'default', this.send(asked));
    } finally {
      await settle();
      await settle();
    }
  }

  /** Asks, and says where the answer is from and what it is. */
  async tell(asked: AskedFor = {}): Promise<string> {
    const { from, body } = await this.ask(asked);
    return `${from} ${await textOf(body)}`;
  }

  send(asked: AskedFor = {}): Send {
    return async (fields, alone) => {
      const made = { fields, alone };
      this.asked.push(made);
      const reply = typeof this.reply === 'function' ? this.reply(made) : this.reply;
      await reply.after;
      return answerOf(reply, fields, asked);
    };
  }
}

export const facts: RequestFacts = {
  service: 'shop',
  method: 'GET',
  url: 'https://shop.test/items',
  endpoint: 'GET /items',
  requestId: undefined,
  attempt: 1,
  maxAttempts: 1,
  duration: 0,
  timestamp: 0,
};

export function request({ url = facts.url, mode: _, ...given }: AskedFor = {}): CacheRequest {
  return { ...facts, url, target: new URL(url), headers: {}, data: undefined, streaming: false, ...given };
}

export async function textOf(body: Buffer | Readable): Promise<string> {
  if (Buffer.isBuffer(body)) return body.toString();
  return Buffer.concat(await body.toArray()).toString();
}

export function failed(status: number, headers: HttpHeaders = {}) {
  const answer = { status, statusText: '', headers, body: '', excerpt: undefined, problem: undefined };
  return httpError(facts, { ...answer, requestId: undefined, retryAfter: undefined });
}

export function unreachable() {
  return new NetworkError(facts, { code: 'ECONNREFUSED', reason: 'connection refused', sent: false });
}

function answerOf(
  { status = 200, headers = {}, body = 'milk', error, to }: Reply,
  fields: object,
  asked: AskedFor,
): SentAnswer {
  if (error !== undefined) throw error;
  const conditional = 'if-none-match' in fields || 'if-modified-since' in fields;
  if (status === 304 && !conditional) throw new Error('a 304 to a request that asked no such thing');
  if (status !== 304 && status >= 300) throw failed(status, headers);
  const bytes = status === 304 || asked.method === 'HEAD' ? '' : body;
  const whole = typeof bytes === 'string' && !asked.streaming ? Buffer.from(bytes) : undefined;
  const stream = typeof bytes === 'string' ? Readable.from([Buffer.from(bytes)], { objectMode: false }) : bytes;
  const answer = { status, statusText: 'OK', headers, body: whole ?? stream };
  return to === undefined ? answer : { ...answer, to: to && request({ ...asked, ...to }) };
}

/** `max-age` and what else a Cache-Control says. */
export function lasting(control: string, headers: HttpHeaders = {}): HttpHeaders {
  return { 'cache-control': control, ...headers };
}
