import type { Readable } from 'node:stream';

/** What arrives in a stream of results: one of them, errors that end it, or the word that it is complete. */
export type StreamItem = { readonly is: 'result' | 'refusal'; readonly body: unknown } | { readonly is: 'complete' };

/** A form in which the results of one subscription arrive in the body of an answer. */
export interface StreamFormat {
  /** The types of answers that are accepted. */
  readonly accept: string;
  /** Tells whether a body of this type is in the format. */
  fits(type: string): boolean;
  /** Reads a body, as far as somebody asks for more of it; throws a SyntaxError for what is not in the format. */
  read(body: Readable, type: string): AsyncIterable<StreamItem>;
}

/** The most bytes that one result may have. */
export const mostBytes = 4 * 1024 * 1024;

/** Why a result was not read to its end. */
export function tooLarge(): SyntaxError {
  return new SyntaxError(`one result has more than ${mostBytes} bytes`);
}
