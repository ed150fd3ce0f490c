import { isResilienceError } from '../core/index.js';
import { HttpClientError } from '../http/index.js';
import { GraphQLRequestError } from './errors/index.js';

/** The answer with errors that a request ended with: the error itself, or what `mapErrors` made an error of yours of. */
export function requestErrorBehind(error: unknown): GraphQLRequestError | undefined {
  if (error instanceof GraphQLRequestError) return error;
  if (!(error instanceof Error) || error instanceof HttpClientError || isResilienceError(error)) return undefined;
  return error.cause instanceof GraphQLRequestError ? error.cause : undefined;
}
