import { headerField, retryAfterOf } from '../core/index.js';
import { spentFor } from '../policies/rate-limit/index.js';
import { httpError, MalformedBodyError, readProblem } from './errors/index.js';
import { decodeBody } from './http-body.js';
import type { HttpHeaders } from './http-headers.js';
import { type AnsweredFrom, HttpResponse } from './http-response.js';
import { OutgoingRequest } from './outgoing-request.js';
import { quotedSecrets, withoutQuotes } from './quoted-secrets.js';
import type { WireAnswer } from './wire.js';

/** What came over the wire, and for which request, as that was in the end. */
interface Behind {
  readonly answer: WireAnswer;
  readonly request: OutgoingRequest;
}

/** What is behind responses, for those who keep answers or share them. */
const behind = new WeakMap<HttpResponse<unknown>, Behind>();

/** What is behind a response; undefined for one that somebody made up. */
export function behindOf(response: HttpResponse<unknown>): Behind | undefined {
  return behind.get(response);
}

/** Reads an answer: a response for a status that the request takes for success, an HttpError for any other. */
export function readAnswer(
  request: OutgoingRequest,
  answer: WireAnswer,
  from: AnsweredFrom = 'network',
): HttpResponse<unknown> {
  const { validateStatus, client, dedup } = OutgoingRequest.partsOf(request);
  const { status, statusText, headers, body } = answer;
  if (!validateStatus(status)) throw failure(request, answer);
  const data = Buffer.isBuffer(body) ? readBody(request, status, body, typeOf(answer)) : body;
  const kept = from === 'cache' || from === 'stale'; // its id is that of who asked first
  const requestId = (kept ? undefined : headerField(headers, 'x-request-id')) ?? request.requestId;
  const response = new HttpResponse({ status, statusText, headers, data, requestId, endpoint: request.endpoint, from });
  if (dedup || client.cache !== undefined) behind.set(response, { answer, request });
  return response;
}

const taken = new WeakSet<HttpResponse<unknown>>();

/** The response for one of those who share it: what one does to the data, no other sees. */
export function ownResponse(request: OutgoingRequest, response: HttpResponse<unknown>): HttpResponse<unknown> {
  const answer = behindOf(response)?.answer;
  if (answer !== undefined && taken.has(response)) return readAnswer(request, answer, response.from);
  taken.add(response);
  return response;
}

function failure(request: OutgoingRequest, answer: WireAnswer) {
  const { client, course } = OutgoingRequest.partsOf(request);
  const { status, statusText, headers } = answer;
  const type = typeOf(answer);
  const body = Buffer.isBuffer(answer.body) ? readErrorBody(answer.body, type) : undefined;
  const clean = quotedSecrets(request);
  const excerpt = client.redaction.excerpt(body);
  const isProblem = /^application\/problem\+json\b/i.test(type);
  return httpError(request, {
    ...{ status, statusText, body },
    headers: withoutQuotes(client.redaction.headers(headers), clean) as HttpHeaders,
    excerpt: excerpt && clean(excerpt),
    problem: isProblem ? readProblem(withoutQuotes(client.redaction.members(body), clean)) : undefined,
    requestId: headerField(headers, 'x-request-id') ?? request.requestId,
    retryAfter: comeBackIn(answer, course.clock.wallNow()),
  });
}

/** When a server wants to be asked again: what it says outright, or when the limits begin anew that it says are spent. */
function comeBackIn({ status, headers }: WireAnswer, now: number): number | undefined {
  const said = retryAfterOf({ headers }, now);
  return said === undefined && (status === 429 || status === 503) ? spentFor(status, headers, now) : said;
}

function readBody(request: OutgoingRequest, status: number, bytes: Buffer, type: string): unknown {
  try {
    return decodeBody(bytes, type);
  } catch (cause) {
    const excerpt = OutgoingRequest.partsOf(request).client.redaction.excerpt(bytes.toString());
    throw new MalformedBodyError(request, status, cause, excerpt && quotedSecrets(request)(excerpt));
  }
}

/** The status says enough: a body that is no JSON, whatever it says it is, is kept as text; one that is not in UTF-8 is read as far as it is. */
function readErrorBody(bytes: Buffer, type: string): unknown {
  try {
    return decodeBody(bytes, type, { leniently: true });
  } catch {
    return decodeBody(bytes, 'text/plain');
  }
}

function typeOf({ headers }: WireAnswer): string {
  return headerField(headers, 'content-type') ?? '';
}
