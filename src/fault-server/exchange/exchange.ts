import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Clock, type Ending, type EndListener, Lifetime, type Waiting } from '../../core/index.js';
import { connectionOf } from '../connections/connection.js';
import { httpDate } from '../header-field.js';
import { targetOf } from '../request-target.js';
import { turnOf } from './answer-turn.js';
import { whenLeft } from './client-left.js';
import type { Delivery } from './delivery.js';
import { gathered } from './gathered.js';
import { Wire } from './wire.js';

/** How a request ended: `timedOut` when the server gave it up, `abandoned` when its client left first, `closed` when the server did. */
export type Outcome = 'answered' | 'failed' | 'refused' | 'timedOut' | 'abandoned' | 'closed';

/** What is sent back. */
export interface Answer {
  readonly body: unknown;
  /** @default 200 */
  readonly status?: number;
  /** @default the usual words */
  readonly statusText?: string;
  readonly headers?: Fields;
  /** It leaves with these header fields and no others, but for those that HTTP needs; its body is bytes, or pieces of them. */
  readonly exact?: boolean;
  /** It is not remembered for a request of the same name: doing that again may come to something else. */
  readonly fleeting?: boolean;
}

/** Header fields; those with several values are sent once for each, those that are undefined are not. */
export type Fields = Readonly<Record<string, string | string[] | undefined>>;

/** The status of an answer that says only that the real one is to come. */
export type Information = 100 | 102 | 103;

/** How a request was settled: with which status, if one was sent. */
export interface Settlement {
  readonly outcome: Outcome;
  readonly status: number | undefined;
  /** The kind of the fault that cut its connection; undefined when none did. */
  readonly cutBy?: string | undefined;
}

/** One request and the answer that it may or may not get; it is settled exactly once. */
export class Exchange implements Waiting {
  readonly request: FastifyRequest;
  readonly #reply: FastifyReply;
  readonly #clock: Clock;
  readonly #lifetime: Lifetime;
  readonly #tell: (settlement: Settlement) => void;
  readonly #leave: () => void;
  #delivery: Delivery | undefined;
  #outcome: Outcome | undefined;
  #hangs = false;

  /** `settled` is told before a byte of the answer leaves. */
  constructor(reply: FastifyReply, clock: Clock, within: Lifetime, settled: (settlement: Settlement) => void) {
    this.request = reply.request;
    this.#reply = reply;
    this.#clock = clock;
    this.#tell = settled;
    this.#lifetime = new Lifetime(within);
    this.#leave = within.watch(() => this.#settle('closed'));
    whenLeft(reply, () => this.#left());
  }

  /** What the server's clock on the wall shows, in milliseconds since 1970. */
  get wallNow(): number {
    return this.#clock.wallNow();
  }

  /** The path without its query. */
  get path(): string {
    return targetOf(this.request.url).path;
  }

  /** Somebody still waits for an answer. */
  get open(): boolean {
    return !this.#outcome && !this.halt;
  }

  /** Why there is nobody left to wait for: the client has left, the time of the request is over, or the server is closed. */
  get halt(): Ending | undefined {
    return this.#lifetime.ending;
  }

  onHalt(listener: EndListener): () => void {
    return this.#lifetime.watch(listener);
  }

  /** Waits; rejects when nobody is left to wait for. */
  wait(duration: number): Promise<void> {
    return this.#clock.sleep(duration, this);
  }

  /** Lets the answer, when there is one, leave in this way: the request counts as failed then. */
  deliverBy(delivery: Delivery): void {
    this.#delivery = delivery;
  }

  /** Answers; returns when all of it has been handed over. */
  async answer(outcome: Outcome, answer: Answer): Promise<void> {
    const { body, status = 200 } = answer;
    const headers = sent({ date: httpDate(this.wallNow), ...answer.headers });
    if (this.#delivery && outcome === 'answered') return this.#distort(this.#delivery, { ...answer, headers });
    if (answer.exact) return this.#deliver(outcome, { ...answer, headers }, (wire, exact) => wire.sendExactly(exact));
    this.#settle(outcome, status);
    this.#reply.code(status).headers(headers).send(body);
  }

  /** Answers that this took too long, unless an answer is on its way, and ends all that is still done for the request. */
  giveUp(answer: Answer): void {
    if (this.#outcome && !this.#hangs) return;
    if (!this.#reply.sent) this.answer('timedOut', answer); // one that hangs stays without
    this.#lifetime.end(new Error('the time of the request is over'));
  }

  /** Sends an informational answer ahead of the real one. */
  inform(status: Information): void {
    const { raw } = this.#reply;
    if (status === 100) raw.writeContinue();
    else if (status === 102) raw.writeProcessing();
    else raw.writeEarlyHints({ link: '</early.css>; rel=preload; as=style' });
  }

  /** Resets the connection before a byte of an answer has left. */
  async reset(): Promise<void> {
    const socket = await turnOf(this.#reply.raw, this);
    this.#reply.hijack();
    this.#settle('failed');
    connectionOf(socket)?.reset();
  }

  /** Never answers, or no further; returns when the client has given up, the time of the request is over, or the server has closed. */
  hang(): Promise<void> {
    if (!this.#reply.sent) this.#reply.hijack();
    this.#hangs = true;
    return new Promise((resolve) => {
      if (this.halt) resolve();
      else this.onHalt(() => resolve());
    });
  }

  /** Leaves the request without an answer: there is nobody left to tell; or its answer could not be handed over to the end. */
  abandon(reason: unknown): void {
    if (!this.#reply.sent) this.#reply.hijack();
    if (this.halt) return;
    this.#reply.raw.socket?.destroy();
    process.emitWarning(reason instanceof Error ? reason : String(reason));
  }

  async #distort(deliver: Delivery, answer: Answer): Promise<void> {
    const whole = await gathered(answer);
    return this.#deliver('failed', whole, deliver);
  }

  async #deliver(outcome: Outcome, answer: Answer, deliver: Delivery): Promise<void> {
    const socket = await turnOf(this.#reply.raw, this);
    const { raw } = this.#reply.hijack();
    this.#settle(outcome, answer.status ?? 200);
    await deliver(new Wire(raw, socket, this), answer);
  }

  #left(): void {
    const { cutBy } = connectionOf(this.request.socket) ?? {};
    this.#settle(cutBy === undefined ? 'abandoned' : 'failed', undefined, cutBy);
    this.#lifetime.end(new Error('the client has left'));
  }

  #settle(outcome: Outcome, status?: number, cutBy?: string): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#leave();
    this.#tell({ outcome, status, cutBy });
  }
}

function sent(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
