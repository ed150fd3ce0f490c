import { describe, expect, it } from 'vitest';
import { markUnrepeatable } from '../../../src/core/index.js';
import { CircuitOpenError } from '../../../src/policies/circuit-breaker/index.js';
import type { GivenPolicies } from '../../../src/runtime/index.js';
import { Boom, flaky, protectForTest, watch } from '../../../src/testing/index.js';

describe('Retry after what may have been done all the same', () => {
  it.each<[string, NonNullable<GivenPolicies['retry']>]>([
    ['by itself', { maxAttempts: 3, delay: 0 }],
    ['although `on` names it', { maxAttempts: 3, delay: 0, on: Boom }],
    ['although its own rules would', { maxAttempts: 3, delay: 0, policy: { shouldRetry: () => true, delay: () => 0 } }],
    ['although it is nested', { maxAttempts: 3, delay: 0, nested: true }],
  ])('does not repeat the call: %s', async (_, retry) => {
    const error = new Boom('sent, and no answer');
    const method = flaky.failing([markUnrepeatable(error)], 'twice');
    const { call } = protectForTest(method, { retry });

    await expect(call()).rejects.toBe(error);
    expect(method.calls).toBe(1);
  });

  it('does not repeat an error that it caused either, and counts it as a failure in a circuit', async () => {
    const cause = markUnrepeatable(new Boom('sent'));
    const method = flaky.failing([new Error('payment failed', { cause })], 'twice');
    const { call, clock, runtime } = protectForTest(method, {
      retry: { maxAttempts: 3, delay: 0 },
      circuitBreaker: { name: 'bank', failureThreshold: 1 },
    });
    const seen = watch(call());
    await clock.advance(10);

    expect(seen.error).toMatchObject({ message: 'payment failed' });
    expect(method.calls).toBe(1);
    expect(runtime.circuits.get('bank').state).toBe('open');
  });

  it('repeats a refusal that is due to such an error of another call, as the refused call was not made', async () => {
    const refusal = new CircuitOpenError({
      site: 's',
      circuit: 'c',
      retryAfter: 0,
      cause: markUnrepeatable(new Boom('sent')),
    });
    const method = flaky.failing([refusal], 'closed again');
    const { call } = protectForTest(method, { retry: { maxAttempts: 2, delay: 0, on: CircuitOpenError } });

    expect(await call()).toBe('closed again');
  });
});
