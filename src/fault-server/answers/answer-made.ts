import { InvalidOptionsError, isPlainObject, type Waiting } from '../../core/index.js';
import type { Answer, Fields } from '../exchange/exchange.js';
import { AnswerError } from './answer-error.js';
import { type OwnAnswerParts, ownAnswerOptions } from './answer-parts.js';
import type { AskedRequest } from './answer-request.js';
import { isStream, letGo, piecesOf } from './body-stream.js';
import type { AnswerFunction, OwnAnswer, StreamedBody } from './own-answer.js';

/** The pieces of a body that comes as a stream, of so many bytes where that was said. */
type Pieces = (body: StreamedBody, length: number | undefined) => AsyncIterable<Uint8Array>;

/** Makes an answer for one request; what goes wrong with it is a mistake of the server that the test describes. */
export async function made(
  make: AnswerFunction,
  route: string,
  asked: AskedRequest,
  waiting: Waiting,
): Promise<Answer> {
  const whole = () => asked.release();
  try {
    const parts = partsOf(await whileAwaited(() => make(asked), waiting));
    if (!isStream(parts.body)) whole();
    return answerOf(parts, (body, length) => piecesOf(body, { route, length, whole }, waiting));
  } catch (error) {
    whole();
    throw waiting.halt ? error : new AnswerError(route, error);
  }
}

/** An answer that is the same for each request, whatever becomes of what it was made from. Throws `InvalidOptionsError`. */
export function fixed(given: unknown): Answer {
  return answerOf(partsOf(given), () => {
    const rule = 'cannot be a stream, which is read but once: give a function that makes one';
    throw new InvalidOptionsError({ decorator: 'answer', option: 'body', rule });
  });
}

/** What a test's own function comes to; rejects when nobody is left to wait for it, and lets go of what comes then. */
function whileAwaited(make: () => OwnAnswer | Promise<OwnAnswer>, waiting: Waiting): Promise<OwnAnswer> {
  return new Promise((resolve, reject) => {
    const leave = waiting.onHalt(({ reason }) => reject(reason));
    const making = new Promise<OwnAnswer>((begun) => begun(make()));
    making
      .then((answer) => {
        if (waiting.halt) letGo(answer?.body);
        resolve(answer);
      })
      .catch(reject) // nobody hears it where nobody is left: also not that a body cannot be let go of
      .finally(leave);
  });
}

function partsOf(given: unknown): OwnAnswerParts {
  if (isPlainObject(given)) return ownAnswerOptions.complete(ownAnswerOptions.check(given), '');
  const rule = 'must be an object with status, statusText, headers and body, or a function that makes one';
  throw new InvalidOptionsError({ decorator: 'answer', rule, value: given });
}

/** An answer of one's own as it is sent: as it is. */
function answerOf({ body, ...parts }: OwnAnswerParts, piecesIn: Pieces): Answer {
  const { status, statusText } = parts;
  const words = statusText === undefined ? undefined : { statusText };
  const head = { status, ...words, exact: true };
  const given = fieldsOf(parts.headers);
  if (isStream(body)) {
    const length = given['content-length'] === undefined ? undefined : Number(given['content-length']);
    return { ...head, headers: { ...typeOf(body), ...given }, body: piecesIn(body, length) };
  }
  const bytes = bytesOf(body);
  const length = status === 204 || status === 304 ? undefined : { 'content-length': String(bytes.length) };
  return { ...head, headers: { ...typeOf(body), ...given, ...length }, body: bytes };
}

function fieldsOf(headers: OwnAnswerParts['headers']): Fields {
  const fields = Object.entries(headers).map(([name, value]) => {
    const text = Array.isArray(value) ? value.map(String) : value;
    return [name.toLowerCase(), typeof text === 'number' ? String(text) : text];
  });
  return Object.fromEntries(fields);
}

function typeOf(body: unknown): Fields {
  if (body === undefined) return {};
  if (typeof body === 'string') return { 'content-type': 'text/plain; charset=utf-8' };
  const isBytes = isStream(body) || body instanceof ArrayBuffer || ArrayBuffer.isView(body);
  return { 'content-type': isBytes ? 'application/octet-stream' : 'application/json; charset=utf-8' };
}

/** A copy, which nobody changes on its way. */
function bytesOf(body: unknown): Buffer {
  if (body === undefined) return Buffer.alloc(0);
  if (typeof body === 'string') return Buffer.from(body);
  if (body instanceof ArrayBuffer) return Buffer.from(new Uint8Array(body));
  if (ArrayBuffer.isView(body)) return Buffer.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
  return Buffer.from(JSON.stringify(body));
}
