import { AxiosError, CanceledError, type InternalAxiosRequestConfig } from 'axios';
import type { Clock } from '../../core/index.js';

/** What may end a request before it is done: its signal, which need not be a real one, its cancel token, and its `timeout`. */
export class Interruption {
  readonly #config: InternalAxiosRequestConfig;
  #reason: Error | undefined;
  #listener: ((reason: Error) => void) | undefined;
  #stopTimer: (() => void) | undefined;

  constructor(config: InternalAxiosRequestConfig, clock: Clock) {
    this.#config = config;
    const { signal, cancelToken } = config;
    const timeout = timeoutOf(config);
    if (cancelToken) cancelToken.subscribe(this.#cancel);
    if (signal?.aborted) this.#cancel();
    else signal?.addEventListener?.('abort', this.#cancel);
    if (timeout > 0) this.#stopTimer = clock.later(timeout, () => this.#end(timeoutError(config)));
  }

  /** Why the request is to end; undefined while it may go on. */
  get reason(): Error | undefined {
    return this.#reason;
  }

  /** Who is told when the request is to end; the last one who asked. */
  tell(listener: (reason: Error) => void): void {
    this.#listener = listener;
    if (this.#reason) listener(this.#reason);
  }

  /** The time is no longer limited. */
  stopTimer(): void {
    this.#stopTimer?.();
    this.#stopTimer = undefined;
  }

  /** Lets go of everything: the request is over. */
  release(): void {
    this.stopTimer();
    this.#listener = undefined;
    this.#config.cancelToken?.unsubscribe(this.#cancel);
    this.#config.signal?.removeEventListener?.('abort', this.#cancel);
  }

  readonly #cancel = (cancel?: unknown): void => {
    this.#end(cancel instanceof CanceledError ? cancel : new CanceledError(undefined, this.#config));
  };

  #end(reason: Error): void {
    if (this.#reason) return;
    this.#reason = reason;
    this.#listener?.(reason);
  }
}

/** Axios's `timeout` in milliseconds; 0 for none. */
export function timeoutOf(config: InternalAxiosRequestConfig): number {
  if (!config.timeout) return 0;
  const timeout = Number.parseInt(String(config.timeout), 10);
  if (!Number.isNaN(timeout)) return timeout;
  const rule = 'error trying to parse `config.timeout` to int';
  throw new AxiosError(rule, AxiosError.ERR_BAD_OPTION_VALUE, config);
}

/** The error for a request that took too long. */
function timeoutError(config: InternalAxiosRequestConfig, cause?: Error): AxiosError {
  const message =
    config.timeoutErrorMessage || (config.timeout ? `timeout of ${config.timeout}ms exceeded` : 'timeout exceeded');
  const error = new AxiosError(message, timeoutCode(config), config);
  if (cause) Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  return error;
}

/** How axios calls what took too long. */
export function timeoutCode({ transitional }: InternalAxiosRequestConfig): string {
  return transitional?.clarifyTimeoutError ? AxiosError.ETIMEDOUT : AxiosError.ECONNABORTED;
}
