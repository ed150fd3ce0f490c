import { parseRetryAfter } from '../core/index.js';
import { decodeBody } from './http-body.js';
import { HttpError, MalformedBodyError } from './http-errors.js';
import type { HttpHeaders } from './http-headers.js';
import { HttpResponse } from './http-response.js';
import type { OutgoingRequest } from './outgoing-request.js';
import { redactHeaders } from './redaction.js';
import type { RawAnswer } from './transport.js';

/** Reads an answer: a response for 2xx, an HttpError for any other status. `now` is the wall clock, for dates. */
export function readAnswer<T>(
  request: OutgoingRequest,
  { status, statusText, headers, bytes }: RawAnswer,
  now: number,
): HttpResponse<T> {
  const requestId = field(headers, 'x-request-id') ?? request.headers['x-request-id'];
  const answer = { status, statusText, requestId };
  const type = field(headers, 'content-type') ?? '';
  if (status >= 200 && status < 300) {
    return new HttpResponse({ ...answer, headers, data: readBody(request, status, bytes, type) as T });
  }
  throw new HttpError(request, {
    ...answer,
    headers: redactHeaders(headers),
    body: readErrorBody(bytes, type),
    retryAfter: parseRetryAfter(field(headers, 'retry-after'), now),
  });
}

function readBody(request: OutgoingRequest, status: number, bytes: Buffer, type: string): unknown {
  try {
    return decodeBody(bytes, type);
  } catch (cause) {
    throw new MalformedBodyError(request, status, cause);
  }
}

/** The status says enough: a body that is no JSON, whatever it says it is, is kept as text. */
function readErrorBody(bytes: Buffer, type: string): unknown {
  try {
    return decodeBody(bytes, type);
  } catch {
    return decodeBody(bytes, 'text/plain');
  }
}

function field(headers: HttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' ? value : value?.[0];
}
