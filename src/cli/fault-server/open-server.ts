import { type FaultServer, type FaultServerLogger, startFaultServer, stderrLogger } from '../../fault-server/index.js';
import type { World } from '../world.js';
import type { Configuration } from './configuration.js';
import { FaultsFile } from './faults-file.js';

/** Where a server can be reached. */
export type Address = Pick<FaultServer, 'url' | 'port' | 'controlUrl'>;

/** Starts the server that is configured, with the faults of the file in force, if one is named; with `reload` again whenever that changes. */
export async function openServer(
  configuration: Configuration,
  logger: FaultServerLogger | undefined,
): Promise<FaultServer> {
  const { faults, reload } = configuration.command;
  const file = faults === undefined ? undefined : new FaultsFile(faults);
  const { logLevel: _level, logFormat: _format, ...options } = configuration.server;
  const server = await startFaultServer({ ...options, ...(logger && { logger }) }).catch((error) =>
    explain(error, options.controlPort),
  );
  try {
    file?.apply(server);
  } catch (error) {
    await server.close();
    throw error;
  }
  if (reload) file?.follow(server, (mistake) => say(logger, 'error', mistake));
  return server;
}

/** The logger that the configuration asks for; undefined for none. */
export async function loggerFor({ server }: Configuration): Promise<FaultServerLogger | undefined> {
  const { logLevel = 'silent', logFormat = 'json' } = server;
  return logLevel === 'silent' ? undefined : stderrLogger(logLevel, logFormat);
}

/** Prints where a server listens, for whoever started this process. */
export function announce({ url, port, controlUrl }: Address, world: World): void {
  world.out(`${JSON.stringify({ url, port, controlUrl, pid: process.pid })}\n`);
}

/** Writes a line of our own in the log of the server. */
export function say(logger: FaultServerLogger | undefined, level: 'info' | 'warn' | 'error', message: string): void {
  if (logger?.isLevelEnabled(level)) logger.log({ level, message });
}

/** Says what to do about what the system says of an address. */
function explain(error: unknown, controlPort: number | undefined): never {
  const { code, port, address } = error as NodeJS.ErrnoException & {
    readonly port?: number;
    readonly address?: string;
  };
  if (code !== 'EADDRINUSE') throw error;
  const setting = port === controlPort ? '--control-port or SERVER_CONTROL_PORT' : '--port or SERVER_PORT';
  const advice = `choose another by ${setting}, 0 for any free one`;
  throw Object.assign(new Error(`port ${port} of ${address} is in use: ${advice}`, { cause: error }), { code });
}
