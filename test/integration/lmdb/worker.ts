import { type LmdbStore, lmdbStore } from '../../../src/stores/lmdb/index.js';
import { type Answer, type Order, tagsOf, type Written } from './orders.js';

let store: LmdbStore;
let stopped = false;

const say = (answer: Answer) => process.send?.(answer);

process.on('message', (order: Order) => {
  obey(order).then(
    (done) => say({ done }),
    (error: unknown) => say({ failed: String(error) }),
  );
});

async function obey(order: Order): Promise<unknown> {
  if (order.do === 'open') store = lmdbStore(order.options);
  if (order.do === 'get') return (await store.get(order.key))?.value;
  if (order.do === 'set') return store.set(order.key, entryOf(order.value));
  if (order.do === 'delete') return store.delete(order.key);
  if (order.do === 'stop') stopped = true;
  if (order.do === 'write') await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map((lane) => write(`${order.name}:${lane}`)));
  return undefined;
}

/** Keys come again, so that entries and their tags are replaced all the time. */
async function write(lane: string): Promise<void> {
  for (let number = 0; !stopped; number++) {
    const key = `${lane}:${number % 50}`;
    const written: Written = { key, number, text: 'x'.repeat((number * 37) % 5000) };
    await store.set(key, entryOf(written, tagsOf(written)));
    say({ key, number });
  }
}

function entryOf(value: unknown, tags: readonly string[] = []) {
  const createdAt = Date.now();
  const until = createdAt + 3_600_000;
  return { value, createdAt, freshUntil: until, staleUntil: until, errorUntil: until, tags, version: '' };
}
