import type { Agent as HttpAgent } from 'node:http';
import type { Agent as HttpsAgent } from 'node:https';
import type { AxiosAdapter, AxiosRequestConfig } from 'axios';
import type { Clock } from '../../core/index.js';

/** What a transport is made of. */
export interface TransportSettings {
  readonly clock: Clock;
  /** The most connections to one origin that are open at a time; does not concern agents that are given. */
  readonly poolSize: number;
  /** Connections are kept for the next request; false closes each after its own. */
  readonly keepAlive: boolean;
  /** Milliseconds that an idle connection is kept for, or less where the server says so: many close theirs after 5 s. @default 4000 */
  readonly keepAliveFor?: number | undefined;
  /** For requests by http: instead of the transport's own; it is never closed. */
  readonly httpAgent?: HttpAgent | undefined;
  /** For requests by https:, with its certificates and other options of TLS; it is never closed. */
  readonly httpsAgent?: HttpsAgent | undefined;
  /**
   * Sends requests instead of node:http. It gets the limits of the phases that nobody else can see as `phaseLimits` in its config (a
   * `PhaseLimits`), follows no redirects, and decompresses by itself, as `decompress` says, unless it is that on undici. What it fails with
   * counts as sent, but for codes such as ECONNREFUSED.
   */
  readonly adapter?: AxiosAdapter | undefined;
  /** As for axios: undefined for what the environment says, false for none. */
  readonly proxy?: AxiosRequestConfig['proxy'] | undefined;
  /** The most bytes that the head of an answer may have. @default that of Node, 16384 */
  readonly maxHeaderSize?: number | undefined;
  /** Compressed answers are asked for, and decompressed. @default true */
  readonly decompress?: boolean | undefined;
  /** Resolves the names of hosts instead of dns.lookup. */
  readonly lookup?: AxiosRequestConfig['lookup'] | undefined;
  /** Only addresses of this family. @default both */
  readonly family?: 4 | 6 | undefined;
  /** Tells header fields that stay behind when a redirect leads to another origin, besides those whose names say that they are secret. */
  readonly isCredential?: ((name: string) => boolean) | undefined;
}
