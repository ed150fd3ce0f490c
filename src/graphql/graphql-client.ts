import { InvalidOptionsError } from '../core/index.js';
import { defaultRuntime, type Runtime, runtimeOf } from '../runtime/index.js';
import { type ClientSettings, clientSettings } from './client-settings.js';
import {
  type ChosenOperation,
  checkVariables,
  chooseOperation,
  Documents,
  type GraphQLDocument,
} from './documents/index.js';
import type { GraphQLClientOptions } from './graphql-client-options.js';
import type { GivenWith, GraphQLRequest, SubscribeOptions } from './graphql-request.js';
import type { GraphQLResult } from './graphql-result.js';
import type { GraphQLRequestOptions, OperationRequest } from './operation-request.js';
import { Operations } from './operations.js';
import { partialResult } from './partial-result.js';
import { checkErrorPolicy, checkOnReconnect, checkRequestOptions, partedRequest } from './request-options.js';
import type { GraphQLSubscription } from './subscriptions/index.js';

/**
 * Asks a GraphQL server, protected as a RestClient is: queries are repeated when they fail for a moment, mutations only where that does no harm, and
 * errors in answers count as failures where their codes say so.
 *
 * ```ts
 * const github = new GraphQLClient({ name: 'github', url: 'https://api.github.com/graphql', auth: { bearer: token } });
 * const { data } = await github.query<Viewer>('query Viewer { viewer { login } }');
 * ```
 */
export class GraphQLClient implements Disposable {
  readonly #settings: ClientSettings;
  readonly #documents = new Documents();
  readonly #operations: Operations;
  readonly #runtime: Runtime | undefined;

  static {
    Object.defineProperty(GraphQLClient.prototype, Symbol.for('holdfast.takesRuntime'), { value: true }); // containers give it theirs
  }

  /** Throws InvalidOptionsError for options that it does not know or cannot use. */
  constructor(options: GraphQLClientOptions) {
    this.#settings = clientSettings(options);
    this.#runtime = options.runtime;
    this.#operations = new Operations(this.#settings, () => this.#runtimeNow().clock);
  }

  /** The service that it calls. */
  get name(): string {
    return this.#settings.rest.name;
  }

  /**
   * Sends a query and resolves to its result. Rejects with a GraphQLRequestError when the answer has errors, with a MalformedAnswerError when it is no
   * GraphQL, and otherwise as a RestClient does.
   */
  query<Result = unknown, Variables = Record<string, unknown>>(
    document: GraphQLDocument<Result, Variables>,
    ...[variables, options]: GivenWith<Variables, GraphQLRequestOptions>
  ): Promise<GraphQLResult<Result>> {
    return this.#run('query', document, variables, options) as Promise<GraphQLResult<Result>>;
  }

  /** The same for a mutation. It is never sent twice, unless it has an `idempotencyKey`, is said to be `idempotent`, or provably never left. */
  mutate<Result = unknown, Variables = Record<string, unknown>>(
    document: GraphQLDocument<Result, Variables>,
    ...[variables, options]: GivenWith<Variables, GraphQLRequestOptions>
  ): Promise<GraphQLResult<Result>> {
    return this.#run('mutation', document, variables, options) as Promise<GraphQLResult<Result>>;
  }

  /** Sends a query or a mutation, and resolves to what there is of its result, with the errors beside it; `errorPolicy` says when it rejects. */
  execute<Result = unknown, Variables = Record<string, unknown>>(
    request: GraphQLRequest<Result, Variables> & { readonly errorPolicy: 'throw' },
  ): Promise<GraphQLResult<Result>>;
  execute<Result = unknown, Variables = Record<string, unknown>>(
    request: GraphQLRequest<Result, Variables>,
  ): Promise<GraphQLResult<Result | undefined>>;
  async execute(request: GraphQLRequest): Promise<GraphQLResult<unknown>> {
    const { document, variables, errorPolicy, ...options } = checkRequest(request);
    const policy = checkErrorPolicy(errorPolicy, this.name);
    const run = this.#run(undefined, document, variables, options);
    return policy === 'throw' ? run : run.catch((error) => partialResult(error, this.#settings.reader));
  }

  /**
   * Subscribes, and comes back when the connection is lost. The results are read with `for await`; leaving the loop unsubscribes. Each has its data
   * and errors; what ends the subscription before the server says so is thrown.
   */
  subscribe<Result = unknown, Variables = Record<string, unknown>>(
    document: GraphQLDocument<Result, Variables>,
    ...[variables, options]: GivenWith<Variables, SubscribeOptions>
  ): GraphQLSubscription<Result | undefined> {
    const { onReconnect, ...others } = Object(options) as SubscribeOptions;
    const request = this.#prepared('subscription', document, variables, others);
    const { signal } = request.transport;
    const choices = { signal, onReconnect: checkOnReconnect(onReconnect, this.name) };
    return this.#operations.subscribe(request, choices) as GraphQLSubscription<Result | undefined>;
  }

  /** Ends everything with a ClientClosedError; requests of a RestClient that it was given go on. May be called again. */
  close(): void {
    this.#operations.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  async #run(
    type: 'query' | 'mutation' | undefined,
    document: unknown,
    variables: unknown,
    options: unknown,
  ): Promise<GraphQLResult<unknown>> {
    this.#runtimeNow();
    return this.#operations.send(this.#prepared(type, document, variables, options));
  }

  #prepared(
    type: ChosenOperation['type'] | undefined,
    document: unknown,
    variables: unknown,
    given: unknown,
  ): OperationRequest {
    const options = checkRequestOptions(given, this.name);
    const operation = chooseOperation(this.#documents.read(document), options.operationName, type);
    if (type === undefined && operation.type === 'subscription') throw notToExecute();
    return { operation, variables: checkVariables(variables, operation), ...partedRequest(options, operation) };
  }

  /** That which it was given; else its container's, which its own RestClient gets as well; else that of its RestClient, or the default one. */
  #runtimeNow(): Runtime {
    const { rest, ownsRest } = this.#settings;
    const attached = runtimeOf(this);
    if (attached !== undefined && ownsRest && this.#runtime === undefined) attached.bind(rest);
    return this.#runtime ?? attached ?? runtimeOf(rest) ?? defaultRuntime();
  }
}

function checkRequest(request: unknown): GraphQLRequest {
  if (typeof request === 'object' && request !== null) return request as GraphQLRequest;
  const rule = 'takes an object with a document';
  throw new InvalidOptionsError({ decorator: 'GraphQLClient.execute()', rule, value: request });
}

function notToExecute(): InvalidOptionsError {
  const rule = 'must be a query or a mutation; a subscription is for subscribe()';
  return new InvalidOptionsError({ decorator: 'GraphQLClient', option: 'document', rule });
}
