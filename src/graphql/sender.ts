import { enterCall, surroundingCall } from '../core/index.js';
import { type HttpResponse, mapError, type RequestFacts } from '../http/index.js';
import type { ClientSettings } from './client-settings.js';
import type { ChosenOperation } from './documents/index.js';
import { GraphQLResult } from './graphql-result.js';
import type { OperationRequest } from './operation-request.js';
import { payloadJson, payloadQuery, type Saying } from './payload.js';
import { PersistedQueries } from './persisted-queries.js';
import { requestErrorBehind } from './request-error-behind.js';

/** The types of answers that are read, by the GraphQL over HTTP specification. */
export const accept = 'application/graphql-response+json, application/json;q=0.9';

const postHeaders = { accept, 'content-type': 'application/json' };
const getHeaders = { accept, 'apollo-require-preflight': 'true' }; // servers refuse GETs that a stranger's page could have a browser make

/** Sends operations, each in a request of its own. */
export class Sender {
  readonly #settings: ClientSettings;
  readonly #facts: (operation: ChosenOperation) => RequestFacts;
  readonly #persisted: PersistedQueries | undefined;

  constructor(settings: ClientSettings, facts: (operation: ChosenOperation) => RequestFacts) {
    this.#settings = settings;
    this.#facts = facts;
    this.#persisted = settings.persistedQueries && new PersistedQueries(settings.persistedQueries);
  }

  /** Resolves to a result without errors; to be called where the call around it is the current one. */
  async send(request: OperationRequest): Promise<GraphQLResult<unknown>> {
    const persisted = this.#persisted;
    const { method } = this.#settings;
    if (!persisted?.supported) return this.#ask(request, 'text', method);
    const outer = surroundingCall();
    try {
      return await this.#ask(request, 'hash', persisted.get ? 'GET' : method);
    } catch (error) {
      const again = persisted.answered(requestErrorBehind(error));
      if (again === undefined) throw error;
      const before = enterCall(outer);
      const asked = this.#ask(request, again, persisted.get ? 'POST' : method); // a URL has no place for every text
      enterCall(before);
      return asked;
    }
  }

  async #ask(request: OperationRequest, saying: Saying, method: 'POST' | 'GET'): Promise<GraphQLResult<unknown>> {
    const { operation, variables } = request;
    const { reader, mapErrors } = this.#settings;
    const response = await this.#request(request, saying, operation.type === 'query' ? method : 'POST').catch(
      (error) => {
        const explained = reader.explained(error, variables);
        throw explained === error ? error : mapError(explained, mapErrors);
      },
    );
    const answer = reader.answerIn(response, this.#facts(operation), variables);
    const { status, headers, endpoint, requestId } = response;
    return new GraphQLResult({ ...answer, response: { status, headers, endpoint, requestId } });
  }

  #request(request: OperationRequest, saying: Saying, method: 'POST' | 'GET'): Promise<HttpResponse<unknown>> {
    const { operation, variables, transport } = request;
    const { rest, endpoint, reader } = this.#settings;
    const byGet = method === 'GET';
    const { middleware = [] } = transport;
    return rest.request(method, endpoint.path, {
      idempotent: operation.type === 'query',
      ...transport,
      ...(byGet ? { query: payloadQuery(request, saying) } : { body: payloadJson(request, saying) }),
      headers: { ...(byGet ? getHeaders : postHeaders), ...transport.headers },
      middleware: [reader.inAttempts(variables), ...middleware],
      endpoint: operation.endpoint,
    });
  }
}
