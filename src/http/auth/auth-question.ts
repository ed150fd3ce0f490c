import type { AuthRequest } from './auth-options.js';
import type { CredentialsRequest } from './credentials.js';

/** What a function of the user's is asked with; the parts that cost something are made when they are read. */
export class AuthQuestion implements AuthRequest {
  readonly refused: boolean;
  readonly #request: CredentialsRequest;
  #url: URL | undefined;
  #leaving: AbortController | undefined;
  #released = false;
  readonly #abort = (): void => this.#leaving?.abort(this.#request.signal.reason);

  constructor(request: CredentialsRequest, refused: boolean) {
    this.#request = request;
    this.refused = refused;
  }

  get service(): string {
    return this.#request.service;
  }

  get method(): string {
    return this.#request.method;
  }

  get url(): URL {
    this.#url ??= new URL(this.#request.target);
    return this.#url;
  }

  get headers(): Readonly<Record<string, string>> {
    return { ...this.#request.headers };
  }

  get attempt(): number {
    return this.#request.attempt;
  }

  get signal(): AbortSignal {
    this.#leaving ??= this.#follow(new AbortController());
    return this.#leaving.signal;
  }

  /** Lets go of the caller: the question is answered. */
  release(): void {
    this.#released = true;
    this.#request.signal.removeEventListener('abort', this.#abort);
  }

  #follow(leaving: AbortController): AbortController {
    const { signal } = this.#request;
    if (signal.aborted) leaving.abort(signal.reason);
    else if (!this.#released) signal.addEventListener('abort', this.#abort);
    return leaving;
  }
}
