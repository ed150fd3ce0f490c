import type { AttemptResult, Reserve } from './reserve.js';

/** A number of tokens, and what a success is worth. */
export interface TokenTerms {
  readonly tokens: number;
  readonly tokenRatio: number;
}

/**
 * Grants extra attempts while more than half of the tokens are there: a failure costs one, a success gives `tokenRatio` back; as gRPC's retry throttling
 * does (https://github.com/grpc/proposal/blob/master/A6-client-retries.md). Counted in thousandths, as there.
 */
export class TokenReserve implements Reserve {
  readonly #terms: TokenTerms;
  readonly #most: number;
  readonly #gain: number;
  #left: number;

  constructor(terms: TokenTerms) {
    this.#terms = terms;
    this.#most = terms.tokens * 1000;
    this.#gain = Math.round(terms.tokenRatio * 1000);
    this.#left = this.#most;
  }

  get summary(): string {
    const { tokens, tokenRatio } = this.#terms;
    return `more than half of ${tokens} tokens, ${tokenRatio} back for each success`;
  }

  begin(): void {} // only outcomes count

  take(): number | undefined {
    return this.#left > this.#most / 2 ? 0 : undefined;
  }

  settle(result: AttemptResult): void {
    if (result === 'success') this.#left = Math.min(this.#most, this.#left + this.#gain);
    if (result === 'failure') this.#left = Math.max(0, this.#left - 1000);
  }

  balance(): number {
    return this.#left / 1000;
  }
}
