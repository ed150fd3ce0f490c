export {
  type AnswerFacts,
  ClientClosedError,
  HttpClientError,
  HttpError,
  HttpTimeoutError,
  MalformedBodyError,
  NetworkError,
  type RequestFacts,
} from './http-errors.js';
export type { HttpFacts } from './http-events.js';
export type { HeaderOptions, HttpHeaders } from './http-headers.js';
export type { HttpResponse } from './http-response.js';
export type { QueryOptions, QueryValue } from './query.js';
export { RestClient } from './rest-client.js';
export type { RequestOptions, RestClientOptions } from './rest-client-options.js';
