import { setImmediate as breathe } from 'node:timers/promises';

/** Bytes that are in use after collections; several, because what lets go in one is collected in the next. */
export async function heapReached(): Promise<number> {
  if (!global.gc) throw new Error('the heap is measured with --expose-gc');
  for (let round = 0; round < 3; round++) {
    await breathe();
    global.gc();
  }
  return process.memoryUsage().heapUsed;
}
