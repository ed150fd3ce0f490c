import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { type FaultServerStats, startFaultServer } from '../../../src/fault-server/index.js';
import { heapReached } from '../cache-soak/heap.js';
import { obey } from '../effect/obey.js';

/** What the server tells of itself. */
export interface State {
  readonly stats: FaultServerStats;
  /** Bytes in use after collections. */
  readonly heap: number;
  /** Requests that its journal still holds. */
  readonly journaled: number;
}

setFlagsFromString('--expose-gc');
global.gc = runInNewContext('gc') as typeof global.gc;

const server = await startFaultServer({ serviceTime: { min: 0, max: 5 }, journalLimit: 200, cacheMaxSize: 200 });
server.fail([{ rate: 0.1 }, { kind: 'reset', at: 'body', rate: 0.05 }, { kind: 'latency', latency: 3, rate: 0.2 }]);

obey(server.url, async (): Promise<State> => {
  return { stats: server.stats, heap: await heapReached(), journaled: server.journal.entries().length };
});
