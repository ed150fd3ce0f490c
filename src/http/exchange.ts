import { Readable } from 'node:stream';
import {
  type Call,
  type EventBus,
  isResilienceError,
  type Lifetime,
  markUnrepeatable,
  surroundingCall,
  tellAnswer,
} from '../core/index.js';
import { Announcement } from './announcement.js';
import { readAnswer } from './answer.js';
import { ClientClosedError, HttpClientError, HttpError } from './errors/index.js';
import { readExcerpt } from './excerpt.js';
import type { HttpRequest } from './http-request.js';
import type { HttpResponse } from './http-response.js';
import type { Identification } from './identification.js';
import { isPerCall, type Middleware, nest } from './middleware.js';
import { OnTheWire } from './on-the-wire.js';
import { OutgoingRequest } from './outgoing-request.js';
import { bindStream, Patience } from './patience.js';
import type { Transport } from './transport/index.js';

/** What an exchange needs of its client. */
export interface ExchangeParts {
  readonly transport: Transport;
  readonly identification: Identification | undefined;
  readonly middleware: readonly Middleware[];
  /** Ends when the client is closed. */
  readonly lifetime: Lifetime;
  readonly logged: boolean;
  readonly events: () => EventBus;
}

/** Makes one attempt at a request: says who asks, goes through the middleware, sends it, and reads the answer. */
export class Exchange {
  readonly #parts: ExchangeParts;
  readonly #middleware: readonly Middleware[];

  constructor(parts: ExchangeParts) {
    this.#parts = parts;
    this.#middleware = parts.middleware.filter((each) => !isPerCall(each));
  }

  /** To be called where the call of the attempt is the current one. */
  async run(given: OutgoingRequest): Promise<HttpResponse<unknown>> {
    const call = surroundingCall() as Call;
    const { course } = OutgoingRequest.partsOf(given);
    course.attempt = call.attempt;
    const request = given.set({ call });
    const patience = new Patience({ call, client: this.#parts.lifetime, once: !request.repeatable });
    try {
      if (patience.aborted) throw patience.reason;
      return await this.#authorized(request, patience);
    } catch (error) {
      patience.opened?.destroy();
      throw failure(error, request, patience);
    } finally {
      patience.release();
    }
  }

  /** Credentials that the server refuses are made anew, once. */
  async #authorized(request: OutgoingRequest, patience: Patience): Promise<HttpResponse<unknown>> {
    const { identification } = this.#parts;
    if (identification === undefined) return this.#through(request, patience);
    const known = OutgoingRequest.partsOf(request).credentials !== undefined && request.attempt === 1;
    const identified = known ? request : await identification.identified(request, patience);
    const first = await this.#through(identified, patience).then(
      (response) => ({ response, refused: response.status === 401 }),
      (error) => ({ error, refused: error instanceof HttpError && error.status === 401 }),
    );
    const again = first.refused ? await identification.renewed(identified, patience) : undefined;
    if (again !== undefined) {
      patience.opened?.destroy();
      return this.#through(again, patience);
    }
    if ('response' in first) return first.response;
    throw first.error;
  }

  #through(request: OutgoingRequest, patience: Patience): Promise<HttpResponse<unknown>> {
    const own = OutgoingRequest.partsOf(request).middleware;
    const send = (last: HttpRequest) => this.#send(last as OutgoingRequest, patience);
    if (own.length === 0 && this.#middleware.length === 0) return send(request);
    return nest([...this.#middleware, ...own.filter((each) => !isPerCall(each))], send)(request);
  }

  async #send(request: OutgoingRequest, patience: Patience): Promise<HttpResponse<unknown>> {
    const { transport, lifetime, logged, events } = this.#parts;
    const { call, course, callerSignal, validateStatus } = OutgoingRequest.partsOf(request);
    const wire = new OnTheWire(request, call as Call);
    const announcement = logged ? new Announcement(events(), wire, course) : undefined;
    const answer = await transport.send(wire, patience).catch((error) => {
      const reason = failure(error, request, patience);
      announcement?.failed(reason, patience.aborted && !isOurs(reason));
      throw reason;
    });
    announcement?.answered(answer.status);
    tellAnswer(call as Call, answer);
    const { body } = answer;
    if (!(body instanceof Readable)) return readAnswer(request, answer);
    patience.opened = body;
    const told = (reason: unknown) => (reason === closing ? new ClientClosedError(request) : reason);
    bindStream(body, { outer: course.outer, client: lifetime, signal: callerSignal, told });
    if (validateStatus(answer.status)) return readAnswer(request, answer);
    return readAnswer(request, { ...answer, body: await readExcerpt(body) });
  }
}

/** What the attempt comes to: what ended it, if something did; and whether it may be made again. */
function failure(error: unknown, request: OutgoingRequest, patience: Patience): unknown {
  const outcome = patience.aborted ? patience.reason : error;
  const told = outcome === closing ? new ClientClosedError(request) : outcome;
  const sent = patience.sent && (Object(told) as { readonly sent?: unknown }).sent !== false;
  return sent && !request.repeatable ? markUnrepeatable(told) : told;
}

/** The client or its policies ended it, and not its caller. */
function isOurs(reason: unknown): boolean {
  return reason instanceof HttpClientError || isResilienceError(reason);
}

/** Why everything ends when a client is closed. */
export const closing = Symbol('the client is closed');
