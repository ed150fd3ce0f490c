import type { HttpHeaders } from '../http-headers.js';
import { copyOfBytes, replay } from './bodies.js';
import type { CachedAnswer, SentAnswer } from './cache-request.js';
import type { Head } from './head.js';

/** What makes an answer that is given again. */
export interface Again {
  readonly head: Pick<Head, 'status' | 'statusText' | 'headers'>;
  readonly body: Uint8Array;
  readonly streaming: boolean;
  readonly from: CachedAnswer['from'];
  /** In seconds. */
  readonly age: number;
}

/** An answer that is given again: nothing of it is shared with the store, nor with others who are given it. */
export function givenAgain({ head, body, streaming, from, age }: Again): CachedAnswer {
  return {
    status: head.status,
    statusText: head.statusText,
    headers: { ...copyOf(head.headers), age: String(age) },
    body: streaming ? replay(body) : copyOfBytes(body),
    from,
    age,
  };
}

/** An answer that was just sent. */
export function fromNetwork({ status, statusText, headers, body }: SentAnswer): CachedAnswer {
  return { status, statusText, headers, body, from: 'network' };
}

/** An answer that is given again, with the cookies that the server has just set: they are for who caused them. */
export function withCookies(answer: CachedAnswer, { 'set-cookie': cookies }: HttpHeaders): CachedAnswer {
  return cookies === undefined ? answer : { ...answer, headers: { ...answer.headers, 'set-cookie': cookies } };
}

function copyOf(headers: HttpHeaders): HttpHeaders {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, typeof value === 'string' ? value : [...value]]),
  );
}
