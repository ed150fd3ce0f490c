import { encodeBody } from './http-body.js';
import type { RequestFacts } from './http-errors.js';
import { joinUrl } from './http-url.js';
import { redactUrl } from './redaction.js';
import type { ClientSettings, RequestSettings } from './rest-client-options.js';
import { wrongOption } from './wrong-option.js';

/** A request that has been checked and is ready to be sent. */
export class OutgoingRequest implements RequestFacts {
  readonly service: string;
  readonly method: string;
  readonly target: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** What goes over the wire; undefined when there is no body. */
  readonly data: unknown;

  constructor(client: ClientSettings, method: unknown, path: unknown, { body, headers, query }: RequestSettings) {
    const { data, type } = encodeBody(body, client.name);
    this.service = client.name;
    this.method = checkMethod(method, client.name);
    this.target = joinUrl(client.baseURL, path, query, client.name);
    this.headers = type === undefined ? headers : { 'content-type': type, ...headers };
    this.data = data;
  }

  /** The URL as errors and events show it: without credentials and secrets. */
  get url(): string {
    return redactUrl(this.target);
  }
}

function checkMethod(method: unknown, client: string): string {
  if (typeof method === 'string' && /^[A-Za-z]+$/.test(method)) return method.toUpperCase();
  throw wrongOption(client, 'method', "must be the name of an HTTP method, such as 'GET'", method);
}
