import assert from 'node:assert/strict';
import { Retry, Timeout } from 'holdfast';
import { RecordedEvents, testRuntime } from 'holdfast/testing';

class Payments {
  attempts = 0;

  @Retry({ maxAttempts: 3, delay: '10s', jitter: 'none' })
  @Timeout('30s')
  async charge(): Promise<string> {
    if (++this.attempts < 3) return new Promise(() => {}); // hangs
    return 'paid';
  }
}

// Minutes pass in no time: the test moves the clock, and every timeout and wait follows it.
const { runtime, clock } = testRuntime();
const events = new RecordedEvents(runtime);
const payments = new Payments();
runtime.bind(payments);

const charging = payments.charge();
await clock.advance(30_000);
assert.deepEqual(events.names, ['call.started', 'timeout.struck', 'retry.scheduled']);
assert.deepEqual(
  events.of('retry.scheduled').map(({ delay }) => delay),
  [10_000],
);

await clock.advance(10_000 + 30_000 + 20_000);
assert.equal(await charging, 'paid');
assert.equal(payments.attempts, 3);
assert.equal(clock.pending, 0); // no timer is left behind
console.log('tested: three attempts, two timeouts, waits of ten and twenty seconds');
