import { startFaultServer } from 'holdfast/fault-server';
import { duration, phases } from './script.js';

// A process of its own: it answers until it is told to begin, then goes through the phases, then stops with its parent.
const server = await startFaultServer({
  maxConcurrency: Number.POSITIVE_INFINITY,
  workers: 16,
  serviceTime: { min: 10, max: 40 },
  queueLimit: 200,
  seed: 7,
});

process.on('message', () => {
  server.play({ phases: phases.map(({ seconds, faults }) => ({ lasts: seconds * 1000, faults })) });
  setTimeout(() => process.send?.({ requests: server.stats.requests }), duration * 1000 + 2000);
});
process.once('disconnect', () => server.close().then(() => process.exit(0)));
process.send?.({ url: server.url });
