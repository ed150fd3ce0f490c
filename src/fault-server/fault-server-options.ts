import {
  Clock,
  count,
  type Duration,
  duration,
  isPlainObject,
  maybe,
  optional,
  options,
  systemClock,
  that,
} from '../core/index.js';
import { checkAnswers } from './answers/answers.js';
import type { OwnAnswers } from './answers/own-answer.js';
import type { TlsIdentity } from './connections/tls/certificates.js';
import { checkTls } from './connections/tls/tls-option.js';
import { within } from './faults/complaint.js';
import { fieldName } from './header-field.js';
import { type Latency, latency } from './latency/latency.js';
import { type OAuthOptions, oauthSettings } from './oauth/oauth-options.js';
import { type LogOptions, logLevelRule, logOptions } from './watching/log-options.js';

/** How a fault server is set up. */
export interface FaultServerOptions extends LogOptions {
  /** Where it listens. @default '127.0.0.1' */
  readonly host?: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** Requests that are let in at once, those that fail on command included; others wait. Infinity for any number. @default 50 */
  readonly maxConcurrency?: number;
  /** How long a request may take, waits included, before it is answered with 504; one that hangs only gives its slot back, and an answer that has begun goes on. 0 for any time. @default '30s' */
  readonly requestTimeout?: Duration;
  /** Requests that are worked on at once: with fewer workers than slots, the server can be overloaded. @default Infinity */
  readonly workers?: number;
  /** How long a worker is busy with one request, besides the delay that the request asks for. @default 0 */
  readonly serviceTime?: Latency;
  /** Requests that wait for a slot, and those that wait for a worker; those beyond are refused with 503. @default 1000 */
  readonly queueLimit?: number;
  /** Answers of `/msg` and `/graphql` that are remembered by `X-Request-ID` or `Idempotency-Key`. @default 1000 */
  readonly cacheMaxSize?: number;
  /** How long such an answer is remembered. @default '5m' */
  readonly cacheTtl?: Duration;
  /** Fixes the chance by which rates and ranges are drawn. @default 1 */
  readonly seed?: number;
  /** Requests that the journal remembers. @default 1000 */
  readonly journalLimit?: number;
  /** Header fields that the journal keeps besides the usual ones, in lower case; credentials only where they are named, or by the word for all of them. @default none */
  readonly journalHeaders?: readonly string[] | 'allWithSecrets';
  /** Characters of each request's body that the journal keeps. @default 0 */
  readonly journalBodies?: number;
  /** The largest body of a request, in bytes. @default 1 MiB */
  readonly bodyLimit?: number;
  /**
   * Answers of an API of one's own, each by its route: `{ 'GET /quotes/{id}': ({ params }) => ({ body: { id: params.id } }) }`. They go before the
   * server's own paths, and fail on command as those do. @default none
   */
  readonly answers?: OwnAnswers;
  /** The clients and tokens of `/oauth/token`. @default one client, `test` with the secret `secret` */
  readonly oauth?: OAuthOptions;
  /**
   * Whether it speaks TLS: with certificates that it makes at its start for localhost and `host` by the package `selfsigned`, or with a key and a
   * certificate of one's own. @default false
   */
  readonly tls?: boolean | TlsIdentity;
  /**
   * A second port, 0 for any free one, that takes requests by which the server is steered and watched, in plain HTTP, and no others; faults on
   * connections never strike there. @default none: while connections fail, the server cannot be steered over HTTP
   */
  readonly controlPort?: number;
  /** The time by which faults last and requests wait. @default the clock of the system */
  readonly clock?: Clock;
}

const mostHeaders = 50;

/** Checks and completes `FaultServerOptions`. */
const faultServerOptions = options<FaultServerOptions>()(
  'startFaultServer',
  {
    host: optional(
      that<string>((value) => typeof value === 'string' && value !== '', 'must be an address or a host name'),
      '127.0.0.1',
    ),
    port: optional(count({ max: 65_535 }), 0),
    maxConcurrency: optional(atOnce(), 50),
    requestTimeout: optional(duration({ max: 86_400_000 }), 30_000),
    workers: optional(atOnce(), Number.POSITIVE_INFINITY),
    serviceTime: optional(latency(), 0),
    queueLimit: optional(count({ max: 100_000 }), 1000),
    cacheMaxSize: optional(count({ min: 1, max: 1_000_000 }), 1000),
    cacheTtl: optional(duration({ min: 1, max: 86_400_000 }), 300_000),
    seed: optional(count({ max: 2 ** 32 - 1 }), 1),
    journalLimit: optional(count({ max: 100_000 }), 1000),
    journalHeaders: optional(
      that<readonly string[] | 'allWithSecrets'>(
        (value) => value === 'allWithSecrets' || areHeaderNames(value),
        `must be a list of at most ${mostHeaders} names of header fields in lower case, or 'allWithSecrets'`,
      ),
      [],
    ),
    journalBodies: optional(count({ max: 2 ** 20 }), 0),
    bodyLimit: optional(count({ min: 1, max: 2 ** 30 }), 2 ** 20),
    answers: optional(
      that<OwnAnswers>(isPlainObject, "must be an object of answers by their routes, such as 'GET /quotes/{id}'"),
      {},
    ),
    oauth: optional(
      that<OAuthOptions>((value) => typeof value === 'object' && value !== null, 'must be an object of options'),
      {},
    ),
    tls: optional(
      that<boolean | TlsIdentity>(() => true, ''), // checked apart: an error must not tell a private key
      false,
    ),
    controlPort: maybe(count({ max: 65_535 })),
    clock: optional(
      that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
      systemClock,
    ),
    ...logOptions,
  },
  logLevelRule,
);

/** The options of a fault server, complete. */
export type FaultServerSettings = ReturnType<typeof faultServerSettings>;

/** Checks options and completes them, units read: what a server goes by that is started with them. Throws `InvalidOptionsError`. */
export function faultServerSettings(given: FaultServerOptions = {}) {
  const { answers, ...settings } = faultServerOptions.complete(faultServerOptions.check(given), '');
  checkAnswers(answers);
  checkTls(settings.tls);
  const oauth = within('oauth', 'startFaultServer', () => oauthSettings(settings.oauth));
  return { ...settings, oauth };
}

function atOnce() {
  const most = 100_000;
  const fits = (value: unknown) =>
    value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && Number(value) >= 1 && Number(value) <= most);
  return that<number>(fits, `must be a whole number from 1 to ${most}, or Infinity`);
}

function areHeaderNames(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > mostHeaders) return false;
  return value.every((name) => fieldName(name) && name === name.toLowerCase());
}
