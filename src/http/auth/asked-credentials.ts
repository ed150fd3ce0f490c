import type { AuthRequest } from './auth-options.js';
import { AuthQuestion } from './auth-question.js';
import { type CredentialFields, type Credentials, type CredentialsRequest, sameFields } from './credentials.js';
import { untilLeft } from './until-left.js';

/** How many names of header fields are remembered: far more than any function gives, unless it makes them up. */
const mostNames = 100;

/** A function of the user's, whose answer is read as header fields. */
export interface Asking {
  readonly ask: (request: AuthRequest) => unknown;
  /** Reads an answer as header fields by their names in lower case; throws for what is none. */
  readonly read: (answer: unknown) => Readonly<Record<string, string>>;
}

/** Credentials that a function gives, for each attempt anew. */
export class AskedCredentials implements Credentials {
  readonly #asking: Asking;
  readonly #names = new Set<string>(['authorization']);

  constructor(asking: Asking) {
    this.#asking = asking;
  }

  get secretNames(): readonly string[] {
    return [...this.#names];
  }

  fields(request: CredentialsRequest): CredentialFields | Promise<CredentialFields> {
    return this.#ask(request, false);
  }

  async renew(refused: CredentialFields, request: CredentialsRequest): Promise<CredentialFields | undefined> {
    const renewed = await this.#ask(request, true);
    return sameFields(renewed, refused) ? undefined : renewed;
  }

  #ask(request: CredentialsRequest, refused: boolean): CredentialFields | Promise<CredentialFields> {
    const question = new AuthQuestion(request, refused);
    try {
      const answer = this.#asking.ask(question);
      if (isThenable(answer)) return this.#answered(Promise.resolve(answer), question, request);
      question.release();
      return this.#read(answer);
    } catch (error) {
      question.release();
      return Promise.reject(error);
    }
  }

  async #answered(
    answer: Promise<unknown>,
    question: AuthQuestion,
    { signal }: CredentialsRequest,
  ): Promise<CredentialFields> {
    try {
      return this.#read(await untilLeft(answer, signal));
    } finally {
      question.release();
    }
  }

  #read(answer: unknown): CredentialFields {
    const headers = this.#asking.read(answer);
    for (const name of Object.keys(headers)) this.#remember(name);
    return { headers, query: {} };
  }

  #remember(name: string): void {
    this.#names.add(name);
    const [oldest] = this.#names;
    if (this.#names.size > mostNames && oldest !== undefined) this.#names.delete(oldest);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function';
}
