import type { World } from '../world.js';
import type { Configuration } from './configuration.js';
import { misspeltVariables } from './misspelt.js';
import { announce, loggerFor, openServer, say } from './open-server.js';
import { untilStopped } from './stopping.js';

/** Listens until it is told to stop; prints one line of JSON with the URL, the port and the process once it listens. */
export async function serve(configuration: Configuration, world: World): Promise<void> {
  const { shutdownTimeout, reload } = configuration.command;
  const logger = await loggerFor(configuration);
  for (const warning of misspeltVariables(world.env)) say(logger, 'warn', warning);
  if (reload) {
    const { serveAnew } = await import('./reload.js');
    return serveAnew(configuration, logger, world);
  }
  const server = await openServer(configuration, logger);
  const stopped = untilStopped({ stop: () => server.close({ drain: shutdownTimeout }), cut: () => server.close() });
  announce(server, world); // whoever reads this may tell it to stop
  await stopped;
}
