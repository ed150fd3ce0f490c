import { type Clock, InvalidOptionsError, isPermanent, type Random, retryAfterOf } from '../../core/index.js';
import type { AnswerReader } from '../answer-reader.js';
import { type GraphQLAnswer, SubscriptionError } from '../errors/index.js';
import type { OperationFacts } from '../operation-facts.js';
import type { OperationRequest } from '../operation-request.js';
import type { Source } from './source.js';
import { sleepUntilAborted } from './until-aborted.js';

/** The server is heard again after the connection was lost: what happened in between was not, and may have to be asked for. */
export interface Reconnection {
  /** How often connecting failed in a row until then. */
  readonly failures: number;
  /** How the connection was lost, or could not be made, last. */
  readonly error: unknown;
}

/** What resubscribing goes by. */
export interface ResubscriptionParts {
  readonly source: Source;
  readonly request: OperationRequest;
  readonly facts: OperationFacts;
  readonly signal: AbortSignal;
  readonly onReconnect: ((reconnection: Reconnection) => void) | undefined;
  readonly limits: { readonly maxAttempts: number; readonly delay: number; readonly maxDelay: number };
  readonly clock: Clock;
  readonly random: Random;
  readonly reader: AnswerReader;
}

/** Subscribes, and again whenever the connection is lost, after a growing wait; gives the results of all connections as one sequence. */
export class Resubscription {
  readonly #parts: ResubscriptionParts;
  #failures = 0;
  #loss: { readonly error: unknown } | undefined;
  #openedAt: number | undefined;
  /** What the user's own callback threw. */
  #broken: { readonly error: unknown } | undefined;

  constructor(parts: ResubscriptionParts) {
    this.#parts = parts;
  }

  async *results(): AsyncGenerator<GraphQLAnswer, void, undefined> {
    const { source, request, facts, signal, reader } = this.#parts;
    for (;;) {
      this.#openedAt = undefined;
      try {
        for await (const answer of source.open({ request, facts, signal, opened: () => this.#opened() })) {
          if (answer.data === undefined) throw reader.errorFor(facts, answer); // not one result failed, but the request for all of them
          this.#failures = 0;
          yield answer;
        }
        return;
      } catch (error) {
        await this.#lost(error);
      }
    }
  }

  #opened(): void {
    const { clock, onReconnect } = this.#parts;
    const loss = this.#loss;
    this.#openedAt = clock.now();
    this.#loss = undefined;
    if (loss === undefined) return;
    try {
      onReconnect?.({ failures: this.#failures, error: loss.error });
    } catch (error) {
      this.#broken = { error };
      throw error;
    }
  }

  /** Waits for the next attempt; rejects when there is none. */
  async #lost(error: unknown): Promise<void> {
    const { limits, facts, signal, clock } = this.#parts;
    if (signal.aborted) throw signal.reason;
    if (this.#broken !== undefined) throw this.#broken.error;
    if (isPermanent(error) || error instanceof InvalidOptionsError) throw error;
    if (this.#openedAt !== undefined && clock.now() - this.#openedAt >= limits.maxDelay) this.#failures = 0;
    this.#failures++;
    this.#loss = { error };
    if (this.#failures >= limits.maxAttempts) throw this.#givenUp(error);
    await sleepUntilAborted(clock, this.#delay(error), signal);
    facts.attempt = this.#failures + 1;
  }

  /** Grows with each failure in a row; whoever is told when to come back comes back then, within the longest wait. */
  #delay(error: unknown): number {
    const { limits, random, clock } = this.#parts;
    const grown = Math.min(limits.maxDelay, limits.delay * 2 ** (this.#failures - 1));
    const spread = grown * (0.5 + random.next() / 2);
    return Math.min(limits.maxDelay, Math.max(spread, retryAfterOf(error, clock.wallNow()) ?? 0));
  }

  #givenUp(cause: unknown): unknown {
    const { facts, limits } = this.#parts;
    if (limits.maxAttempts === 1) return cause;
    const closeCode = cause instanceof SubscriptionError ? cause.closeCode : undefined;
    const what = `was lost, and could not be made again: ${limits.maxAttempts} attempts in a row failed`;
    return new SubscriptionError(facts, { end: 'LOST', what, closeCode, cause });
  }
}
