import { finished, Readable } from 'node:stream';
import { CanceledError, type CancelToken, type GenericAbortSignal, type InternalAxiosRequestConfig } from 'axios';
import { type Call, callBehind, surroundingCall, watchSignal } from '../../core/index.js';

/** Told why a request is to end. */
type EndListener = (reason: unknown) => void;

/** Who may end a request: its signal, its cancel token, and the protected call around it. */
export class Caller {
  /** The protected call around the request, where it can be seen. */
  readonly outer: Call | undefined;
  readonly #config: InternalAxiosRequestConfig;
  readonly #signal: GenericAbortSignal | undefined;
  readonly #token: CancelToken | undefined;

  /** To be made before the first `await`. */
  constructor(config: InternalAxiosRequestConfig) {
    this.#config = config;
    this.#signal = config.signal;
    this.#token = config.cancelToken;
    this.outer = (config.signal instanceof AbortSignal ? callBehind(config.signal) : undefined) ?? surroundingCall();
  }

  /** Runs something under one signal that stands for the signal and the token; undefined where there are none. */
  under<T>(run: (signal: AbortSignal | undefined) => Promise<T>): Promise<T> {
    if (this.#token === undefined && (this.#signal === undefined || this.#signal instanceof AbortSignal)) {
      return run(this.#signal);
    }
    const controller = new AbortController();
    const leave = this.#watch((reason) => controller.abort(reason));
    return run(controller.signal).finally(leave);
  }

  /** The body of an answer, which ends when the request is to, where it is a stream; nothing watches once it is closed. */
  bind<T>(body: T): T {
    if (body instanceof ReadableStream) return this.#bindWeb(body) as T;
    if (!(body instanceof Readable) || body.destroyed) return body;
    const leave = this.#watchAll((reason) => void body.destroy(asError(reason)));
    finished(body, leave);
    return body;
  }

  #bindWeb(body: ReadableStream): ReadableStream {
    const controller = new AbortController();
    const leave = this.#watchAll((reason) => controller.abort(reason));
    const { readable, writable } = new TransformStream();
    body.pipeTo(writable, { signal: controller.signal }).then(leave, leave); // what fails is told by the stream itself
    return readable;
  }

  #watchAll(listener: EndListener): () => void {
    const leave = this.#watch(listener);
    if (this.outer?.ending) listener(this.outer.ending.reason);
    const leaveOuter = this.outer?.ending ? undefined : this.outer?.watch(({ reason }) => listener(reason));
    return () => {
      leave();
      leaveOuter?.();
    };
  }

  /** What was aborted meanwhile is told at once. */
  #watch(listener: EndListener): () => void {
    const signal = this.#signal;
    const token = this.#token;
    const canceled = () => listener(new CanceledError(undefined, this.#config));
    if (token?.reason) listener(token.reason);
    else if (signal?.aborted) canceled();
    token?.subscribe(listener);
    const leave = signal instanceof AbortSignal ? watchSignal(signal, canceled) : watchGeneric(signal, canceled);
    return () => {
      token?.unsubscribe(listener);
      leave();
    };
  }
}

function watchGeneric(signal: GenericAbortSignal | undefined, listener: () => void): () => void {
  signal?.addEventListener?.('abort', listener);
  return () => signal?.removeEventListener?.('abort', listener);
}

function asError(reason: unknown): Error {
  return reason instanceof Error ? reason : new Error(String(reason));
}
