import { Readable } from 'node:stream';
import { isAxiosError } from 'axios';
import {
  ConnectTimeoutError,
  HttpClientError,
  NetworkError,
  PoolTimeoutError,
  ReadTimeoutError,
  ResponseTooLargeError,
  type TimedPhase,
  WriteTimeoutError,
} from '../errors/index.js';
import type { WireRequest } from '../wire.js';

/** The error for a phase that took too long. */
export function timeoutError(phase: TimedPhase, request: WireRequest, sent: boolean): Error {
  const limit = request.limits[phase];
  if (phase === 'pool') return new PoolTimeoutError(request, limit);
  if (phase === 'connect') return new ConnectTimeoutError(request, limit, sent);
  return phase === 'write' ? new WriteTimeoutError(request, limit) : new ReadTimeoutError(request, limit);
}

/** What a request failed with, without what axios hangs on its errors: config and request, which know all credentials. */
export function failureOf(error: unknown, request: WireRequest, sent: boolean): unknown {
  if (error instanceof HttpClientError) return error;
  const cause = beneath(error);
  const ownError = failureOfBody(request, cause, error);
  if (ownError !== undefined) return ownError;
  const code = codeOf(cause) ?? codeOf(error) ?? 'ERR_NETWORK';
  const phase = timeouts.get(code);
  if (phase) return timeoutError(phase, request, sent);
  const reason = error instanceof Error ? error.message : String(error);
  if (tooLarge.test(reason)) return new ResponseTooLargeError(request, request.maxBytes);
  return new NetworkError(request, { code, reason, sent, cause: presentable(cause) });
}

/** The answer broke off: its end did not come, or not in the time that an adapter gave it. */
export function brokenOff(request: WireRequest, error?: unknown): Error {
  const cause = beneath(error);
  const code = codeOf(cause) ?? 'ECONNRESET';
  const phase = timeouts.get(code);
  if (phase) return timeoutError(phase, request, true);
  const reason =
    cause === undefined || isReset(code) ? 'the answer broke off' : `the answer broke off: ${messageOf(cause)}`;
  return new NetworkError(request, { code, reason, sent: true, cause: presentable(cause) });
}

/** The server speaks another protocol from now on (101), which nobody asked for. */
export function switchedProtocol(request: WireRequest): NetworkError {
  return new NetworkError(request, { code: 'EPROTO', reason: 'the server switched to another protocol', sent: true });
}

/** The answer is not what its Content-Encoding says. */
export function undecodable(request: WireRequest, error: Error): NetworkError {
  const reason = `the body of the answer cannot be decompressed: ${error.message}`;
  return new NetworkError(request, { code: codeOf(error) ?? 'Z_DATA_ERROR', reason, sent: true, cause: error });
}

/** Codes of adapters, such as one on undici, that tell which phase took too long. */
const timeouts: ReadonlyMap<string, TimedPhase> = new Map([
  ['UND_ERR_CONNECT_TIMEOUT', 'connect'],
  ['UND_ERR_HEADERS_TIMEOUT', 'read'],
  ['UND_ERR_BODY_TIMEOUT', 'read'],
  ...(['pool', 'connect', 'write', 'read'] as const).map(
    (phase) => [`HTTP_${phase.toUpperCase()}_TIMEOUT`, phase] as const,
  ),
]);

/** How axios and adapters like it say that `maxContentLength` was exceeded. */
const tooLarge = /^maxContentLength size of \d+ exceeded$/;

/** Codes that prove that no connection came about, but for one that was lost later. */
const unreached: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** What Node calls the steps on a connection that is there. */
const onConnection: ReadonlySet<unknown> = new Set(['read', 'write', 'shutdown']);

/** Tells whether an error of an adapter, which does not show its connections, proves that nothing was sent. */
export function provesUnsent(error: unknown): boolean {
  const cause = beneath(error);
  const code = codeOf(cause) ?? codeOf(error) ?? '';
  const { syscall } = Object(cause) as { readonly syscall?: unknown };
  return (
    (unreached.has(code) && !onConnection.has(syscall)) ||
    timeouts.get(code) === 'connect' ||
    timeouts.get(code) === 'pool'
  );
}

/** A stream that is sent fails with its own error; and one that is closed before its end cannot be sent. */
function failureOfBody(request: WireRequest, cause: unknown, error: unknown): unknown {
  const { data } = request;
  if (!(data instanceof Readable)) return undefined;
  if (data.errored && (cause === data.errored || error === data.errored)) return data.errored;
  if (cause !== undefined || !data.destroyed || data.readableEnded) return undefined;
  const reason = 'the stream of its body was closed before its end';
  return new NetworkError(request, { code: 'ERR_STREAM_PREMATURE_CLOSE', reason, sent: true });
}

/** The error that axios wrapped; undefined for its own. */
function beneath(error: unknown): unknown {
  let inner = error;
  while (isAxiosError(inner)) inner = inner.cause;
  return inner;
}

/** Parsers hang what they were given on their errors, which may hold secrets: bytes of the answer, the URL of a proxy. */
function presentable(cause: unknown): unknown {
  if (!(cause instanceof Error)) return cause;
  Reflect.deleteProperty(cause, 'rawPacket');
  if (cause.name === 'HTTPParserError') Reflect.deleteProperty(cause, 'data');
  if (codeOf(cause) === 'ERR_INVALID_URL') for (const part of ['input', 'base']) Reflect.deleteProperty(cause, part);
  return cause;
}

function codeOf(error: unknown): string | undefined {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function isReset(code: string): boolean {
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
