import { createHash, randomUUID } from 'node:crypto';
import { type Call, isNoted, racedMark, retriedMark, rootOf } from '../core/index.js';

/** What makes two requests of one method the same request, asked for again. */
export interface Likeness {
  readonly method: string;
  readonly url: string;
  /** The bytes of the body, where they are known beforehand. */
  readonly data: unknown;
}

/** The ids that the attempts of one protected call have been given, in the order in which they asked. */
class GivenIds {
  readonly #ids = new Map<string, string[]>();
  readonly #asked = new WeakMap<Call, Map<string, number>>();

  /** The nth request of its kind in one attempt gets the id that the nth of that kind had in the others. */
  of(kind: string, attempt: Call, make: () => string): string {
    const asked = this.#asked.get(attempt) ?? new Map<string, number>();
    this.#asked.set(attempt, asked);
    const place = asked.get(kind) ?? 0;
    asked.set(kind, place + 1);
    const ids = this.#ids.get(kind) ?? [];
    this.#ids.set(kind, ids);
    ids[place] ??= make();
    return ids[place];
  }
}

const given = new WeakMap<Call, GivenIds>();

/**
 * An id for one request, the same in every attempt: also where it is a layer further out that repeats it, and the client is asked anew each time. So
 * the server recognises the second attempt at a payment, and two payments in one attempt stay two.
 */
export function stableId(
  outer: Call | undefined,
  kind: string,
  like: Likeness,
  make: () => string = randomUUID,
): string {
  if (outer === undefined || !isRepeated(outer)) return make();
  const attempt = repeatedAttempt(outer);
  const call = rootOf(attempt);
  const ids = given.get(call) ?? new GivenIds();
  given.set(call, ids);
  return ids.of(`${kind} ${like.method} ${like.url} ${digestOf(like.data)}`, attempt, make);
}

/** Others do the same as this attempt: those after it, where it is retried, and those beside it, where it is hedged. */
function isRepeated(call: Call): boolean {
  return isNoted(call, retriedMark | racedMark);
}

/** The attempt of the outermost protected call around this one that is repeated: that is the layer which makes another of it. */
function repeatedAttempt(within: Call): Call {
  const { outer } = rootOf(within);
  return outer !== undefined && isRepeated(outer) ? repeatedAttempt(outer) : within;
}

/** A digest of what can be read without using it up; everything else is alike. */
function digestOf(data: unknown): string {
  if (typeof data !== 'string' && !Buffer.isBuffer(data)) return '';
  return createHash('sha256').update(data).digest('base64url');
}
