import { startFaultServer } from '../../../src/fault-server/index.js';
import { obey } from '../effect/obey.js';
import { capacity } from './capacity.js';
import type { Counts } from './figures.js';

/** Given as the argument: how many requests may wait for a worker. */
const queueLimit = Number(process.argv[2]);

const maxConcurrency = Number.POSITIVE_INFINITY;
const server = await startFaultServer({ ...capacity, maxConcurrency, queueLimit, journalLimit: 0 });

obey(server.url, (): Counts => server.stats);
