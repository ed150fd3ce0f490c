import { Lifetime, TimeoutError, watchSignal } from '../core/index.js';
import type { CallerSignal, CredentialFields, Credentials, CredentialsRequest } from './auth/index.js';
import { FactsOf } from './facts-of.js';
import { OutgoingRequest } from './outgoing-request.js';
import { Patience } from './patience.js';

/** Says who asks, in the requests of one client. */
export class Identification {
  readonly #credentials: Credentials;

  constructor(credentials: Credentials) {
    this.#credentials = credentials;
  }

  /** The request with what identifies the caller; a promise only where something must be fetched. */
  identified(request: OutgoingRequest, signal: CallerSignal): OutgoingRequest | Promise<OutgoingRequest> {
    const fields = this.#credentials.fields(new Asking(request, signal));
    return fields instanceof Promise
      ? fields.then((fetched) => withFields(request, fetched))
      : withFields(request, fields);
  }

  /**
   * The same before the policies have a say, for as long as they would wait: rejects when the caller leaves, the call around it or the client ends,
   * and with a TimeoutError when its time in all is over.
   */
  async ahead(request: OutgoingRequest, client: Lifetime): Promise<OutgoingRequest> {
    const { course } = OutgoingRequest.partsOf(request);
    const before = course.duration;
    const waiting = new Lifetime(client);
    const patience = new Patience({ ...(course.outer && { call: course.outer }), client: waiting, once: false });
    const identified = this.identified(request, patience);
    const leave = identified instanceof Promise ? endInTime(waiting, request) : nothing;
    try {
      return await identified;
    } finally {
      leave();
      patience.release();
      course.waited = course.duration - before;
    }
  }

  /** After a 401: the request as it is worth to be sent once more, if it is. */
  async renewed(request: OutgoingRequest, signal: CallerSignal): Promise<OutgoingRequest | undefined> {
    const { encoded, credentials: refused } = OutgoingRequest.partsOf(request);
    if (!encoded.replayable || refused === undefined) return undefined;
    const fields = await this.#credentials.renew?.(refused, new Asking(request, signal));
    return fields && withFields(request, fields);
  }
}

/** A request as those see it who identify its caller. */
class Asking extends FactsOf implements CredentialsRequest {
  readonly signal: CallerSignal;

  constructor(request: OutgoingRequest, signal: CallerSignal) {
    super(request);
    this.signal = signal;
  }
}

/** Ends a wait with its caller's patience, or with the time in all; the function that is returned lets go of both. */
function endInTime(waiting: Lifetime, request: OutgoingRequest): () => void {
  const { course, callerSignal, limits, client } = OutgoingRequest.partsOf(request);
  const { total } = limits;
  const late = () => waiting.end(new TimeoutError('total', total, { site: client.name }));
  const leave = [
    Number.isFinite(total) ? course.clock.later(total, late) : nothing,
    callerSignal === undefined ? nothing : watchSignal(callerSignal, () => waiting.end(callerSignal.reason)),
  ];
  if (callerSignal?.aborted) waiting.end(callerSignal.reason);
  return () => {
    for (const stop of leave) stop();
  };
}

const nothing = (): void => undefined;

/** What said so before says it no more; what the caller of this very request said stands. */
function withFields(request: OutgoingRequest, credentials: CredentialFields): OutgoingRequest {
  const { headers, query } = credentials;
  const named = Object.keys(query).length > 0 ? request.with({ query }) : request;
  const { headers: sent, credentials: before, named: own } = OutgoingRequest.partsOf(named);
  const others = Object.entries(sent).filter(
    ([name]) => own.has(name) || !before || !Object.hasOwn(before.headers, name),
  );
  const added = Object.entries(headers).filter(([name]) => !own.has(name));
  return named.set({ headers: Object.fromEntries([...others, ...added]), credentials });
}
