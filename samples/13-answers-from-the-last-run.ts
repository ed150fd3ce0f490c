import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { Cached, Runtime } from 'holdfast';
import { lmdbStore } from 'holdfast/lmdb';

class Rates {
  constructor(readonly url: string) {}

  // The cache is shared by name; where it keeps its values, each run says below.
  @Cached({ name: 'rates', key: (currency: string) => currency })
  async rate(currency: string): Promise<string> {
    const answer = await fetch(`${this.url}/${currency}`);
    return `${currency} ${await answer.text()}`;
  }
}

/** One run of a program: it starts, asks for a rate, and ends. */
async function run(path: string, url: string): Promise<string> {
  const store = lmdbStore({ path });
  const runtime = new Runtime();
  runtime.caches.register('rates', { ttl: '1s', staleIfError: '7d', store });
  const rates = new Rates(url);
  runtime.bind(rates);
  try {
    const rate = await rates.rate('EUR');
    const { misses, hits, staleIfError } = runtime.caches.get('rates').stats;
    return `${rate} (${JSON.stringify({ misses, hits, staleIfError })})`;
  } finally {
    await runtime.dispose();
    await store.close();
  }
}

const path = mkdtempSync(join(tmpdir(), 'rates-'));
const server = createServer((_request, response) => response.end('1.0834'));
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

console.log('first run:', await run(path, url));
console.log('at once again:', await run(path, url)); // fresh still, out of the file

server.close();
server.closeAllConnections();
await wait(1100);
console.log('server down:', await run(path, url)); // too old to be fresh, but better than nothing

rmSync(path, { recursive: true });
