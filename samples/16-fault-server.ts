import { protect } from 'holdfast';
import { type Fault, startFaultServer } from 'holdfast/fault-server';
import { RestClient } from 'holdfast/http';

// A real server that fails on command, and a client that only sends: what protects is around the function.
const server = await startFaultServer();
const rest = new RestClient({ name: 'orders', baseURL: server.url, retry: false, circuitBreaker: false });

/** Orders once, however often it has to be sent: the id of the order is its idempotency key. */
const order = protect(
  async (id: string) => (await rest.post<{ id: number }>('/msg', { idempotencyKey: id })).data.id,
  { retry: { maxAttempts: 4, delay: 10 }, timeout: '300ms' },
  { id: 'order' },
);

const faults: readonly Fault[] = [
  { kind: 'status', status: 503, count: 2 },
  { kind: 'hang', count: 1 },
  { kind: 'reset', count: 1 }, // before the work is done
  { kind: 'reset', at: 'body', count: 1 }, // after it: the answer is lost
  { kind: 'truncate', framing: 'chunked', count: 1 },
];

for (const [index, fault] of faults.entries()) {
  server.fail(fault);
  server.journal.clear();
  const id = await order(`order ${index}`);
  const { count } = server.journal.summary();
  console.log(`${JSON.stringify(fault)}: message ${id} after ${count} requests`);
}

// The work for two of the orders was done before their answers were lost: asked again, the server gave what was there.
console.log(`${server.stats.replayed} answers given twice, no order made twice`);

rest.close();
await server.close();
