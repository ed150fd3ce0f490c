import type { Clock, Waiting } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { MissingPackageError } from '../missing-package.js';
import { problem } from '../problem.js';
import { answerAll } from './batch.js';
import { type Handle, handlerOf } from './handler.js';
import { type Library, loadLibrary } from './library.js';
import { answerOne, type GraphQLAsked } from './operation.js';

/** GraphQL over HTTP: a small schema, by GET and POST, single operations and batches; no subscriptions. */
export class GraphQLEndpoint {
  readonly #clock: Clock;
  readonly #load: () => Promise<Library>;
  #loading: Promise<Handle> | undefined;

  constructor(clock: Clock, load: () => Promise<Library> = loadLibrary) {
    this.#clock = clock;
    this.#load = load;
  }

  /** Answers one request: with 501 where the packages that this needs are not installed. */
  async answer(asked: GraphQLAsked, waiting: Waiting): Promise<Answer> {
    this.#loading ??= this.#load().then((library) => handlerOf(library, this.#clock));
    try {
      const handle = await this.#loading;
      const { body } = asked;
      return await (Array.isArray(body) ? answerAll(handle, asked, body, waiting) : answerOne(handle, asked, waiting));
    } catch (error) {
      if (!(error instanceof MissingPackageError)) throw error;
      return problem(501, '/graphql needs two packages: npm install graphql graphql-http', { missing: error.message });
    }
  }
}
