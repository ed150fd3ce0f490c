import type { Listener, Runtime } from '../../runtime/index.js';
import { type Failure, failureOf } from './failure.js';
import { LevelGate } from './level-gate.js';
import type { Line, LoggedEvent } from './line.js';
import { lines } from './lines.js';
import type { Logger } from './logger.js';
import { readOptions, type WinstonLogsOptions } from './winston-options.js';

/**
 * Logs what policies do: circuits that move and other things somebody should know of as warnings, substitutes and injected chaos as info,
 * retries, hedges, refusals, timeouts and the requests of HTTP clients for those who debug. Of errors it tells name, code and message, secrets taken
 * out; arguments and results never.
 *
 * ```ts
 * const runtime = new Runtime({ listeners: [winstonLogs(logger)] }); // or resilienceModule({ listeners: [winstonLogs(logger)] })
 * ```
 */
export function winstonLogs(logger: Logger, options: WinstonLogsOptions = {}): Listener {
  const { levels, redact } = readOptions(logger, options);
  const failure = (error: unknown) => failureOf(error, redact);
  return {
    attach(runtime) {
      const stops = [...levels].map(([event, level]) => log(runtime, event, { logger, level, failure, redact }));
      return () => {
        for (const stop of stops) stop();
      };
    },
  };
}

/** Where the lines of one kind of event go. */
interface Destination {
  readonly logger: Logger;
  readonly level: string;
  readonly failure: (error: unknown) => Failure | undefined;
  readonly redact: (text: string) => string;
}

function log<Name extends LoggedEvent>(
  runtime: Runtime,
  name: Name,
  { logger, level, failure, redact }: Destination,
): () => void {
  const gate = new LevelGate(logger, level);
  const line: Line<Name> = lines[name];
  return runtime.events.on(name, (event) => {
    const told = gate.open ? line.tell(event, failure, redact) : undefined;
    if (told) logger.log({ ...told[1], level, message: told[0] });
  });
}
