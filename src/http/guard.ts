import { enterCall, watchSignal } from '../core/index.js';
import type { Runtime } from '../runtime/index.js';
import type { ClientSettings } from './client-settings.js';
import type { Attempt } from './course.js';
import type { HttpResponse } from './http-response.js';
import { labelOf } from './labels.js';
import { OutgoingRequest } from './outgoing-request.js';
import { policiesOf, type Send } from './shared-policies.js';

/** What a guard needs of its client. */
export interface GuardParts {
  readonly attempt: Attempt;
  /** Aborted when the client is closed. */
  readonly closing: AbortSignal;
}

/** The policies of a client around its attempts, in one runtime. */
export class Guard {
  readonly #settings: ClientSettings;
  readonly #attempt: Attempt;
  readonly #closing: AbortSignal;
  readonly #runtime: Runtime;
  readonly #label: string;
  #guarded: Send | undefined;
  #withoutCircuit: Send | undefined;

  constructor(settings: ClientSettings, runtime: Runtime, { attempt, closing }: GuardParts) {
    this.#settings = settings;
    this.#runtime = runtime;
    this.#label = labelOf(settings, runtime);
    this.#attempt = attempt;
    this.#closing = closing;
  }

  /** Sends a request, as often as it takes and is allowed. */
  run(request: OutgoingRequest): Promise<HttpResponse<unknown>> {
    const { dedup, callerSignal } = OutgoingRequest.partsOf(request);
    if (!dedup) return this.#send(request, callerSignal);
    if (callerSignal === undefined) return this.#send(request, this.#closing);
    return this.#untilEither(request, callerSignal);
  }

  /** Requests that are merged leave one by one, also when the client is closed: the last one ends what they wait for. */
  #untilEither(request: OutgoingRequest, callerSignal: AbortSignal): Promise<HttpResponse<unknown>> {
    const signals = [callerSignal, this.#closing];
    const ended = signals.find(({ aborted }) => aborted);
    if (ended !== undefined) return this.#send(request, ended);
    const either = new AbortController();
    const leave = signals.map((signal) => watchSignal(signal, () => either.abort(signal.reason)));
    return this.#send(request, either.signal).finally(() => {
      for (const stop of leave) stop();
    });
  }

  #send(request: OutgoingRequest, signal: AbortSignal | undefined): Promise<HttpResponse<unknown>> {
    const { course, circuitBreaker } = OutgoingRequest.partsOf(request);
    const send = circuitBreaker ? this.#all() : this.#bare();
    course.attemptBy = this.#attempt;
    const before = enterCall(course.outer);
    try {
      return signal === undefined ? send(request) : send(request, signal);
    } finally {
      enterCall(before);
    }
  }

  #all(): Send {
    this.#guarded ??= this.#policies(true);
    return this.#guarded;
  }

  #bare(): Send {
    this.#withoutCircuit ??= this.#policies(false);
    return this.#withoutCircuit;
  }

  #policies(withCircuit: boolean): Send {
    return policiesOf({ settings: this.#settings, runtime: this.#runtime, label: this.#label, withCircuit });
  }
}
