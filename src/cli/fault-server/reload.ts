import { systemClock } from '../../core/index.js';
import type { FaultServerLogger } from '../../fault-server/index.js';
import type { World } from '../world.js';
import { CodeVersion } from './code-version.js';
import type { Configuration } from './configuration.js';
import { announce } from './open-server.js';
import { untilStopped } from './stopping.js';
import { Turns } from './turns.js';

/** How often to look whether the code has changed, in milliseconds. */
const pause = 500;

/**
 * Serves by processes that take turns: when the code changes, the next one loads it, and only when that went well the one before lets go of the
 * port, and ends with its last request. Code that does not load changes nothing.
 */
export async function serveAnew(
  configuration: Configuration,
  logger: FaultServerLogger | undefined,
  world: World,
): Promise<void> {
  const turns = new Turns(configuration, logger);
  const address = await turns.begin();
  const stopLooking = whenChanged(new CodeVersion(), () => turns.renew());
  const stopped = untilStopped({ stop: () => turns.stop(), cut: () => turns.cut() });
  announce(address, world); // whoever reads this may tell it to stop
  await stopped;
  stopLooking();
}

/** Acts on each change until the returned function is called; keeps the process meanwhile, which may be without a server until a change mends it. */
function whenChanged(code: CodeVersion, act: () => void): () => void {
  let over = false;
  const look = async () => {
    while (!over) {
      await systemClock.sleep(pause);
      if (!over && code.changed()) act();
    }
  };
  look();
  return () => {
    over = true;
  };
}
