import { type GivenPolicies, type Place, Resilient } from '../../decorators/index.js';
import type { AsyncFunction, Runtime } from '../../src/runtime/index.js';
import { ManualClock, type RecordedEvents, testRuntime } from '../../src/testing/index.js';

/** A protected method with the world around it in the test's hands. */
export interface ExchangedSubject<F extends AsyncFunction> {
  readonly call: (...args: Parameters<F>) => Promise<unknown>;
  readonly clock: ManualClock;
  readonly runtime: Runtime;
  readonly events: RecordedEvents;
}

/** The same as `protectForTest()`, with some places exchanged: shows what the one order is good for. */
export function exchanged<F extends AsyncFunction>(
  order: readonly [outer: Place, inner: Place],
  policies: GivenPolicies,
  method: F,
): ExchangedSubject<F> {
  const { clock, runtime, events } = testRuntime({ clock: new ManualClock({ together: true }) });
  class Service {
    @Resilient({ ...policies, order })
    async method(...args: any[]): Promise<unknown> {
      return method(...args);
    }
  }
  const service = new Service();
  runtime.bind(service);
  return { clock, runtime, events, call: (...args) => service.method(...args) };
}
