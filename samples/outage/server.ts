import { startFaultServer } from 'holdfast/fault-server';
import { phases } from './script.js';

// A process of its own: it answers until it is told to begin, then goes through the phases, then stops with its parent.
const server = await startFaultServer({ workers: 16, serviceTime: { min: 10, max: 40 }, queueLimit: 200, seed: 7 });

process.on('message', () => {
  let at = 0;
  for (const { seconds, faults } of phases) {
    setTimeout(() => server.fail(faults), at);
    at += seconds * 1000;
  }
  setTimeout(() => process.send?.({ requests: server.stats.requests }), at + 2000);
});
process.once('disconnect', () => server.close().then(() => process.exit(0)));
process.send?.({ url: server.url });
