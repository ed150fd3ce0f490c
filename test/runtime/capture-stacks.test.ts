import { describe, expect, it } from 'vitest';
import { InvalidOptionsError, type RejectedError } from '../../src/core/index.js';
import { type GivenPolicies, Runtime, type RuntimeOptions } from '../../src/runtime/index.js';
import { Boom, flaky, protectForTest, sequence, settle } from '../../src/testing/index.js';

const refusals: readonly [string, GivenPolicies][] = [
  ['CircuitOpenError', { circuitBreaker: { initialState: 'open' } }],
  ['ThrottledError', { adaptiveThrottle: { minimumCalls: 0 } }],
  ['RateLimitedError', { rateLimit: { limit: 1, per: '1h' } }],
  ['BulkheadFullError', { bulkhead: { maxConcurrent: 1 } }],
  ['BulkheadTimeoutError', { bulkhead: { maxConcurrent: 1, maxQueue: 1, maxWait: '1s' } }],
];

/** How the second of two calls is refused, or the first after a failure. */
async function refusedBy(policies: GivenPolicies, options: Pick<RuntimeOptions, 'captureStacks'>) {
  const { call, clock, runtime } = protectForTest(flaky.hanging(), policies, { ...options, random: sequence(0) });
  const throttle = runtime.throttles.find('Service.method');
  await throttle?.execute(() => Promise.reject(new Boom('overloaded'))).catch(() => undefined);
  call().catch(() => undefined);
  const refused = aCallerWithAName(call);
  await clock.advance(1000);
  return refused;
}

/** Shows in a stack. */
function aCallerWithAName(call: () => Promise<never>): Promise<RejectedError> {
  return call().catch((error) => error);
}

describe('captureStacks', () => {
  it.each(refusals)('is false where nothing is said: %s has no stack', async (name, policies) => {
    const refusal = await refusedBy(policies, {});
    expect(refusal.name).toBe(name);
    expect(refusal.stack).toBe(`${name}: ${refusal.message}`);
  });

  it.each(refusals)('keeps the stack of %s, which begins where it was made', async (name, policies) => {
    const refusal = await refusedBy(policies, { captureStacks: true });
    const [head, first] = (refusal.stack ?? '').split('\n');
    expect(head).toBe(`${name}: ${refusal.message}`);
    expect(first).toMatch(/^ {4}at /);
    expect(refusal.stack).not.toContain(`new ${name}`);
  });

  it('shows who called what was refused at once', async () => {
    for (const [, policies] of refusals.slice(0, 4)) {
      const { stack } = await refusedBy(policies, { captureStacks: true });
      expect(stack).toContain('aCallerWithAName');
    }
  });

  it('leaves the stacks of other errors as they are', async () => {
    const limit = Error.stackTraceLimit;
    await refusedBy({ circuitBreaker: { initialState: 'open' } }, { captureStacks: true });
    await refusedBy({ circuitBreaker: { initialState: 'open' } }, { captureStacks: false });
    await settle();
    expect(Error.stackTraceLimit).toBe(limit);
  });

  it('is true or false', () => {
    expect(() => new Runtime({ captureStacks: 'always' as never })).toThrow(InvalidOptionsError);
    expect(() => new Runtime({ captureStacks: 'always' as never })).toThrow(
      "Runtime: captureStacks must be true or false, but got 'always'",
    );
  });
});
