export type {
  ApiKeyAuth,
  AuthFunction,
  AuthOptions,
  AuthRequest,
  BasicAuth,
  BearerAuth,
  OAuth2Auth,
  OAuth2Options,
  TokenRefusal,
} from './auth/index.js';
export { TokenError } from './auth/index.js';
export {
  type AxiosProtection,
  type AxiosResilience,
  type AxiosTimeouts,
  type ProtectAxiosOptions,
  protectAxios,
} from './axios/index.js';
export type { HttpCacheMode, HttpCacheOptions, HttpCacheStats, RequestIdentity } from './cache/index.js';
export { createRestClient } from './create-rest-client.js';
export { type Environment, restClientFromEnv } from './environment/index.js';
export {
  type AnswerFacts,
  ClientClosedError,
  ClientError,
  ConnectTimeoutError,
  HttpClientError,
  HttpError,
  type HttpErrorType,
  HttpTimeoutError,
  MalformedBodyError,
  NetworkError,
  PoolTimeoutError,
  type ProblemDetails,
  RateLimitError,
  ReadTimeoutError,
  RedirectError,
  type RequestFacts,
  ResponseTooLargeError,
  ServerError,
  type TimedPhase,
  ValidationError,
  WriteTimeoutError,
} from './errors/index.js';
export type { HttpFacts } from './http-events.js';
export type { HeaderOptions, HttpHeaders } from './http-headers.js';
export type { HttpRequest, RequestChanges } from './http-request.js';
export { type AnsweredFrom, HttpResponse, type ResponseParts, type StreamResponse } from './http-response.js';
export { type ErrorMap, type ErrorMapper, mapError } from './map-errors.js';
export { type Middleware, type NextRequest, perCall } from './middleware.js';
export type { PathParams } from './path-params.js';
export type { QueryOptions, QueryValue } from './query.js';
export { quotedSecrets } from './quoted-secrets.js';
export { Redaction } from './redaction.js';
export type { RequestOptions, RequestTimeouts } from './request-options.js';
export { RestClient } from './rest-client.js';
export type {
  ClientTimeouts,
  PoolOptions,
  RequestDedupOptions,
  RequestLogging,
  RestClientOptions,
} from './rest-client-options.js';
export type { OriginStats, TransportStats } from './transport/index.js';
