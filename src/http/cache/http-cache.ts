import { CacheMissError } from '../../policies/cache/index.js';
import { noteFacts } from '../errors/index.js';
import { fromNetwork, givenAgain } from './answers.js';
import { collect } from './bodies.js';
import type { CacheKey } from './cache-keys.js';
import { type CachedAnswer, type CacheRequest, isCacheable, isUnsafe, type Send, says } from './cache-request.js';
import { changedBy } from './changed-urls.js';
import { directivesOf, type HttpCacheMode } from './http-cache-mode.js';
import type { HttpCacheSettings } from './http-cache-options.js';
import { type HttpCacheParts, type HttpCacheWorld, partsOf } from './http-cache-parts.js';
import type { HttpCacheStats } from './http-cache-tally.js';
import type { Kept } from './kept.js';
import type { Inquiry } from './origin.js';

/** An answer that may be given, under which key. */
interface Found {
  readonly key: CacheKey;
  readonly kept: Kept | undefined;
}

const noBytes = new Uint8Array(0);

/** Answers requests from what servers answered before, by the rules of RFC 9111. */
export class HttpCache {
  readonly #client: string;
  readonly #maxEntryBytes: number;
  readonly #parts: HttpCacheParts;

  constructor(settings: HttpCacheSettings, world: HttpCacheWorld) {
    this.#client = world.client;
    this.#maxEntryBytes = settings.maxEntryBytes;
    this.#parts = partsOf(settings, world);
  }

  /** Answers a request: with what is kept, or by `send`. */
  async answer(request: CacheRequest, mode: HttpCacheMode, send: Send): Promise<CachedAnswer> {
    if (isPast(request, mode)) return this.#pass(request, directivesOf(mode, request.headers), send);
    const { key, kept } = await this.#find(request, mode);
    if (kept && this.#mayGive(kept, request, mode)) return this.#give({ key, kept }, request, mode, send);
    if (mode === 'only-if-cached') throw this.#nothingFor(request, key);
    const fields = directivesOf(mode, request.headers);
    const inquiry = { key, request, send, fields, replaces: kept !== undefined || mode === 'reload' };
    return kept ? this.#revalidate(inquiry, kept, mode) : this.#load(inquiry);
  }

  stats(): HttpCacheStats {
    return { ...this.#parts.tally.counts, entries: this.#parts.store.size, bytes: this.#parts.store.bytes };
  }

  /** Drops all that is kept for this client, also what others keep for one of its name in the same store; rejects where the store does not do it. */
  clear(): Promise<void> {
    this.#parts.loads.dropAll();
    return this.#parts.shelf.clear();
  }

  /** Ends what goes on behind the callers; a store that was given stays open. */
  close(): void {
    this.#parts.refreshes.close(new Error(`the cache of ${this.#client} is closed`));
  }

  /** Goes past the cache; what the request has changed is dropped before its caller goes on, unless the store takes too long: then nobody is given it. */
  async #pass(request: CacheRequest, fields: Readonly<Record<string, string>>, send: Send): Promise<CachedAnswer> {
    this.#parts.tally.counts.bypassed++;
    const answer = await send(fields);
    if (isUnsafe(request)) await this.#invalidate(changedBy(request, answer));
    return fromNetwork(answer);
  }

  async #invalidate(urls: readonly URL[]): Promise<void> {
    const tags = [...new Set(urls.map((url) => this.#parts.keys.tagOf(url)))];
    this.#parts.tally.counts.invalidated += tags.length;
    for (const tag of tags) this.#parts.loads.drop(tag);
    await this.#parts.shelf.waited(Promise.all(tags.map((tag) => this.#parts.shelf.invalidate(tag))));
  }

  /** What is kept for a request; to HEAD also what GET was answered, as long as that needs no server. */
  async #find(request: CacheRequest, mode: HttpCacheMode): Promise<Found> {
    const key = this.#parts.keys.of(request);
    if (mode === 'reload' || !isCacheable(request)) return { key, kept: undefined };
    if (request.method === 'HEAD') {
      const got = this.#parts.keys.of(request, 'GET');
      const head = await this.#parts.shelf.findHead(got, request);
      const kept = head && { head, body: noBytes };
      if (kept && this.#mayGive(kept, request, mode) && !this.#isToRefresh(kept, request, mode))
        return { key: got, kept };
    }
    return { key, kept: await this.#parts.shelf.find(key, request) };
  }

  #mayGive({ head }: Kept, request: CacheRequest, mode: HttpCacheMode): boolean {
    if (isForAnyAge(mode)) return true;
    return mode === 'default' && this.#parts.rules.verdict(head, request) !== 'ask';
  }

  #isToRefresh({ head }: Kept, request: CacheRequest, mode: HttpCacheMode): boolean {
    return mode === 'default' && this.#parts.rules.verdict(head, request) === 'refresh';
  }

  #give(
    { key, kept }: { key: CacheKey; kept: Kept },
    request: CacheRequest,
    mode: HttpCacheMode,
    send: Send,
  ): CachedAnswer {
    const stale = this.#parts.rules.isStale(kept.head);
    const age = this.#parts.rules.ageOf(kept.head);
    if (stale) this.#parts.tally.stale(key.shown, age);
    else this.#parts.tally.hit(key.shown, age);
    if (this.#isToRefresh(kept, request, mode)) this.#refresh({ key, request, send, fields: {}, replaces: true }, kept);
    return givenAgain({ ...kept, streaming: request.streaming, from: stale ? 'stale' : 'cache', age });
  }

  #load(inquiry: Inquiry): Promise<CachedAnswer> {
    this.#parts.tally.missed(inquiry.key.shown);
    return this.#parts.origin.load(inquiry);
  }

  async #revalidate(inquiry: Inquiry, kept: Kept, mode: HttpCacheMode): Promise<CachedAnswer> {
    const { key, request } = inquiry;
    const onError = mode === 'default' && !says('no-cache', request);
    try {
      const answer = await this.#parts.origin.revalidate(inquiry, kept, onError);
      if (answer.from === 'network') this.#parts.tally.missed(key.shown);
      if (answer.from === 'revalidated') this.#parts.tally.revalidated(key.shown);
      return answer;
    } catch (error) {
      this.#parts.tally.missed(key.shown);
      throw error;
    }
  }

  #refresh(inquiry: Inquiry, kept: Kept): void {
    const { key } = inquiry;
    const refresh = async (alone: AbortSignal) => {
      const { body } = await this.#parts.origin.revalidate({ ...inquiry, alone }, kept, false);
      if (!Buffer.isBuffer(body)) await collect(body, this.#maxEntryBytes); // nobody else reads it
    };
    const subject = `${key.stored} ${JSON.stringify(kept.head.selection)}`;
    const started = this.#parts.refreshes.start(subject, refresh, (error) =>
      this.#parts.tally.refreshFailed(key.shown, error),
    );
    if (started) this.#parts.tally.counts.refreshes++;
  }

  #nothingFor(request: CacheRequest, key: CacheKey): CacheMissError {
    this.#parts.tally.missed(key.shown);
    const error = new CacheMissError(this.#client);
    noteFacts(error, request, 'cache');
    return error;
  }
}

/** Whatever cannot be kept goes past; but whoever wants nothing from the server gets nothing from it. */
function isPast(request: CacheRequest, mode: HttpCacheMode): boolean {
  if (mode === 'only-if-cached') return false;
  return !isCacheable(request) || mode === 'no-store' || (mode === 'default' && says('no-store', request));
}

function isForAnyAge(mode: HttpCacheMode): boolean {
  return mode === 'force-cache' || mode === 'only-if-cached';
}
