import { CircuitBreaker, defaultRuntime, Fallback, Retry } from 'holdfast';

class Feed {
  @Retry({ maxAttempts: 2, delay: '10ms', jitter: 'none' })
  @CircuitBreaker({ failureThreshold: 3 })
  @Fallback({ value: 'nothing new' })
  async latest(): Promise<string> {
    throw new Error('down');
  }
}

// Facts are told by name, with data; a listener can neither change nor break a call.
const { events } = defaultRuntime();
events.on('retry.scheduled', ({ site, attempt, delay }) => {
  console.log(`${site}: attempt ${attempt} failed, again in ${delay} ms`);
});
events.on('circuit.moved', ({ circuit, from, to }) => {
  console.log(`circuit ${circuit}: ${from} → ${to}`);
});

// '*' hears everything; what `on` returns stops it.
let heard = 0;
const stop = events.on('*', () => heard++);

const feed = new Feed();
for (let i = 0; i < 3; i++) console.log(await feed.latest());
stop();
console.log(`${heard} events in all`);

// Counters are kept whether anyone listens or not.
for (const { site, stats } of defaultRuntime().methods())
  console.log(site, { calls: stats.calls, attempts: stats.attempts });
