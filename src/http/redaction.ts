import type { HttpHeaders } from './http-headers.js';

/** What stands in the place of a secret. */
export const redacted = '[redacted]';

/** Names of header fields and parameters whose values nobody should read in a log. */
const secretName = new RegExp(
  [
    'auth(?!ors?(?:$|[-_.])|enticate)', // not authors, and not the challenge of WWW-Authenticate
    'cookie|token|secret|passw|passphrase|^pass$|pwd|credential|session|signature|^sig$|^code$|jwt|^otp$',
    '(?:^|[-_.]|api|access|private|client)[-_]?key(?:$|[-_.])',
  ].join('|'),
  'i',
);

/** Tells whether a header field or parameter of this name carries a secret. */
export function isSecret(name: string): boolean {
  return secretName.test(name);
}

/** The longest excerpt of a body, in characters. */
const excerptLength = 1000;

/** Header fields that hold URLs, whose parameters may be secret. */
const urlFields: ReadonlySet<string> = new Set(['location', 'content-location', 'link', 'refresh']);

/** What names a value within a text: in forms and URLs, in JSON and other quoted members, in header fields, in XML. Bounded, so that no text is read twice. */
const naming = /<([\w:.-]{1,64})>|([\w.-]{1,64})\\?["']?[\t ]{0,8}[:=][\t ]{0,8}/g;
const named = /"(?:[^"\\]|\\[\s\S])*"?|'(?:[^'\\]|\\[\s\S])*'?|[^&;,<>{}[\]\r\n]*/y;

/** What must not be seen of requests and answers: what is named like a secret, and what somebody says is one. */
export class Redaction {
  readonly #names: ReadonlySet<string>;
  readonly #patterns: readonly RegExp[];

  /** Names in any case, and patterns for names. */
  constructor(secrets: readonly (string | RegExp)[] = []) {
    this.#names = new Set(secrets.filter((secret) => typeof secret === 'string').map((name) => name.toLowerCase()));
    this.#patterns = secrets
      .filter((secret) => secret instanceof RegExp)
      .map(({ source, flags }) => new RegExp(source, flags.replace(/[gy]/g, ''))); // those two would remember where they were
  }

  hides(name: string): boolean {
    return (
      isSecret(name) || this.#names.has(name.toLowerCase()) || this.#patterns.some((pattern) => pattern.test(name))
    );
  }

  /**
   * A URL as errors, events and logs may show it: without credentials, secret parameters and fragment, and without those of the values in its path
   * that are named like secrets.
   */
  url(url: string | URL, inPath: Readonly<Record<string, unknown>> = {}): string {
    const safe = new URL(url);
    safe.username = '';
    safe.password = '';
    safe.hash = '';
    for (const [name, value] of Object.entries(inPath)) {
      if (this.#hidesMember(name))
        safe.pathname = safe.pathname.replaceAll(encodeURIComponent(String(value)), redacted);
    }
    if (safe.search === '' || ![...safe.searchParams.keys()].some((name) => this.hides(name))) return safe.href;
    const query = [...safe.searchParams].map(
      ([name, value]) => `${encodeURIComponent(name)}=${this.hides(name) ? redacted : encodeURIComponent(value)}`,
    );
    safe.search = '';
    return `${safe.href}?${query.join('&')}`;
  }

  /** Header fields as errors may show them: the values of secrets are replaced. */
  headers(headers: HttpHeaders): HttpHeaders {
    return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, this.#field(name, value)]));
  }

  /** The beginning of a body that is text, without the members that are secrets; undefined for bytes. */
  excerpt(body: unknown): string | undefined {
    if (body === undefined || Buffer.isBuffer(body)) return undefined;
    const text = typeof body === 'string' ? body : JSON.stringify(body, (name, value) => this.#member(name, value));
    const beginning = text.length > excerptLength ? `${text.slice(0, excerptLength)}…` : text;
    return typeof body === 'string' ? this.#text(beginning, (name) => this.#hidesMember(name)) : beginning;
  }

  /** What JSON stood for, without the members that are secrets. */
  members(body: unknown): unknown {
    if (typeof body !== 'object' || body === null || Buffer.isBuffer(body)) return body;
    return JSON.parse(JSON.stringify(body, (name, value) => this.#member(name, value)));
  }

  #member(name: string, value: unknown): unknown {
    return value !== null && value !== undefined && this.#hidesMember(name) ? redacted : value;
  }

  /** In a URL a `code` is what OAuth exchanges for a token; elsewhere it says what went wrong, or where somebody lives. */
  #hidesMember(name: string): boolean {
    return name.toLowerCase() !== 'code' && this.hides(name);
  }

  #field(name: string, value: string | readonly string[]): string | readonly string[] {
    if (this.hides(name)) return redacted;
    if (!urlFields.has(name)) return value;
    const safe = (text: string) =>
      this.#text(text.replace(/\/\/[^/?#\s]*@/g, '//'), (parameter) => this.hides(parameter));
    return typeof value === 'string' ? safe(value) : value.map(safe);
  }

  /** A text without what it names like a secret. */
  #text(text: string, hides: (name: string) => boolean): string {
    let safe = '';
    let from = 0;
    for (const { 0: before, 1: tag, 2: name = '', index } of text.matchAll(naming)) {
      if (index < from || !hides(tag ?? name)) continue;
      const start = index + before.length;
      safe += text.slice(from, start) + redacted;
      named.lastIndex = start;
      from = start + (named.exec(text)?.[0].length ?? 0);
    }
    return safe + text.slice(from);
  }
}

/** What is hidden where nobody says more. */
const standard = new Redaction();

/** A URL as errors, events and logs may show it. */
export function redactUrl(url: string | URL): string {
  return standard.url(url);
}

/** Header fields as errors may show them. */
export function redactHeaders(headers: HttpHeaders): HttpHeaders {
  return standard.headers(headers);
}
