import { fstatSync } from 'node:fs';
import { optionsFrom } from './command-line.js';
import { startFaultServer } from './fault-server.js';

/**
 * Runs a fault server as a process of its own: prints one line of JSON with its URL once it listens, and ends
 * when it is told to or when the process that started it has gone.
 */
async function main(): Promise<void> {
  const server = await startFaultServer(optionsFrom(process.argv.slice(2), process.env));
  process.stdout.write(`${JSON.stringify({ url: server.url, port: server.port, pid: process.pid })}\n`);
  await toldToStop();
  await server.close();
}

function toldToStop(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve());
    process.once('SIGINT', () => resolve());
    process.once('disconnect', () => resolve());
    if (!isPiped(0)) return;
    process.stdin.once('close', () => resolve());
    process.stdin.resume();
  });
}

/** A terminal, a file or /dev/null say nothing about the process that started this one; a pipe does. */
function isPiped(descriptor: number): boolean {
  const stdin = fstatSync(descriptor);
  return stdin.isFIFO() || stdin.isSocket();
}

try {
  await main();
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
