import type { Hop } from './hop.js';

/** What `response.request` and `error.request` tell of the request that was sent last. */
export class UndiciRequest {
  readonly method: string;
  readonly protocol: string;
  readonly host: string;
  readonly path: string;
  /** Where the answer came from, once all redirects were followed. */
  readonly res: { readonly responseUrl: string };

  constructor({ method, url, path }: Hop) {
    this.method = method;
    this.protocol = url.protocol;
    this.host = url.host;
    this.path = path;
    this.res = { responseUrl: url.origin + path };
  }
}
