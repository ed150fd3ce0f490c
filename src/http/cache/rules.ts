import CachePolicy from 'http-cache-semantics';
import type { Clock } from '../../core/index.js';
import type { HttpHeaders } from '../http-headers.js';
import type { WireAnswer } from '../wire.js';
import type { CacheRequest } from './cache-request.js';
import { endOfTime, type Head } from './head.js';
import type { HttpCacheSettings } from './http-cache-options.js';
import { fieldsForPolicy, headersToKeep, mergedHeaders } from './kept-headers.js';
import type { Selection } from './selection.js';

/** What may be done with an answer: give it; give it though it is stale; do so and renew it behind the caller; ask the server first. */
export type Verdict = 'fresh' | 'stale' | 'refresh' | 'ask';

/** What an answer is made a head of. */
export interface Answered {
  readonly request: CacheRequest;
  readonly answer: Pick<WireAnswer, 'status' | 'statusText' | 'headers'>;
  readonly selection: Selection;
  readonly askedAt: number;
}

/** By how many milliseconds the clocks of those who share a store may differ. */
const skew = 10_000;
/** The most seconds that RFC 9111, section 1.2.2, has caches count with. */
const mostSeconds = 2 ** 31;

/** The rules of RFC 9111, as `http-cache-semantics` has them, by the clock of the client. */
export class Rules {
  readonly #clock: Clock;
  readonly #settings: HttpCacheSettings;
  readonly #Policy: typeof CachePolicy;

  constructor(settings: HttpCacheSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.#Policy = timedBy(clock);
  }

