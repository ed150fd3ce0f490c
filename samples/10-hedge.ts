import { Hedge } from 'holdfast';
import { seededRandom, testRuntime } from 'holdfast/testing';

const { runtime, clock } = testRuntime();
const chance = seededRandom(1);
let requests = 0;

// Most answers take 20 to 40 ms. One in twenty takes half a second, for no fault of the question.
async function replica(): Promise<string> {
  requests++;
  await clock.sleep(chance.next() < 0.05 ? 500 : 20 + 20 * chance.next());
  return 'found';
}

class Search {
  async plain(): Promise<string> {
    return replica();
  }

  // After 50 ms a copy goes out. The first answer counts; the other copy is told by its signal that nobody waits for it.
  @Hedge({ delay: '50ms', idempotent: true })
  async hedged(): Promise<string> {
    return replica();
  }
}

async function measure(what: string, search: () => Promise<string>): Promise<void> {
  requests = 0;
  const took: number[] = [];
  for (let i = 0; i < 1000; i++) {
    const start = clock.now();
    void search().then(() => took.push(Math.round(clock.now() - start)));
  }
  await clock.advance(1000);
  took.sort((a, b) => a - b);
  console.log(`${what}: median ${took[500]} ms, p99 ${took[990]} ms, slowest ${took[999]} ms, ${requests} requests`);
}

const search = new Search();
runtime.bind(search);
await measure('plain', () => search.plain());
await measure('hedged', () => search.hedged());

for (const { site, policies } of runtime.methods()) console.log(site, policies[0]?.stats);
