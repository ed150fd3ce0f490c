import { createHash } from 'node:crypto';
import { show } from '../../core/index.js';
import { isSecret, redacted } from '../redaction.js';
import { wrongOption } from '../wrong-option.js';
import type { CacheRequest } from './cache-request.js';
import type { RequestIdentity } from './http-cache-options.js';

/** Under what the answers to a request are kept. */
export interface CacheKey {
  /** What is asked for and by whom, as people may read it: without secrets. */
  readonly shown: string;
  /** The key in the store. */
  readonly stored: string;
  /** What all answers of one URL bear, whoever asked for them and by which method. */
  readonly tag: string;
}

/** How the keys of a client are made. */
export interface KeyRules {
  readonly client: string;
  /** The names of header fields and parameters that carry credentials, besides those that look like it. */
  readonly secretNames: readonly string[];
  readonly hides?: ((name: string) => boolean) | undefined;
  readonly identity: RequestIdentity | undefined;
}

/** Makes keys in which callers with different credentials never meet, and no secret stands in the clear. */
export class CacheKeys {
  /** How all keys of the client begin; its name has no space. */
  readonly prefix: string;
  readonly #client: string;
  readonly #secretNames: ReadonlySet<string>;
  readonly #hides: (name: string) => boolean;
  readonly #identity: RequestIdentity | undefined;

  constructor({ client, secretNames, hides = isSecret, identity }: KeyRules) {
    this.prefix = `http ${client} `;
    this.#client = client;
    this.#secretNames = new Set(secretNames.map((name) => name.toLowerCase()));
    this.#hides = hides;
    this.#identity = identity;
  }

  of(request: CacheRequest, method = request.method): CacheKey {
    const { target, headers, credentialNames = [] } = request;
    const url = this.#shownUrl(target);
    const credentials = Object.entries(headers).filter(
      ([name]) => credentialNames.includes(name) || this.#isCredential(name),
    );
    const whole = [urlOf(target), credentials.sort(byName), this.#identityOf(request)];
    const shown = `${method} ${url} ${digest(JSON.stringify(whole))}`;
    return { shown, stored: this.prefix + shown, tag: this.tagOf(target) };
  }

  /** Tells whether a request asks for the same on behalf of the same. */
  fits({ stored }: CacheKey, request: CacheRequest): boolean {
    return this.of(request).stored === stored;
  }

  /** The tag of a URL: the same for all credentials in it. */
  tagOf(url: URL): string {
    return `${this.prefix}${digest(this.#shownUrl(url))}`;
  }

  /** The key of a body, which its own digest names. */
  bodyOf({ stored }: CacheKey, body: string): string {
    return `${stored} ${body}`;
  }

  /** A header field's value where answers differ by it: of a secret its digest. */
  fieldOf(name: string, value: string): string {
    return this.#isCredential(name) ? digest(value) : value;
  }

  #identityOf(request: CacheRequest): string {
    if (this.#identity === undefined) return '';
    const { method, target, headers } = request;
    const given: unknown = this.#identity({ method, target: new URL(target), headers: { ...headers } });
    if (typeof given === 'string') return given;
    throw wrongOption(this.#client, 'cache.identity', `must return a text, but returned ${show(given)}`);
  }

  #isCredential(name: string): boolean {
    if (name === 'idempotency-key') return false;
    return isSecret(name) || this.#hides(name) || this.#secretNames.has(name.toLowerCase());
  }

  #shownUrl(url: URL): string {
    const shown = new URL(url);
    shown.username = '';
    shown.password = '';
    shown.hash = '';
    const secrets = [...shown.searchParams.keys()].filter((name) => this.#isCredential(name));
    for (const name of new Set(secrets)) shown.searchParams.set(name, redacted);
    return shown.href;
  }
}

/** Tells bytes and texts apart in a few characters, which tell nothing of them. */
export function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('base64url');
}

function urlOf(target: URL): string {
  const url = new URL(target);
  url.hash = '';
  return url.href;
}

function byName([a]: readonly [string, string], [b]: readonly [string, string]): number {
  return a < b ? -1 : 1;
}
