import assert from 'node:assert/strict';
import { Retry, Timeout } from 'holdfast';
import { flaky, testRuntime, watch, withoutLeaks } from 'holdfast/testing';

// What is protected fails as told: it hangs twice, then answers.
const attempt = flaky.scripted([{ hangs: true }, { hangs: true }, { value: 'paid' }]);

class Payments {
  @Retry({ maxAttempts: 3, delay: '10s', jitter: 'none' })
  @Timeout('30s')
  async charge(order: number): Promise<string> {
    return attempt(order);
  }
}

// Minutes pass in no time: the test moves the clock, and every timeout and wait follows it.
const { runtime, clock, events } = testRuntime();
const payments = new Payments();
runtime.bind(payments);

const charging = watch(payments.charge(7));
await clock.advance('30s');
assert.equal(charging.state, 'pending');
assert.deepEqual(events.names, ['call.started', 'timeout.struck', 'retry.scheduled']);
events.assertEmitted('retry.scheduled', { delay: 10_000 });

await clock.advance('1m'); // a wait of 10 s, an attempt of 30 s, a wait of 20 s
assert.equal(charging.value, 'paid');
assert.equal(attempt.calls, 3);
assert.deepEqual(attempt.log[2]?.args, [7]);

// Where only the outcome matters, the clock runs until it is there; and no timer, promise or listener is left behind.
const answer = await withoutLeaks(() => clock.runUntil(payments.charge(8)), { clocks: [clock] });
assert.equal(answer, 'paid');
console.log('tested: three attempts, two timeouts, waits of ten and twenty seconds');
