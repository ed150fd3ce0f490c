import { callback, InvalidOptionsError, maybe, options } from '../../core/index.js';
import type { LoggedEvent, Severity } from './line.js';
import { lines } from './lines.js';
import type { Logger } from './logger.js';
import { redactSecrets } from './redact-secrets.js';

/** How events become lines. */
export interface WinstonLogsOptions {
  /** Chooses the level of each kind of event, asked once for each; false keeps it out. @default the usual level, 'warn', 'info' or 'debug' */
  readonly level?: (event: LoggedEvent, usual: Severity) => string | false;
  /** Takes secrets out of what errors say, and out of URLs. @default redactSecrets */
  readonly redact?: (text: string) => string;
}

const decorator = 'winstonLogs()';

const winstonOptions = options<WinstonLogsOptions>()(decorator, {
  level: maybe(callback<NonNullable<WinstonLogsOptions['level']>>()),
  redact: maybe(callback<NonNullable<WinstonLogsOptions['redact']>>()),
});

/** The options, checked and complete. */
export interface WinstonSettings {
  /** The level of each kind of event that is logged. */
  readonly levels: ReadonlyMap<LoggedEvent, string>;
  readonly redact: (text: string) => string;
}

/** Checks logger and options, and asks for all levels. */
export function readOptions(logger: Logger, given: WinstonLogsOptions): WinstonSettings {
  const { level: choose, redact = redactSecrets } = winstonOptions.complete(winstonOptions.check(given), '');
  checkLogger(logger);
  const levels = new Map<LoggedEvent, string>();
  for (const event of Object.keys(lines) as LoggedEvent[]) {
    const { usual } = lines[event];
    const level = choose === undefined ? usual : choose(event, usual);
    if (level !== false) levels.set(event, knownLevel(logger, level, event));
  }
  return { levels, redact };
}

function checkLogger(logger: unknown): void {
  const { isLevelEnabled, log } = (logger ?? {}) as Partial<Readonly<Record<keyof Logger, unknown>>>;
  if (typeof isLevelEnabled === 'function' && typeof log === 'function') return;
  const rule = 'takes a logger of winston, or one with its level, isLevelEnabled(level) and log(entry)';
  throw new InvalidOptionsError({ decorator, rule, value: logger });
}

/** A level that the logger does not know would never be written, and nobody would notice. */
function knownLevel({ levels }: Logger, level: string, event: LoggedEvent): string {
  if (typeof level === 'string' && (levels === undefined || Object.hasOwn(levels, level))) return level;
  const known = levels === undefined ? 'a level' : `a level of the logger (${Object.keys(levels).join(', ')})`;
  throw new InvalidOptionsError({
    decorator,
    option: 'level',
    rule: `must give ${known} or false for ${event}`,
    value: level,
  });
}
