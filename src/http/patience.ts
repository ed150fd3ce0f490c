import type { Readable } from 'node:stream';
import { type Call, type Ending, type Lifetime, letEnd, markUnrepeatable, watchSignal } from '../core/index.js';

/** What may end one attempt at a request. */
export interface PatienceOptions {
  /** The protected call that the attempt is made in, if it is one. */
  readonly call?: Call;
  /** Ends when the client is closed. */
  readonly client: Lifetime;
  /** Sending the request twice may do twice what it asks for. */
  readonly once: boolean;
}

/**
 * How long one attempt may go on: the call that it is made in and the client can each end it. It is as much of a signal as axios needs: an
 * AbortController for each request would cost more than all the rest.
 */
export class Patience {
  /** The attempt is to end. */
  aborted = false;
  /** Why it is to end. */
  reason: unknown;
  /** Something of the request may have reached the server. */
  sent = false;
  /** The body of an answer that its reader has not got yet. */
  opened: Readable | undefined = undefined;
  readonly #once: boolean;
  readonly #leave: (() => void)[] = [];
  readonly #listeners = new Set<() => void>();

  constructor({ call, client, once }: PatienceOptions) {
    this.#once = once;
    this.#watch(client);
    if (call === undefined) return;
    letEnd(call);
    this.#watch(call);
  }

  /** Calls `listener` in the tick in which the attempt is to end; as axios does it, for 'abort'. */
  addEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }

  /** Lets go of everything: the attempt is over. */
  release(): void {
    for (const leave of this.#leave) leave();
    this.#leave.length = 0;
    this.#listeners.clear();
  }

  #watch(what: Pick<Lifetime, 'ending' | 'watch'>): void {
    if (what.ending) this.#end(what.ending);
    else this.#leave.push(what.watch((ending) => this.#end(ending)));
  }

  #end({ reason }: Ending): void {
    if (this.aborted) return;
    if (this.#once && this.sent) markAll(reason);
    this.aborted = true;
    this.reason = reason;
    for (const listener of this.#listeners) listener();
  }
}

/** Nobody knows what the server made of it: neither this error nor what it stands for is to have the request sent again. */
function markAll(reason: unknown): void {
  const seen = new Set<unknown>();
  for (let link = reason; link instanceof Error && !seen.has(link); link = link.cause) seen.add(markUnrepeatable(link));
}

/** What may end a body that is still on its way when its call is over. */
export interface Readers {
  /** The protected call around the request. */
  readonly outer: Call | undefined;
  readonly client: Lifetime;
  readonly signal: AbortSignal | undefined;
  /** The error for what ends it. */
  readonly told: (reason: unknown) => unknown;
}

/** Destroys a stream when its reader's patience ends; nothing watches once it is closed. */
export function bindStream(body: Readable, { outer, client, signal, told }: Readers): void {
  const leave: (() => void)[] = [];
  const end = (reason: unknown) => void body.destroy(asError(told(reason)));
  body.once('close', () => {
    for (const stop of leave) stop();
  });
  for (const life of [client, ...(outer ? [outer] : [])]) {
    if (life.ending) end(life.ending.reason);
    else leave.push(life.watch(({ reason }) => end(reason)));
  }
  if (signal?.aborted) end(signal.reason);
  else if (signal) leave.push(watchSignal(signal, () => end(signal.reason)));
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(`it was ended: ${String(reason)}`, { cause: reason });
}
