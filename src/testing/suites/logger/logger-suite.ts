import { flag, optional, options } from '../../../core/index.js';
import { answered } from '../answered.js';
import { type DemandGroups, declareDemands } from '../demands.js';
import { checkSuite } from '../suite-input.js';
import type { TestRunner } from '../test-runner.js';
import { loggerLifeDemands } from './logger-life.js';
import { lineDemands } from './logger-lines.js';
import { type LoggerClaim, type LoggerOnTrial, LoggerTrial } from './logger-trial.js';

/** What a logger promises beyond what every logger must; say false to what it does not, or what `make` cannot give. */
export interface LoggerClaims {
  /** It keeps facts beside the message, by the names that `winstonLogs` gives them. @default true */
  readonly facts?: boolean;
  /** Its level can be changed while it writes; `make` gives `level`. @default true */
  readonly levels?: boolean;
  /** It can be made to fail; `make` gives `break`. @default true */
  readonly breaks?: boolean;
}

const claimOptions = options<LoggerClaims>()('loggerSuite()', {
  facts: optional(flag(), true),
  levels: optional(flag(), true),
  breaks: optional(flag(), true),
});

const groups: DemandGroups<LoggerTrial, LoggerClaim> = { lines: lineDemands, 'its life': loggerLifeDemands };

/**
 * Tests all that is expected of a logger, each promise in a test of its own: one of winston's shape through `winstonLogs`, or a listener of your own for
 * another. Throws InvalidOptionsError for claims that it does not know.
 *
 * ```ts
 * import { describe, it } from 'vitest';
 *
 * describe('our logger', () => {
 *   loggerSuite({ describe, it }, () => {
 *     const lines: LoggedLine[] = [];
 *     const logger = ourLogger({ level: 'debug', write: (line) => lines.push(JSON.parse(line)) });
 *     return { listener: winstonLogs(logger), lines: () => lines, level: (level) => { logger.level = level; } };
 *   }, { breaks: false });
 * });
 * ```
 */
export function loggerSuite(
  runner: TestRunner,
  make: () => LoggerOnTrial | Promise<LoggerOnTrial>,
  given: LoggerClaims = {},
): void {
  checkSuite('loggerSuite()', runner, make);
  const claims = claimOptions.complete(claimOptions.check(given), '');
  declareDemands(runner, groups, claims, {
    set: async () => new LoggerTrial(await answered('make()', make())),
    clear: (trial) => trial.clear(),
  });
}
