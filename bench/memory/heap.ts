import { PerformanceObserver } from 'node:perf_hooks';
import { setImmediate as breathe, setTimeout as sleep } from 'node:timers/promises';
import { getHeapStatistics } from 'node:v8';

/** Bytes that objects occupy at this moment, garbage included. */
export function heapUsed(): number {
  return getHeapStatistics().used_heap_size;
}

/**
 * Bytes that are still reachable. Several rounds, because a finalizer may let go of more; and a rest, because threads beside
 * the main one still sweep, and a watch that is started now would count them.
 */
export async function heapReached(): Promise<number> {
  for (let round = 0; round < 3; round++) {
    await breathe();
    collect();
  }
  const bytes = heapUsed();
  await sleep(20);
  return bytes;
}

/** The same with what lies beside the heap: the buffers of typed arrays, in which an LRU links its entries. */
export async function memoryReached(): Promise<number> {
  await heapReached();
  return heapUsed() + process.memoryUsage().arrayBuffers;
}

/** Collects all garbage; the bench runs with `--expose-gc`. */
export function collect(): void {
  if (!global.gc) throw new Error('memory is measured with --expose-gc');
  global.gc();
}

/** Bytes that `run` allocates. Throws when a collection came in between, for then nobody can tell. */
export async function allocated(run: () => Promise<unknown>): Promise<number> {
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  await heapReached();
  await breathe();
  observer.observe({ entryTypes: ['gc'] });

  const before = heapUsed();
  await run();
  const bytes = heapUsed() - before;

  await breathe();
  await breathe();
  observer.disconnect();
  if (collections > 0) throw new Error('a collection came in between: fewer calls, or a larger young generation');
  return bytes;
}
