import type { Call } from '../core/index.js';
import type { CredentialFields } from './auth/index.js';
import type { HttpCacheMode } from './cache/index.js';
import type { ClientSettings } from './client-settings.js';
import type { Course } from './course.js';
import { type EncodedBody, encodeBody } from './http-body.js';
import { mergeHeaders } from './http-headers.js';
import type { HttpRequest, RequestChanges } from './http-request.js';
import { joinUrl, withQuery } from './http-url.js';
import type { Middleware } from './middleware.js';
import type { PathParams } from './path-params.js';
import type { TimeLimits } from './time-limits.js';
import { wrongOption } from './wrong-option.js';

/** What a request is made of. */
export interface RequestParts {
  readonly client: ClientSettings;
  readonly course: Course;
  readonly method: string;
  readonly target: URL;
  /** What stands in its path for placeholders. */
  readonly params: PathParams | undefined;
  readonly headers: Readonly<Record<string, string>>;
  /** The header fields that the request itself was given: these go over credentials of the client's. */
  readonly named: ReadonlySet<string>;
  readonly body: unknown;
  readonly encoded: EncodedBody;
  readonly endpoint: string;
  /** By its method or because the caller says so; a key makes any request idempotent. */
  readonly idempotent: boolean;
  readonly limits: TimeLimits;
  readonly streaming: boolean;
  readonly maxBytes: number;
  readonly maxRedirects: number;
  readonly validateStatus: (status: number) => boolean;
  readonly retry: boolean;
  readonly circuitBreaker: boolean;
  readonly cache: HttpCacheMode;
  readonly dedup: boolean;
  /** Of this request alone; runs within that of the client. */
  readonly middleware: readonly Middleware[];
  /** The caller's own signal. */
  readonly callerSignal: AbortSignal | undefined;
  /** What says who asks, once that is there. */
  readonly credentials: CredentialFields | undefined;
  /** The attempt that it is a part of. */
  readonly call: Call | undefined;
}

/** A request that has been checked and is ready to be sent; what is in it is seen by nobody who just prints it. */
export class OutgoingRequest implements HttpRequest {
  readonly #parts: RequestParts;
  #url: string | undefined;

  constructor(parts: RequestParts) {
    this.#parts = parts;
  }

  /** All of it, for those who send it. */
  static partsOf(request: HttpRequest): RequestParts {
    if (request instanceof OutgoingRequest) return request.#parts;
    throw new TypeError('middleware must hand on the request that it was given, or what its with() returns');
  }

  get service(): string {
    return this.#parts.client.name;
  }

  get method(): string {
    return this.#parts.method;
  }

  get target(): URL {
    return new URL(this.#parts.target);
  }

  /** The URL as errors and events show it: without credentials and secrets. */
  get url(): string {
    this.#url ??= this.#parts.client.redaction.url(this.#parts.target, this.#parts.params);
    return this.#url;
  }

  /** What circuits, limiters and pools are split by. */
  get host(): string {
    return this.#parts.target.host;
  }

  get headers(): Readonly<Record<string, string>> {
    return this.#parts.headers;
  }

  get body(): unknown {
    return this.#parts.body;
  }

  get endpoint(): string {
    return this.#parts.endpoint;
  }

  get requestId(): string | undefined {
    return this.#parts.headers['x-request-id'];
  }

  get idempotent(): boolean {
    return this.#parts.idempotent || Boolean(this.#parts.headers['idempotency-key']); // an empty one tells a server nothing
  }

  /** It may be sent again, whatever became of it. */
  get repeatable(): boolean {
    return this.idempotent && this.#parts.encoded.replayable;
  }

  get attempt(): number {
    return this.#parts.course.attempt;
  }

  get maxAttempts(): number {
    return this.#parts.course.maxAttempts;
  }

  get duration(): number {
    return this.#parts.course.duration;
  }

  get timestamp(): number {
    return this.#parts.course.clock.wallNow();
  }

  get signal(): AbortSignal | undefined {
    return this.#parts.call?.signal ?? this.#parts.callerSignal;
  }

  with(changes: RequestChanges): OutgoingRequest {
    const { client, target, headers, body, encoded } = this.#parts;
    const moved = changes.url === undefined ? target : joinUrl(client.baseURL, String(changes.url), {}, client.name);
    const next = 'body' in changes ? encodeBody(changes.body, client.name) : encoded;
    const typed = next === encoded ? headers : retyped(headers, next.type);
    return this.set({
      target: withQuery(moved, changes.query, client.name),
      headers: changes.headers === undefined ? typed : mergeHeaders(changes.headers, typed, client.name),
      body: 'body' in changes ? changes.body : body,
      encoded: next,
    });
  }

  /** The same request, with some of its parts changed. */
  set(parts: Partial<RequestParts>): OutgoingRequest {
    return new OutgoingRequest({ ...this.#parts, ...parts });
  }
}

/** Another body is of another type and length. */
function retyped(headers: Readonly<Record<string, string>>, type: string | undefined): Record<string, string> {
  const { 'content-type': _type, 'content-length': _length, ...others } = headers;
  return type === undefined ? others : { ...others, 'content-type': type };
}

/** Checks the name of a method. */
export function checkMethod(method: unknown, client: string): string {
  const name = typeof method === 'string' && /^[A-Za-z]+$/.test(method) ? method.toUpperCase() : '';
  if (name !== '' && name !== 'CONNECT') return name;
  throw wrongOption(client, 'method', "must be the name of an HTTP method, such as 'GET', and not CONNECT", method);
}
