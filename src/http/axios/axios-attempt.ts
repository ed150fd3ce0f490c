import { type AxiosAdapter, type AxiosResponse, isAxiosError } from 'axios';
import { type Call, type EventBus, isTimeout, Lifetime, surroundingCall, tellAnswer } from '../../core/index.js';
import type { HttpFacts } from '../http-events.js';
import { Patience } from '../patience.js';
import { judgeFailure } from './axios-failure.js';
import type { AxiosRequest } from './axios-request.js';
import { discard } from './unread.js';

/** Sends a request once, in the protected call that is the current one; the error is axios's own, with marks for the policies. */
export function sendOnce(request: AxiosRequest, events: EventBus): Promise<AxiosResponse> {
  const call = surroundingCall() as Call; // policies call this, at once and in a call of theirs
  const { adapter, once } = request;
  const patience = new Patience({ call, once, client: forever });
  patience.sent = true; // adapters do not show when
  let redirected = false;
  const config = request.attempt(isContentWith(adapter) ? patience : call.signal, () => {
    redirected = true;
  });
  const news = new News(events, request, call);
  return sent(adapter, config).then(
    (response) => {
      patience.release();
      if (call.ending) discard(response.data);
      news.answered(response);
      return response;
    },
    (error: unknown) => {
      patience.release();
      if (isAxiosError(error) && error.response) request.failedWith(error.response.data, call);
      judgeFailure(error, { once, redirected, data: config.data });
      if (isAxiosError(error) && error.response && isAnswer(error)) news.answered(error.response);
      else news.failed(call.ending ? call.ending.reason : error);
      throw error;
    },
  );
}

/** What stands for a client that is never closed. */
const forever = new Lifetime();

/** Adapters that need no more of a signal than axios itself: an AbortController for each attempt would cost more than all the rest. */
function isContentWith(adapter: AxiosAdapter): boolean {
  const { adapterName } = adapter as { readonly adapterName?: string };
  return adapterName === 'http' || adapterName === 'undici';
}

/** An adapter may throw where it should reject. */
function sent(adapter: AxiosAdapter, config: AxiosRequest['config']): Promise<AxiosResponse> {
  try {
    return Promise.resolve(adapter(config));
  } catch (error) {
    return Promise.reject(error);
  }
}

/** The whole answer is there, and its status is what made it an error. */
function isAnswer({
  config,
  response,
}: {
  readonly config?: AxiosRequest['config'];
  readonly response?: AxiosResponse;
}) {
  return response !== undefined && config?.validateStatus != null && !config.validateStatus(response.status);
}

/** Tells of one attempt, to those who listen and to those who pace. */
class News {
  readonly #events: EventBus;
  readonly #request: AxiosRequest;
  readonly #call: Call;
  readonly #startedAt: number;
  #facts: HttpFacts | undefined;

  constructor(events: EventBus, request: AxiosRequest, call: Call) {
    this.#events = events;
    this.#request = request;
    this.#call = call;
    this.#startedAt = call.origin.clock.now();
    const channel = events.channel('http.requested');
    if (channel.heard) channel.emit(this.#told());
  }

  answered({ status, headers }: AxiosResponse): void {
    tellAnswer(this.#call, { status, headers });
    const channel = this.#events.channel('http.answered');
    if (channel.heard) channel.emit({ ...this.#told(), status, duration: this.#elapsed() });
  }

  failed(error: unknown): void {
    const channel = this.#events.channel('http.failed');
    if (!channel.heard) return;
    const cancelled = this.#call.ending !== undefined && !isTimeout(this.#call.ending.reason);
    channel.emit({ ...this.#told(), error, cancelled, duration: this.#elapsed() });
  }

  #told(): HttpFacts {
    this.#facts ??= this.#request.facts(this.#call);
    return this.#facts;
  }

  #elapsed(): number {
    return this.#call.origin.clock.now() - this.#startedAt;
  }
}
