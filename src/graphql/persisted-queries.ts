import type { GraphQLRequestError } from './errors/index.js';
import type { Saying } from './payload.js';

/** What a server knows of persisted queries, as far as it has said: whether it knows any. */
export class PersistedQueries {
  /** Hashes go by GET. */
  readonly get: boolean;
  #supported = true;

  constructor({ get }: { readonly get: boolean }) {
    this.get = get;
  }

  /** The server takes hashes, unless it has said that it does not. */
  get supported(): boolean {
    return this.#supported;
  }

  /** How a document is said again after this answer to its hash; undefined where that would not help. */
  answered(error: GraphQLRequestError | undefined): Saying | undefined {
    if (says(error, 'PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound')) return 'both';
    if (!says(error, 'PERSISTED_QUERY_NOT_SUPPORTED', 'PersistedQueryNotSupported')) return undefined;
    this.#supported = false;
    return 'text';
  }
}

/** Servers say it by a code, or by the message alone. */
function says(error: GraphQLRequestError | undefined, code: string, message: string): boolean {
  return error?.errors.some((each) => each.code === code || each.message === message) ?? false;
}
