import { setTimeout as wait } from 'node:timers/promises';
import { Cached, Dedup, defaultRuntime } from 'holdfast';

let asked = 0;

class Library {
  // Fresh for 500 ms; for ten seconds after that the old answer is given at once while a new one is fetched behind.
  @Cached({ ttl: '500ms', staleFor: '10s' })
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
const books = await Promise.all([library.book('1'), library.book('1'), library.book('1')]);
console.log(books[2], `(3 calls, asked ${asked} time)`);
console.log(await library.book('1'), '(fresh)');

await wait(600);
console.log(await library.book('1'), '(stale, at once)');
await wait(50);
console.log(await library.book('1'), '(refreshed behind)');

asked = 0;
await Promise.all(Array.from({ length: 100 }, () => library.loan('2')));
console.log(`100 loans at the same time, asked ${asked} time`);

const { hits, stale } = defaultRuntime().caches.get('Library.book').stats;
console.log({ hits, stale });
