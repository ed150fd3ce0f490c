export {
  ClientClosedError,
  MalformedBodyError,
  RedirectError,
  ResponseTooLargeError,
  ValidationError,
} from './answer-errors.js';
export { HttpClientError, type HttpErrorType, nameErrors, noteFacts, type RequestFacts } from './http-client-error.js';
export { type AnswerFacts, ClientError, HttpError, httpError, RateLimitError, ServerError } from './http-error.js';
export {
  ConnectTimeoutError,
  HttpTimeoutError,
  ReadTimeoutError,
  type TimedPhase,
  WriteTimeoutError,
} from './http-timeout-error.js';
export { NetworkError } from './network-error.js';
export { PoolTimeoutError } from './pool-timeout-error.js';
export { type ProblemDetails, readProblem } from './problem.js';
