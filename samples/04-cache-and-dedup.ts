import { setTimeout as wait } from 'node:timers/promises';
import { Cached, Dedup, defaultRuntime } from 'holdfast';

let asked = 0;

class Library {
  // Fresh for 50 ms; for a second after that the old answer is given at once while a new one is fetched behind.
  @Cached({ ttl: '50ms', staleFor: '1s', key: (isbn: string) => isbn })
  async book(isbn: string): Promise<string> {
    asked++;
    await wait(10);
    return `book ${isbn}, edition ${asked}`;
  }

  // Nothing is kept, but calls for the same at the same time are one.
  @Dedup()
  async loan(isbn: string): Promise<string> {
    asked++;
    await wait(10);
    return `loan ${isbn}`;
  }
}

const library = new Library();
console.log(await Promise.all([library.book('1'), library.book('1'), library.book('1')]), `asked ${asked} time`);

await wait(80);
console.log(await library.book('1'), '(stale, at once)');
await wait(30);
console.log(await library.book('1'), '(refreshed behind)');

asked = 0;
await Promise.all(Array.from({ length: 100 }, () => library.loan('2')));
console.log(`100 calls, asked ${asked} time`);

const { hits, stale, misses } = defaultRuntime().caches.get('Library.book').stats;
console.log({ hits, stale, misses });
