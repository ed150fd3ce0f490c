import { flag, optional, options } from '../../../core/index.js';
import { answered } from '../answered.js';
import { type DemandGroups, declareDemands } from '../demands.js';
import { checkSuite } from '../suite-input.js';
import type { TestRunner } from '../test-runner.js';
import { busDemands } from './shared-state-bus.js';
import { circuitDemands } from './shared-state-circuits.js';
import { endDemands } from './shared-state-ends.js';
import { keyDemands } from './shared-state-keys.js';
import { leaseDemands } from './shared-state-leases.js';
import { lifeDemands } from './shared-state-life.js';
import { lossDemands } from './shared-state-losses.js';
import { permitTimeDemands } from './shared-state-permit-times.js';
import { permitDemands } from './shared-state-permits.js';
import { type SharedStateOnTrial, type StateClaim, StateTrial } from './shared-state-trial.js';

/** What can be tried of a shared state; say false to what `make` cannot give. */
export interface SharedStateClaims {
  /** Its time stands still until the test lets it pass; `make` gives `pass`. Without it, tests wait in real time. @default true */
  readonly stands?: boolean;
  /** It can tell how much it remembers; `make` gives `size`. @default true */
  readonly measured?: boolean;
  /** Its connections can be cut; `make` gives `cut` and `heal`. @default true */
  readonly severable?: boolean;
  /** It can be started anew without its data; `make` gives `restart`. @default true */
  readonly restarts?: boolean;
  /** It is opened with a prefix; `open` takes one. @default true */
  readonly prefixes?: boolean;
  /** Its clock is another than `Date` of this process, which a test sets wrong for a moment. @default true */
  readonly ownClock?: boolean;
}

const claimOptions = options<SharedStateClaims>()('sharedStateSuite()', {
  stands: optional(flag(), true),
  measured: optional(flag(), true),
  severable: optional(flag(), true),
  restarts: optional(flag(), true),
  prefixes: optional(flag(), true),
  ownClock: optional(flag(), true),
});

const groups: DemandGroups<StateTrial, StateClaim> = {
  permits: permitDemands,
  'permits in time': permitTimeDemands,
  circuits: circuitDemands,
  leases: leaseDemands,
  bus: busDemands,
  keys: keyDemands,
  'clocks and ends': endDemands,
  losses: lossDemands,
  'its life': lifeDemands,
};

/**
 * Tests all that a `SharedState` promises, each promise in a test of its own with a fresh back end. Throws InvalidOptionsError for claims that it does not know.
 *
 * ```ts
 * import { describe, it } from 'node:test';
 *
 * describe('the state in memory', () => {
 *   sharedStateSuite({ describe, it }, () => {
 *     const clock = new ManualClock();
 *     const state = memoryState({ clock });
 *     return { open: (prefix) => state.handle(prefix), pass: (duration) => clock.advance(duration) };
 *   }, { measured: false, severable: false, restarts: false });
 * });
 * ```
 */
export function sharedStateSuite(
  runner: TestRunner,
  make: () => SharedStateOnTrial | Promise<SharedStateOnTrial>,
  given: SharedStateClaims = {},
): void {
  checkSuite('sharedStateSuite()', runner, make);
  const claims = claimOptions.complete(claimOptions.check(given), '');
  declareDemands(runner, groups, claims, {
    set: async () => new StateTrial(await answered('make()', make())),
    clear: (trial) => trial.clear(),
  });
}
