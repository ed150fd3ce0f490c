import { CircuitBreaker, CircuitOpenError, Fallback, protect } from 'holdfast';
import { testRuntime } from 'holdfast/testing';

// It knows an order by its key, so one that comes twice is one order; and it may take an order without being able to say so.
const warehouse = { up: false, answers: 0, received: [] as string[] };

async function send(key: string): Promise<string> {
  if (!warehouse.up) throw new Error('down');
  warehouse.received.push(key);
  if (warehouse.answers-- <= 0) throw new Error('the answer got lost');
  return 'taken';
}

const { runtime, clock } = testRuntime();
const probe = async () => warehouse.up; // so that an outage ends without a customer who tries
const circuit = runtime.circuits.register('warehouse', { failureThreshold: 2, probe, probeEvery: '100ms' });

// The same circuit, and no fallback: what fails in the replay is in the outbox still.
const deliver = protect(send, { circuitBreaker: 'warehouse', retry: { delay: '10ms' } }, { runtime });

class Shop {
  readonly #outbox: string[] = []; // in memory: what must survive a crash belongs in a database
  #replaying = false;

  @Fallback({ method: 'queue', on: CircuitOpenError })
  @CircuitBreaker('warehouse')
  async order(key: string): Promise<string> {
    return send(key);
  }

  async queue(key: string): Promise<string> {
    if (this.#outbox.length === 3) throw new Error('the outbox is full'); // the newest is refused, nothing accepted is dropped
    this.#outbox.push(key);
    if (circuit.state === 'closed') void this.replay(); // it closed just after it had refused this one
    return 'accepted';
  }

  async replay(): Promise<void> {
    if (this.#replaying) return; // one at a time, the oldest first; new orders need not wait for it
    this.#replaying = true;
    for (let [key] = this.#outbox; key; [key] = this.#outbox) {
      const answer = await deliver(key).catch((error: Error) => error.message);
      console.log(`replay of ${key}: ${answer}`);
      if (answer === 'taken') this.#outbox.shift();
      else if (circuit.state !== 'closed') break; // until it moves again
    }
    this.#replaying = false;
  }
}

const shop = new Shop();
runtime.bind(shop);
runtime.events.on('circuit.moved', ({ to }) => to !== 'open' && void shop.replay());
for (const key of 'abcdef') console.log(key, await shop.order(key).catch((error: Error) => error.message));

Object.assign(warehouse, { up: true, answers: 1 }); // it comes back, and falters again in the middle of the replay
await clock.advance(150);
warehouse.answers = 100;
await clock.advance(150);
console.log(`received ${warehouse.received.join(' ')}: ${new Set(warehouse.received).size} orders`);
