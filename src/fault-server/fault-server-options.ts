import { Clock, count, optional, options, systemClock, that } from '../core/index.js';
import { fieldName } from './header-field.js';
import { type Latency, latency } from './latency.js';

/** How a fault server is set up. */
export interface FaultServerOptions {
  /** Where it listens. @default '127.0.0.1' */
  readonly host?: string;
  /** @default 0, any free port */
  readonly port?: number;
  /** Requests that are worked on at once. @default unlimited */
  readonly workers?: number;
  /** How long a worker is busy with one request, besides the delay that the request asks for. @default 0 */
  readonly serviceTime?: Latency;
  /** Requests that wait for a worker; those beyond are refused with 503. @default 1000 */
  readonly queueLimit?: number;
  /** Fixes the chance by which rates and ranges are drawn. @default 1 */
  readonly seed?: number;
  /** Requests that the journal remembers. @default 1000 */
  readonly journalLimit?: number;
  /** Header fields that the journal keeps besides the usual ones, in lower case. @default none */
  readonly journalHeaders?: readonly string[];
  /** The largest body of a request, in bytes. @default 1 MiB */
  readonly bodyLimit?: number;
  /** The time by which faults last and requests wait. @default the clock of the system */
  readonly clock?: Clock;
}

const mostHeaders = 50;

/** Checks and completes `FaultServerOptions`. */
export const faultServerOptions = options<FaultServerOptions>()('startFaultServer', {
  host: optional(
    that<string>((value) => typeof value === 'string' && value !== '', 'must be an address or a host name'),
    '127.0.0.1',
  ),
  port: optional(count({ max: 65_535 }), 0),
  workers: optional(
    that<number>(isWorkers, 'must be a whole number from 1 to 100000, or Infinity'),
    Number.POSITIVE_INFINITY,
  ),
  serviceTime: optional(latency(), 0),
  queueLimit: optional(count({ max: 100_000 }), 1000),
  seed: optional(count({ max: 2 ** 32 - 1 }), 1),
  journalLimit: optional(count({ max: 100_000 }), 1000),
  journalHeaders: optional(
    that<readonly string[]>(
      areHeaderNames,
      `must be a list of at most ${mostHeaders} names of header fields in lower case`,
    ),
    [],
  ),
  bodyLimit: optional(count({ min: 1, max: 2 ** 30 }), 2 ** 20),
  clock: optional(
    that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
    systemClock,
  ),
});

/** The options of a fault server, complete. */
export type FaultServerSettings = ReturnType<typeof faultServerOptions.complete>;

function isWorkers(value: unknown): boolean {
  if (value === Number.POSITIVE_INFINITY) return true;
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 100_000;
}

function areHeaderNames(value: unknown): boolean {
  if (!Array.isArray(value) || value.length > mostHeaders) return false;
  return value.every((name) => fieldName(name) && name === name.toLowerCase());
}
