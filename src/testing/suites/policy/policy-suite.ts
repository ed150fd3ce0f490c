import { flag, maybe, optional, options, that } from '../../../core/index.js';
import { type DemandGroups, declareDemands } from '../demands.js';
import { checkSuite } from '../suite-input.js';
import type { TestRunner } from '../test-runner.js';
import { callDemands } from './policy-calls.js';
import { leavingDemands } from './policy-leaving.js';
import { remainsDemands } from './policy-remains.js';
import { stepDemands } from './policy-step.js';
import { type PolicyClaim, type PolicyDecorator, PolicyTrial } from './policy-trial.js';

/** What a policy promises beyond what every policy must; say false to what its kind changes. */
export interface PolicyClaims {
  /** The caller gets what the method gave. @default true */
  readonly values?: boolean;
  /** The caller gets what the method threw. @default true */
  readonly errors?: boolean;
  /** What runs for a call belongs to it, and ends with it; false where calls share one run. @default true */
  readonly attached?: boolean;
  /** The subjects of its events: `['stock']` for `stock.refused`. @default its kind */
  readonly events?: readonly string[];
}

const claimOptions = options<PolicyClaims>()('policySuite()', {
  values: optional(flag(), true),
  errors: optional(flag(), true),
  attached: optional(flag(), true),
  events: maybe(that<readonly string[]>(areWords, 'must be a list of words')),
});

const groups: DemandGroups<PolicyTrial, PolicyClaim> = {
  'a step': stepDemands,
  'the calls that it passes on': callDemands,
  'those who leave': leavingDemands,
  'what remains': remainsDemands,
};

/**
 * Tests all that a policy promises to those around it, each promise in a test of its own with a fresh runtime. `make` gives its decorator, with options that let
 * ten thousand calls pass at once, and four failures in a row. Throws InvalidOptionsError for claims that it does not know.
 *
 * ```ts
 * import { describe, it } from 'vitest';
 *
 * describe('@Tracked', () => {
 *   policySuite({ describe, it }, () => Tracked({ slowerThan: '10ms' }));
 * });
 * ```
 */
export function policySuite(runner: TestRunner, make: () => PolicyDecorator, given: PolicyClaims = {}): void {
  checkSuite('policySuite()', runner, make);
  const claims = claimOptions.complete(claimOptions.check(given), '');
  const { values, errors, attached, events } = claims;
  declareDemands(
    runner,
    groups,
    { values, errors, attached },
    {
      set: async () => new PolicyTrial(make(), { events }),
      clear: (trial) => trial.clear(),
    },
  );
}

function areWords(value: unknown): boolean {
  return Array.isArray(value) && value.every((word) => typeof word === 'string');
}
