import { type Fault, type FaultServer, startFaultServer } from '../../../src/fault-server/index.js';
import { obey } from '../effect/obey.js';

/** What the supplier is told to be: failing in some ways (in none: healthy), or not there at all. */
export type Condition = readonly Fault[] | 'down';

/** Below the ports that systems give to clients: one of them could otherwise take the server's while it is down. */
const lowestPort = 20_000 + (process.pid % 10_000);

let server: FaultServer | undefined = await startAtOrAbove(lowestPort);
const { port, url } = server;

obey(url, become);

async function become(condition: Condition): Promise<void> {
  if (condition === 'down') {
    await server?.close();
    server = undefined;
    return;
  }
  server ??= await start(port);
  server.fail(condition);
}

async function startAtOrAbove(from: number): Promise<FaultServer> {
  try {
    return await start(from);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    return startAtOrAbove(from + 1);
  }
}

function start(at: number): Promise<FaultServer> {
  const maxConcurrency = Number.POSITIVE_INFINITY;
  return startFaultServer({ port: at, serviceTime: '40ms', maxConcurrency, seed: 7, journalLimit: 0 });
}
