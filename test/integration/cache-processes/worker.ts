import { setTimeout as wait } from 'node:timers/promises';
import { type Cache, Cached, Runtime } from '../../../decorators/index.js';
import { type LmdbStore, lmdbStore } from '../../../src/stores/lmdb/index.js';
import type { Answer, Item, Order, Place } from './orders.js';

class Items {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  @Cached({
    name: 'items',
    key: (id: string) => id,
    tags: ({ id, version }: Item) => [`item:${id}`, `parity:${version % 2}`],
  })
  async item(id: string): Promise<Item> {
    const response = await fetch(`${this.#url}/items/${id}`);
    if (!response.ok) throw new Error(`the server said ${response.status}`);
    return (await response.json()) as Item;
  }
}

let items: Items;
let store: LmdbStore;
let runtime: Runtime;
let cache: Cache;

const say = (answer: Answer) => process.send?.(answer);

process.on('message', ({ number, order }: { readonly number: number; readonly order: Order }) => {
  obey(order).then(
    (done) => say({ to: number, done }),
    (error: unknown) => say({ to: number, failed: String(error) }),
  );
});

async function obey(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'open':
      return open(order.place);
    case 'call':
      return items.item(order.id);
    case 'get':
      return cache.get(order.id);
    case 'set':
      return cache.set(order.id, order.item);
    case 'delete':
      return cache.delete(order.id);
    case 'invalidate':
      return cache.invalidate(order.pattern);
    case 'clear':
      return cache.clear();
    case 'stats':
      return cache.stats;
    case 'written':
      return written();
    case 'write':
      return Promise.all([0, 1, 2, 3].map((lane) => write(`${order.name}${lane}`)));
    case 'close':
      await runtime.dispose();
      return store.close();
  }
}

function open({ path, url, ttl }: Place): void {
  store = lmdbStore({ path, sync: 'committed' });
  runtime = new Runtime();
  // The machine may be busy: what is tested here is no patience.
  runtime.caches.register('items', { ttl, staleIfError: '1d', store, storeTimeout: '10s' });
  items = new Items(url);
  runtime.bind(items);
  cache = runtime.caches.get('items');
}

/** What was loaded is written behind its call. */
async function written(): Promise<void> {
  while (cache.stats.stored < cache.stats.loads) await wait(1);
}

async function write(lane: string): Promise<void> {
  for (let version = 0; ; version++) {
    const id = `${lane}:${version % 40}`;
    await cache.set(id, { id, version, text: 'x'.repeat((version * 37) % 3000) }, { tags: [`item:${id}`] });
    say({ set: id, version });
  }
}
