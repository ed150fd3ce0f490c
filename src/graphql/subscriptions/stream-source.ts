import type { Readable } from 'node:stream';
import { headerField, runOutside } from '../../core/index.js';
import type { HttpResponse, Middleware, RequestFacts, RestClient } from '../../http/index.js';
import { type AnswerReader, noAnswer } from '../answer-reader.js';
import { type GraphQLAnswer, MalformedAnswerError, SubscriptionError } from '../errors/index.js';
import type { OperationRequest, TransportOptions } from '../operation-request.js';
import { payloadJson } from '../payload.js';
import type { Variables } from '../secrets.js';
import type { Source, Subscribed } from './source.js';
import type { StreamFormat } from './stream-format.js';

/** What subscriptions over HTTP need. */
export interface StreamParts {
  readonly rest: RestClient;
  readonly path: string;
  readonly format: StreamFormat;
  readonly reader: AnswerReader;
  /** Milliseconds for which nothing may arrive; 0 for no limit. */
  readonly idleTimeout: number;
}

/** Carries subscriptions over HTTP, each in the body of an answer of its own. */
export class StreamSource implements Source {
  readonly #parts: StreamParts;

  constructor(parts: StreamParts) {
    this.#parts = parts;
  }

  async *open({ request, facts, signal, opened }: Subscribed): AsyncGenerator<GraphQLAnswer, void, undefined> {
    const { format, reader } = this.#parts;
    const { variables } = request;
    const { data: body, headers } = await this.#request(request, signal);
    try {
      opened();
      for await (const item of format.read(body, headerField(headers, 'content-type') ?? '')) {
        if (item.is === 'complete') return;
        const answer = reader.read(item.body, variables);
        if (answer === undefined) throw new SyntaxError('a result is no GraphQL');
        if (item.is === 'refusal') throw reader.errorFor(facts, answer);
        yield answer;
      }
    } catch (cause) {
      throw cause instanceof SyntaxError ? unreadable(facts, cause) : cause;
    } finally {
      body.destroy();
    }
    throw new SubscriptionError(facts, { end: 'LOST', what: 'broke off: the answer ended before it was complete' });
  }

  close(): void {} // what is open ends by the signals of its subscriptions

  async #request(request: OperationRequest, signal: AbortSignal): Promise<HttpResponse<Readable>> {
    const { rest, path, format, reader, idleTimeout } = this.#parts;
    const { operation, variables, transport } = request;
    const { signal: _, middleware = [], headers, timeout, ...options } = transport;
    const accept = `${format.accept}, application/graphql-response+json;q=0.9, application/json;q=0.8`;
    const sent = {
      ...{ ...options, idempotent: true, retry: false, signal }, // it is the subscription that comes back
      timeout: { read: idleTimeout, ...limitsOf(timeout) },
      body: payloadJson(request, 'text'),
      headers: { accept, 'content-type': 'application/json', ...headers },
      middleware: [this.#inAttempt(variables), ...middleware],
      endpoint: operation.endpoint,
    };
    return runOutside(() => rest.stream('POST', path, sent)).catch((error) => {
      throw reader.explained(error, variables);
    });
  }

  /** Lets the attempt fail by an answer that is no stream. */
  #inAttempt(variables: Variables): Middleware {
    const { format, reader } = this.#parts;
    return async (request, next) => {
      const response = await next(request).catch((error: unknown) => {
        throw reader.explainedInAttempt(error, variables);
      });
      if (format.fits(headerField(response.headers, 'content-type') ?? '')) return response;
      throw this.#noStream(request, response, await beginningOf(response.data as Readable), variables);
    };
  }

  #noStream(facts: RequestFacts, response: HttpResponse<unknown>, text: string, variables: Variables): Error {
    const answer = this.#parts.reader.read(parsed(text), variables);
    if (answer === undefined) return noAnswer(facts, response);
    if (answer.errors.length > 0) return this.#parts.reader.errorFor(facts, answer, response);
    const what = `was answered with ${response.status} and one result, where a stream of them was asked for`;
    return new MalformedAnswerError(facts, { status: response.status, what, permanent: true });
  }
}

/** A time alone is that for the whole request. */
function limitsOf(timeout: TransportOptions['timeout']): object {
  return typeof timeout === 'object' ? timeout : { ...(timeout !== undefined && { total: timeout }) };
}

const most = 64 * 1024;

/** The beginning of a body as text; the rest of it is not read. */
async function beginningOf(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    if (length > most) break;
  }
  return Buffer.concat(chunks).toString();
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // it is judged by its type then
  }
}

function unreadable(facts: RequestFacts, cause: SyntaxError): MalformedAnswerError {
  return new MalformedAnswerError(facts, { what: `sent what cannot be read: ${cause.message}`, cause });
}
