import { AxiosError, type AxiosResponse, CanceledError, type InternalAxiosRequestConfig } from 'axios';
import { timeoutCode } from './interruption.js';
import type { UndiciRequest } from './undici-request.js';

/** What went wrong with a request, and how far it had come. */
export interface FailedExchange {
  readonly config: InternalAxiosRequestConfig;
  readonly request: UndiciRequest;
  /** The answer, where its head had arrived. */
  readonly response?: AxiosResponse | undefined;
}

/** How undici calls what axios's own adapter calls otherwise. */
const codes: Readonly<Record<string, string>> = {
  UND_ERR_SOCKET: 'ECONNRESET',
  UND_ERR_CONNECT_TIMEOUT: AxiosError.ETIMEDOUT,
  UND_ERR_HEADERS_OVERFLOW: 'HPE_HEADER_OVERFLOW',
  UND_ERR_INVALID_ARG: AxiosError.ERR_BAD_OPTION_VALUE,
  UND_ERR_NOT_SUPPORTED: AxiosError.ERR_NOT_SUPPORT,
};

/** What Node calls an answer that does not begin as HTTP; undici's parser does not say what it found wrong. */
const notHttp = 'HPE_INVALID_CONSTANT';

/** The error as axios's own adapter would give it; that of undici is its cause. */
export function axiosErrorFor(error: unknown, { config, request, response }: FailedExchange): unknown {
  if (error instanceof CanceledError || error instanceof AxiosError) return complete(error, request);
  if (!(error instanceof Error)) return error;
  const { code = '' } = error as { readonly code?: string };
  if (code === 'UND_ERR_ABORTED') return canceledStream(error, { config, request });
  if (response && isBroken(code)) return withCause(new AxiosError(...brokenOff(config, request, response)), error);
  const isParsers = error.name === 'HTTPParserError';
  const known = isParsers ? code || notHttp : codeFor(code, config);
  const failure = AxiosError.from(error, known, config, request, response);
  if (isParsers || code.startsWith('UND_ERR')) failure.name = 'Error'; // the names of its classes are undici's own
  return failure;
}

function codeFor(code: string, config: InternalAxiosRequestConfig): string | undefined {
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return timeoutCode(config);
  if (code.startsWith('UND_ERR')) return codes[code] ?? AxiosError.ERR_NETWORK;
  return undefined; // its own: AxiosError.from() takes it over
}

/** Nobody aborted it but the stream that was to be its body, which closed before its end. */
function canceledStream(error: Error, { config, request }: FailedExchange): AxiosError {
  return withCause(new CanceledError('Request stream has been aborted', config, request), error);
}

function brokenOff(config: InternalAxiosRequestConfig, request: UndiciRequest, response: AxiosResponse) {
  return ['stream has been aborted', AxiosError.ERR_BAD_RESPONSE, config, request, response] as const;
}

/** The connection is gone before all of the body was there. */
function isBroken(code: string): boolean {
  return code === 'UND_ERR_SOCKET' || code === 'ECONNRESET' || code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH';
}

/** Errors that were made before anything was sent do not know the request yet. */
function complete(error: AxiosError, request: UndiciRequest): AxiosError {
  error.request ??= request;
  return error;
}

function withCause<E extends Error>(error: E, cause: Error): E {
  Object.defineProperty(error, 'cause', { value: cause, configurable: true, writable: true });
  return error;
}
