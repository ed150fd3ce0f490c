import { maybe, oneOf, optional, that } from '../../core/index.js';

/** The least severe lines that are logged; `'silent'` for none. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug';

/** How a line of the log looks: an object for programs, or a text for people. */
export type LogFormat = 'json' | 'console';

/** What is asked of a logger; winston's fit, and so does whatever has this shape. */
export interface FaultServerLogger {
  isLevelEnabled(level: string): boolean;
  log(entry: LogLine): unknown;
}

/** One line of the log: level and message, and beside them the facts. */
export interface LogLine {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly message: string;
  readonly [fact: string]: unknown;
}

/** What is logged, and where to. */
export interface LogOptions {
  /**
   * What is logged to stderr: at `'info'` a line for each request at its end, starts, stops, and faults that are set or healed; at `'debug'` also the
   * requests by which the server is steered and watched. No header fields but the request's id, no queries, no bodies. @default 'silent'
   */
  readonly logLevel?: LogLevel;
  /** How a line looks on stderr. @default 'json' */
  readonly logFormat?: LogFormat;
  /** Where lines go instead of stderr; what it takes is decided by its own level, so `logLevel` cannot be given beside it. @default none */
  readonly logger?: FaultServerLogger;
}

/** The checks and defaults of `LogOptions`. */
export const logOptions = {
  logLevel: optional(oneOf('silent', 'error', 'warn', 'info', 'debug'), 'silent'),
  logFormat: optional(oneOf('json', 'console'), 'json'),
  logger: maybe(
    that<FaultServerLogger>(isLogger, 'must be a logger: isLevelEnabled(level) and log({ level, message })'),
  ),
};

/** A logger has a level of its own: two that contradict each other would leave open which one holds. */
export function logLevelRule({
  logger,
  logLevel,
}: {
  readonly logger: FaultServerLogger | undefined;
  readonly logLevel: LogLevel;
}) {
  if (logger === undefined || logLevel === 'silent') return undefined;
  return { option: 'logLevel', rule: 'cannot go with logger, which has a level of its own', value: logLevel };
}

function isLogger(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { isLevelEnabled, log } = value as Partial<FaultServerLogger>;
  return typeof isLevelEnabled === 'function' && typeof log === 'function';
}
