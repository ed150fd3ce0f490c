import type { BulkheadOptions, BulkheadSizes } from '../../../src/policies/bulkhead/index.js';
import { type GivenPolicies, protect } from '../../../src/runtime/index.js';
import { RecordedEvents, testRuntime, watch } from '../../../src/testing/index.js';
import { gated } from './crowd.js';

/** Starts at 10, and judges by each single sample that comes 100 ms after the one before: one more, or a tenth less. */
export const quick = { algorithm: 'aimd', initialLimit: 10, window: 100, minSamples: 1 } as const;

/** A bulkhead that adapts quickly and has seen one call, with methods around it whose calls the test ends. */
export async function adapting(sizes: BulkheadSizes = {}, own: BulkheadOptions = {}) {
  const { runtime, clock } = testRuntime();
  const events = new RecordedEvents(runtime);
  const bulkhead = runtime.bulkheads.register('database', { adaptive: quick, ...sizes });
  const gate = gated();
  const use = (policies: GivenPolicies = {}, id = 'Service.method') =>
    protect(gate.method, { ...policies, bulkhead: { name: 'database', ...own } }, { runtime, id });
  await watchedSleep();
  return { runtime, clock, events, bulkhead, gate, use, call: use(), settle: () => clock.advance(0), crowd };

  /** One success, which no limit grows by: nobody else runs. */
  async function watchedSleep(): Promise<void> {
    watch(bulkhead.execute(() => clock.sleep(1)));
    await clock.advance(101);
  }

  /** Takes slots with calls that go on until the test ends them. */
  async function crowd(count: number): Promise<void> {
    const other = use({}, 'Service.other');
    for (let i = 0; i < count; i++) watch(other(`other ${i}`));
    await clock.advance(0);
  }
}
