import type { Call } from '../core/index.js';
import { FactsOf } from './facts-of.js';
import { checkLength } from './http-body.js';
import type { OutgoingRequest } from './outgoing-request.js';
import type { PhaseLimits, WireRequest } from './wire.js';

/** One attempt at a request as the transport sees it. */
export class OnTheWire extends FactsOf implements WireRequest {
  readonly data: unknown;
  readonly #headers: Readonly<Record<string, string>>;

  constructor(request: OutgoingRequest, call: Call) {
    super(request);
    const { headers, encoded, client } = this.parts;
    const { data, type } = encoded.take();
    checkLength(headers['content-length'], data, client.name);
    this.#headers = withDeadline(withType(headers, type), client.deadlineHeader, call);
    this.data = data;
  }

  override get headers(): Readonly<Record<string, string>> {
    return this.#headers;
  }

  get limits(): PhaseLimits {
    return this.parts.limits;
  }

  get maxBytes(): number {
    return this.parts.maxBytes;
  }

  get maxRedirects(): number {
    return this.parts.maxRedirects;
  }
}

/** Says what a body is that was made just now, unless somebody says otherwise. */
function withType(
  headers: Readonly<Record<string, string>>,
  type: string | undefined,
): Readonly<Record<string, string>> {
  return type === undefined || headers['content-type'] !== undefined ? headers : { ...headers, 'content-type': type };
}

/** Tells the server how long anybody will wait for its answer, if it is to know. */
function withDeadline(
  headers: Readonly<Record<string, string>>,
  name: string | undefined,
  call: Call,
): Readonly<Record<string, string>> {
  if (name === undefined || call.deadline === Number.POSITIVE_INFINITY) return headers;
  return { ...headers, [name]: String(Math.floor(call.remaining)) };
}
