import type { Clock, EventBus } from '../core/index.js';
import { behindOf, readAnswer } from './answer.js';
import { type CacheRequest, HttpCache, type HttpCacheSettings, type SentAnswer } from './cache/index.js';
import { FactsOf } from './facts-of.js';
import type { HttpResponse } from './http-response.js';
import { OutgoingRequest } from './outgoing-request.js';
import { isSuccess, isSuccessOrUnchanged } from './success.js';

/** What caching needs of its client. */
export interface CachingParts {
  readonly clock: Clock;
  readonly client: string;
  readonly hides: (name: string) => boolean;
  readonly events: () => EventBus;
  readonly send: (request: OutgoingRequest) => Promise<HttpResponse<unknown>>;
}

/** Puts a cache before the policies of a client: requests become what it knows, and what it gives becomes responses. */
export class Caching {
  readonly cache: HttpCache;
  readonly #send: CachingParts['send'];

  constructor(settings: HttpCacheSettings, parts: CachingParts) {
    this.cache = new HttpCache(settings, { ...parts, secretNames: [] });
    this.#send = parts.send;
  }

  async answer(request: OutgoingRequest): Promise<HttpResponse<unknown>> {
    const { cache: mode, validateStatus, method } = OutgoingRequest.partsOf(request);
    const reads = (method === 'GET' || method === 'HEAD') && mode !== 'only-if-cached';
    if (reads && validateStatus !== isSuccess) return this.#send(request); // what is an answer for one only is none for all
    let sent: HttpResponse<unknown> | undefined;
    const answer = await this.cache.answer(new CachedRequest(request), mode, async (fields, alone) => {
      const response = await this.#send(conditional(request, fields, alone));
      sent = response;
      return sentOf(response);
    });
    const streams = OutgoingRequest.partsOf(request).streaming && sent !== undefined && behindOf(sent) !== undefined;
    const asSent = answer.from === 'network' && sent !== undefined && !streams;
    return asSent ? (sent as HttpResponse<unknown>) : readAnswer(request, answer, answer.from);
  }

  close(): void {
    this.cache.close();
  }
}

/** A request as a cache sees it. */
class CachedRequest extends FactsOf implements CacheRequest {
  get data(): unknown {
    return this.parts.body;
  }

  get credentialNames(): readonly string[] {
    return Object.keys(this.parts.credentials?.headers ?? {});
  }
}

/** What came over the wire, and for which request; of a response that somebody made up there is nothing to keep. */
function sentOf(response: HttpResponse<unknown>): SentAnswer {
  const behind = behindOf(response);
  if (behind === undefined) {
    const { status, statusText, headers } = response;
    return { status, statusText, headers, body: Buffer.alloc(0), to: null };
  }
  const { answer, request } = behind;
  const last = answer.target === undefined ? request : request.set({ target: answer.target });
  return { ...answer, to: new CachedRequest(last) };
}

/** The request that asks whether something still holds; on nobody's behalf where nobody waits for the answer. */
function conditional(
  request: OutgoingRequest,
  fields: Readonly<Record<string, string>>,
  alone: AbortSignal | undefined,
): OutgoingRequest {
  const { headers, course, validateStatus } = OutgoingRequest.partsOf(request);
  const asksWhether = 'if-none-match' in fields || 'if-modified-since' in fields;
  const accepts = asksWhether && validateStatus === isSuccess ? isSuccessOrUnchanged : validateStatus;
  const asking = request.set({ headers: { ...headers, ...fields }, validateStatus: accepts });
  return alone === undefined ? asking : asking.set({ course: course.alone(), callerSignal: alone });
}
