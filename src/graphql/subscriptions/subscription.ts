import { watchSignal } from '../../core/index.js';
import type { GraphQLAnswer } from '../errors/index.js';
import { GraphQLResult } from '../graphql-result.js';

/**
 * The results of a subscription, to be read with `for await`. The server is asked when somebody begins to read; leaving the loop, `return()`, the
 * signal and the end of the client each unsubscribe.
 */
export class GraphQLSubscription<T> implements AsyncIterableIterator<GraphQLResult<T>>, AsyncDisposable {
  readonly #leaving = new AbortController();
  readonly #answers: AsyncGenerator<GraphQLAnswer, void, undefined>;
  readonly #over: (subscription: GraphQLSubscription<T>) => void;
  #stopWatching: (() => void) | undefined;
  #returned = false;

  /** `begin` makes the sequence of results, which ends when the signal that it is given is aborted. */
  constructor(
    begin: (signal: AbortSignal) => AsyncGenerator<GraphQLAnswer, void, undefined>,
    {
      signal,
      over,
    }: {
      readonly signal?: AbortSignal | undefined;
      /** Told when there is nothing to end any more. */
      readonly over: (subscription: GraphQLSubscription<T>) => void;
    },
  ) {
    this.#over = over;
    this.#answers = begin(this.#leaving.signal);
    if (signal?.aborted) this.end(signal.reason);
    else if (signal) this.#stopWatching = watchSignal(signal, () => this.end(signal.reason));
  }

  async next(): Promise<IteratorResult<GraphQLResult<T>, undefined>> {
    if (this.#returned) return { done: true, value: undefined };
    try {
      if (this.#leaving.signal.aborted) throw this.#leaving.signal.reason;
      const { done, value } = await this.#answers.next();
      if (this.#returned) return { done: true, value: undefined };
      if (!done)
        return { done: false, value: new GraphQLResult({ ...value, data: value.data as T, response: undefined }) };
    } catch (error) {
      if (!this.#returned) throw this.#finished(error);
    }
    this.#finish();
    return { done: true, value: undefined };
  }

  /** Unsubscribes; whoever waits for the next result is told that there is none. */
  async return(): Promise<IteratorResult<GraphQLResult<T>, undefined>> {
    this.#returned = true;
    this.#leaving.abort();
    this.#finish();
    await this.#answers.return();
    return { done: true, value: undefined };
  }

  /** Unsubscribes, and has whoever waits for the next result fail by this reason. */
  end(reason: unknown): void {
    this.#leaving.abort(reason);
    this.#letGo();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #finished(error: unknown): unknown {
    this.#finish();
    return error;
  }

  /** After the end there is nothing more to read. */
  #finish(): void {
    this.#returned = true;
    this.#letGo();
  }

  #letGo(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    this.#over(this);
  }
}
