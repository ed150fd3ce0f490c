import { show } from '../../core/index.js';

/**
 * An answer of one's own could not be made or sent to its end. Its message and stack say where and by what kind of error, and nothing that the request
 * may have brought: they are logged, and whatever prints errors would print its fields and its cause, too.
 */
export class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly #whole: string;

  constructor(route: string, cause: unknown) {
    super(`the answer to ${route} failed${cause instanceof Error ? ` by ${cause.name}` : ''}`);
    this.#whole = `the answer to ${route} failed: ${cause instanceof Error ? cause.message : show(cause)}`;
    this.stack = [`${this.name}: ${this.message}`, ...framesOf(cause)].join('\n');
  }

  /** All that is known, for the client that asked. */
  inFull(): string {
    return this.#whole;
  }
}

function framesOf(cause: unknown): readonly string[] {
  const stack = cause instanceof Error ? String(cause.stack) : '';
  return stack.split('\n').filter((line) => /^ {4}at .*:\d+:\d+\)?$/.test(line));
}
