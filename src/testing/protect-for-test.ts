import type { PresetName } from '../config/index.js';
import {
  type AsyncFunction,
  type GivenPolicies,
  type Protected,
  type ProtectOptions,
  protect,
} from '../runtime/index.js';
import { mustBeOptions, type TestRuntime, type TestRuntimeOptions, testRuntime } from './test-runtime.js';

/** What a test protects a function with, besides its policies. */
export interface ProtectForTestOptions extends TestRuntimeOptions, Pick<ProtectOptions, 'id'> {
  /** What the function is called in events, metrics and errors, whatever its own name. @default 'Service.method' */
  readonly id?: string;
}

/** A protected function, and the world around it in the test's hands. */
export interface ProtectedForTest<F extends AsyncFunction> extends TestRuntime {
  readonly call: Protected<F>;
}

/**
 * Protects a function in a runtime of its own, on a manual clock, with its events recorded: what a test of a policy, or of a choice of policies,
 * starts with.
 *
 * ```ts
 * const { call, clock, events } = protectForTest(fetchQuote, { retry: { delay: '1s', jitter: 'none' } });
 * const quote = call('ACME');
 * await clock.advance('1s');
 * assert.equal(await quote, 42);
 * events.assertEmitted('retry.scheduled', { delay: 1000 });
 * ```
 *
 * Throws InvalidOptionsError for wrong policies and options.
 */
export function protectForTest<F extends AsyncFunction>(
  fn: F,
  policies: GivenPolicies | PresetName,
  given: ProtectForTestOptions = {},
): ProtectedForTest<F> {
  mustBeOptions('protectForTest()', given);
  const { id = 'Service.method', ...options } = given;
  const world = testRuntime(options);
  return { ...world, call: protect(fn, policies, { id, runtime: world.runtime }) };
}
