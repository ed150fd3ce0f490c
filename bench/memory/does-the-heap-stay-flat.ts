import { retryCircuitTimeout } from '../cases/what-do-retry-circuit-and-timeout-cost.js';
import type { Finding } from '../harness/finding.js';
import { loopFor } from '../harness/loop.js';
import { answer } from '../harness/question.js';
import { heapReached } from './heap.js';

/** Bytes per call that stay reachable over a long run of retry, circuit and timeout, its first fifth not counted. */
export async function doesTheHeapStayFlat(calls: number): Promise<Finding> {
  const subject = retryCircuitTimeout.subjects.find(({ role }) => role === 'ours');
  if (!subject) throw new Error('nobody to ask');
  const call = subject.protect(answer, retryCircuitTimeout.measured ?? 0);
  const loop = loopFor('value');
  const tenth = Math.ceil(calls / 10);

  const heap: number[] = [];
  for (let part = 0; part < 10; part++) {
    await loop(call, tenth);
    heap.push(await heapReached());
  }
  const [settled, last] = [heap[1] as number, heap[9] as number];
  const growths = heap.slice(2).map((bytes, part) => (bytes - (heap[part + 1] as number)) / tenth);
  const row = {
    subject: subject.name,
    role: subject.role,
    value: (last - settled) / (8 * tenth),
    low: Math.min(...growths),
    high: Math.max(...growths),
  };
  const asks = `How many bytes of each call stay on the heap, over ${calls.toLocaleString('en')} calls?`;
  return { id: 'heap-growth', asks, unit: 'bytes', rows: [row] };
}
