import { type Clock, discard } from '../../core/index.js';
import { fromNetwork, givenAgain, withCookies } from './answers.js';
import type { CachedAnswer, Send } from './cache-request.js';
import type { HttpCacheTally } from './http-cache-tally.js';
import type { Keeping, Place } from './keeping.js';
import type { Kept } from './kept.js';
import { headersToKeep } from './kept-headers.js';
import type { Loads } from './loads.js';
import { isDenial, isOutage } from './outage.js';
import type { Rules } from './rules.js';

/** What is asked of a server. */
export interface Inquiry extends Omit<Place, 'load'> {
  readonly send: Send;
  /** What the request tells caches on the way. */
  readonly fields: Readonly<Record<string, string>>;
  /** Ends it, where it is made behind the callers. */
  readonly alone?: AbortSignal;
}

/** What an origin needs. */
export interface OriginParts {
  readonly keeping: Keeping;
  readonly rules: Rules;
  readonly loads: Loads;
  readonly tally: HttpCacheTally;
  readonly clock: Clock;
}

/** Asks the server, and lets its answers be kept. */
export class Origin {
  readonly #parts: OriginParts;

  constructor(parts: OriginParts) {
    this.#parts = parts;
  }

  /** Asks for an answer, whatever is kept. */
  async load(inquiry: Inquiry): Promise<CachedAnswer> {
    const place = this.#begin(inquiry);
    try {
      return await this.#ask(inquiry, place);
    } catch (error) {
      this.#over(place, error);
      throw error;
    }
  }

  /** Asks whether an answer still holds. Where there is no new one, and `staleIfError`, the old one is given as long as the rules allow it. */
  async revalidate(inquiry: Inquiry, kept: Kept, staleIfError: boolean): Promise<CachedAnswer> {
    const place = this.#begin(inquiry);
    try {
      return await this.#askWhether(inquiry, place, kept);
    } catch (error) {
      this.#over(place, error);
      const instead = staleIfError && !place.load.dropped ? this.#staleIfError(place, kept, error) : undefined;
      if (instead === undefined) throw error;
      return instead;
    }
  }

  #begin({ key, request, replaces }: Inquiry): Place {
    const { loads, clock } = this.#parts;
    return { key, request, replaces, load: loads.begin(key.tag, clock.wallNow()) };
  }

  /** Whatever went wrong, the request is not on its way any more. */
  #over(place: Place, error: unknown): void {
    if (place.replaces && isDenial(error)) this.#parts.keeping.drop(place);
    else place.load.end();
  }

  async #ask({ send, fields, alone }: Inquiry, place: Place): Promise<CachedAnswer> {
    return fromNetwork(this.#parts.keeping.keep(place, await send(fields, alone)));
  }

  async #askWhether(inquiry: Inquiry, place: Place, kept: Kept): Promise<CachedAnswer> {
    const { rules, clock, keeping } = this.#parts;
    const { send, fields, alone } = inquiry;
    const answer = await send({ ...fields, ...rules.validatorsOf(kept.head) }, alone);
    if (answer.status !== 304) return fromNetwork(keeping.keep(place, answer));
    discard(answer, clock, nothing);
    const headers = keeping.concerns(place, answer) ? rules.confirmed(kept.head, answer) : undefined;
    if (headers === undefined)
      return this.#ask({ ...inquiry, fields: { ...fields, 'cache-control': 'no-cache' } }, place);
    const head = keeping.renew(place, kept, headers);
    const again = head ?? { ...kept.head, headers: headersToKeep(headers) };
    const { streaming } = place.request;
    const age = head ? rules.ageOf(head) : 0;
    return withCookies(givenAgain({ head: again, body: kept.body, streaming, from: 'revalidated', age }), headers);
  }

  #staleIfError(place: Place, kept: Kept, error: unknown): CachedAnswer | undefined {
    const { rules, tally } = this.#parts;
    if (!isOutage(error) || !rules.holdsOnError(kept.head)) return undefined;
    const age = rules.ageOf(kept.head);
    tally.staleIfError(place.key.shown, age, error);
    return givenAgain({ ...kept, streaming: place.request.streaming, from: 'stale', age });
  }
}

function nothing(): void {} // a 304 has no body, and nobody waits for its end