  /** The head under which an answer is kept; undefined where it must not be, or would never be of use. */
  headOf({ request, answer, selection, askedAt }: Answered): Head | undefined {
    const { status, statusText, headers } = answer;
    const { shared, heuristic, immutableFor } = this.#settings;
    const given = { status, headers: fieldsForPolicy(headers) };
    const immutable = Math.min(immutableFor / 1000, mostSeconds); // the library counts in seconds here, whatever it says
    const options = { shared, cacheHeuristic: heuristic, immutableMinTimeToLive: immutable };
    const made = new this.#Policy(asked(request, request.method), given, options);
    if (!made.storable()) return undefined;
    const { kept, strict } = this.#withDefaults(made.toObject());
    const policy = this.#Policy.fromObject(kept);
    const { etag, 'last-modified': modified } = kept.resh;
    if (policy.timeToLive() === 0 && etag === undefined && modified === undefined) return undefined;
    const head = { status, statusText, headers: headersToKeep(headers), policy: kept, strict, selection, askedAt };
    return { ...head, ...this.#timesOf(policy, kept) };
  }

  /** What may be done with a head for a request that it was chosen for. */
  verdict(head: Head, request: CacheRequest): Verdict {
    const policy = this.#policyOf(head);
    const stale = policy.stale();
    if (stale && head.strict) return 'ask';
    const { response, revalidation } = policy.evaluateRequest(asked(request, head.policy.m));
    if (!response) return 'ask';
    if (revalidation) return 'refresh';
    return stale ? 'stale' : 'fresh';
  }

  isStale(head: Head): boolean {
    return this.#policyOf(head).stale();
  }

  /** How many seconds ago the server made or confirmed an answer. */
  ageOf(head: Head): number {
    return Math.min(Math.max(0, Math.round(this.#policyOf(head).age())), mostSeconds);
  }

  /** The header fields that ask the server whether an answer still holds; none where it has nothing to ask by. */
  validatorsOf(head: Head): Record<string, string> {
    const { m: method } = head.policy;
    const fields = this.#policyOf(head).revalidationHeaders({ method, headers: {} });
    return Object.fromEntries(
      Object.entries(fields).filter((field): field is [string, string] => typeof field[1] === 'string'),
    );
  }

  /** The header fields of an answer that the server confirmed by a 304; undefined where that speaks of another answer. */
  confirmed(head: Head, { headers: told }: Pick<WireAnswer, 'headers'>): HttpHeaders | undefined {
    const fields = fieldsForPolicy(told);
    const { etag, 'last-modified': modified } = head.policy.resh;
    const silent = fields.etag === undefined && fields['last-modified'] === undefined;
    const headers = silent ? { ...fields, etag, 'last-modified': modified } : fields; // it was asked of this one alone
    const request = { method: head.policy.m, headers: {} };
    const { matches } = this.#policyOf(head).revalidatedPolicy(request, { status: 304, headers });
    return matches ? mergedHeaders(head.headers, told) : undefined;
  }

  /** Tells whether an answer may be given because there is no new one. */
  holdsOnError(head: Head): boolean {
    const policy = this.#policyOf(head);
    return policy.revalidatedPolicy({ method: head.policy.m, headers: {} }, { status: 503, headers: {} }).matches;
  }

  /** The wall clock may have been set back since: nobody knows then how old an answer is, and it is as old as can be. */
  #policyOf({ policy }: Head): CachePolicy {
    const known = policy.t <= this.#clock.wallNow() + skew;
    return this.#Policy.fromObject(known ? policy : { ...policy, t: 0 });
  }

  /**
   * Adds what the server did not say. The library takes `must-revalidate` for a rule about fresh answers too, and lets `stale-while-revalidate` and
   * `stale-if-error` overrule what forbids stale ones; so these are told to it as what they mean.
   */
  #withDefaults(policy: CachePolicy.CachePolicyObject): { kept: CachePolicy.CachePolicyObject; strict: boolean } {
    const { 'must-revalidate': _, 'proxy-revalidate': __, ...rescc } = policy.rescc;
    const strict = forbidsStale(policy);
    const directives = strict ? { ...rescc, ...staleFor(0, 0) } : { ...this.#silentOf(policy), ...rescc };
    return { kept: { ...policy, rescc: directives, a: true }, strict }; // `a`: whether it may be kept is decided
  }

  /** What holds where a server says nothing of stale answers; to shared caches it does so by `s-maxage`. */
  #silentOf({ rescc, sh: shared }: CachePolicy.CachePolicyObject) {
    const { staleFor: refreshed, staleIfError } = this.#settings;
    return shared && 's-maxage' in rescc ? staleFor(0, 0) : staleFor(refreshed, staleIfError);
  }

  #timesOf(policy: CachePolicy, { rescc }: CachePolicy.CachePolicyObject) {
    const freshUntil = Math.min(this.#clock.wallNow() + Math.max(0, policy.maxAge() - policy.age()) * 1000, endOfTime);
    const after = (directive: string) => Math.min(freshUntil + secondsOf(rescc[directive]) * 1000, endOfTime);
    const staleUntil = after('stale-while-revalidate');
    const errorUntil = after('stale-if-error');
    const until = Math.min(Math.max(staleUntil, errorUntil, freshUntil + this.#settings.keepFor), endOfTime);
    return { freshUntil, staleUntil, errorUntil, until };
  }
}

/** RFC 9111, section 4.2.4. */
function forbidsStale({ rescc, sh: shared }: CachePolicy.CachePolicyObject): boolean {
  const forbidding = ['no-cache', 'must-revalidate', ...(shared ? ['proxy-revalidate'] : [])];
  return forbidding.some((directive) => directive in rescc);
}

/** What the library may know of a request: whose it is, and what it was chosen by, is told by its key and its selection. */
function asked({ headers }: CacheRequest, method: string): CachePolicy.HttpRequest {
  const { 'cache-control': control, pragma, authorization } = headers;
  return {
    method,
    headers: {
      ...(control !== undefined && { 'cache-control': control.toLowerCase() }),
      ...(pragma !== undefined && { pragma }),
      ...(authorization !== undefined && { authorization: 'given' }),
    },
  };
}

function timedBy(clock: Clock): typeof CachePolicy {
  return class extends CachePolicy {
    now(): number {
      return clock.wallNow();
    }
  };
}

function staleFor(whileRefreshed: number, ifError: number) {
  return { 'stale-while-revalidate': seconds(whileRefreshed), 'stale-if-error': seconds(ifError) };
}

function seconds(duration: number): string {
  return String(Math.min(Math.ceil(duration / 1000), mostSeconds));
}

function secondsOf(value: unknown): number {
  const parsed = Number.parseInt(String(value), 10);
  return Number.isFinite(parsed) ? Math.min(parsed, mostSeconds) : 0;
}
