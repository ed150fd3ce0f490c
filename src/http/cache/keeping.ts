import type { HttpHeaders } from '../http-headers.js';
import { copyOfBytes, record } from './bodies.js';
import type { CacheKey, CacheKeys } from './cache-keys.js';
import { type CacheRequest, type SentAnswer, says } from './cache-request.js';
import type { Head } from './head.js';
import type { HttpCacheTally } from './http-cache-tally.js';
import type { Kept } from './kept.js';
import type { Load } from './loads.js';
import type { Rules } from './rules.js';
import { selectionOf, selects } from './selection.js';
import type { Shelf } from './shelf.js';

/** Where an answer belongs. */
export interface Place {
  readonly key: CacheKey;
  readonly request: CacheRequest;
  readonly load: Load;
  /** Something may be kept that the answer is to replace. */
  readonly replaces: boolean;
}

/** What keeping needs. */
export interface KeepingParts {
  readonly shelf: Shelf;
  readonly rules: Rules;
  readonly keys: CacheKeys;
  readonly tally: HttpCacheTally;
  readonly maxEntryBytes: number;
}

/** Keeps answers where the rules allow it, behind those who are waiting for them. */
export class Keeping {
  readonly #parts: KeepingParts;

  constructor(parts: KeepingParts) {
    this.#parts = parts;
  }

  /** Keeps an answer, a stream once it has ended, and returns it for the caller. What it replaces is dropped in any case. */
  keep(place: Place, answer: SentAnswer): SentAnswer {
    const { maxEntryBytes } = this.#parts;
    const head = this.#headOf(place, answer);
    const { body } = answer;
    if (head === undefined) {
      this.#leave(place);
      return answer;
    }
    if (!Buffer.isBuffer(body))
      return { ...answer, body: record(body, maxEntryBytes, (bytes) => this.#store(place, head, bytes)) };
    this.#store(place, head, body.byteLength > maxEntryBytes ? undefined : copyOfBytes(body));
    return answer;
  }

  /** Tells whether an answer is one to what was asked for; what became of the request on its way may be another's, or about something else. */
  concerns({ key }: Place, { to }: SentAnswer): boolean {
    if (to === undefined || to === null) return to === undefined;
    return to.data === undefined && !says('no-store', to) && this.#parts.keys.fits(key, to);
  }

  /** Keeps what the server has confirmed, with the header fields that hold from now on; undefined where they forbid it. */
  renew({ key, request, load }: Place, kept: Kept, headers: HttpHeaders): Head | undefined {
    const { rules, shelf } = this.#parts;
    const { status, statusText, selection } = kept.head;
    const answer = { status, statusText, headers };
    const head = rules.headOf({ request, answer, selection, askedAt: load.askedAt });
    const isVoid = () => load.dropped;
    if (head) this.#behind(key, shelf.renew(kept, { key, head, body: kept.body, isVoid }), load);
    else this.#behind(key, shelf.drop(key, request), load);
    return head;
  }

  /** Drops what the server has denied. */
  drop({ key, request, load }: Place): void {
    this.#behind(key, this.#parts.shelf.drop(key, request), load);
  }

  /** undefined for what must not be kept. */
  #headOf(place: Place, answer: SentAnswer): Head | undefined {
    if (!this.concerns(place, answer)) return undefined;
    const { rules, keys } = this.#parts;
    const { request, load } = place;
    const fieldOf = (name: string, value: string) => keys.fieldOf(name, value);
    const selection = selectionOf(answer.headers, (answer.to ?? request).headers, fieldOf);
    if (selection === undefined || !selects(selection, request.headers, fieldOf)) return undefined;
    return rules.headOf({ request, answer, selection, askedAt: load.askedAt });
  }

  #store(place: Place, head: Head, body: Uint8Array | undefined): void {
    const { key, request, load } = place;
    const isVoid = () => load.dropped;
    if (body === undefined) this.#leave(place);
    else this.#behind(key, this.#parts.shelf.keep({ key, head, body, isVoid }, request), load);
  }

  #leave(place: Place): void {
    if (place.replaces) this.drop(place);
    else place.load.end();
  }

  #behind(key: CacheKey, work: Promise<unknown>, load: Load): void {
    const { shelf, tally } = this.#parts;
    const done = (kept: unknown) => {
      load.end();
      if (kept === true) tally.stored(key.shown);
    };
    work.then(done, (error) => {
      load.end();
      tally.storeFailed(shelf.label, { operation: 'set', key: key.stored, error });
    });
  }
}
