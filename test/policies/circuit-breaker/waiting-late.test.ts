import { describe, expect, it } from 'vitest';
import { protectForTest } from '../../../src/testing/index.js';

// A callee that was down for longer than callers had patience stayed "down": each trial was made with the calls that had waited
// longest, whose time was over before any answer could come, and failed by that, for as long as others kept coming.
describe('calls that wait for longer than some have patience', () => {
  it('do not keep a circuit open whose callee is well again', async () => {
    let down = true;
    const answer = () => new Promise((resolve) => clock.later(40, () => resolve('ok')));
    const method = async () => (down ? Promise.reject(new Error('down')) : answer());
    const circuitBreaker = {
      failureThreshold: 5,
      openFor: '200ms',
      halfOpenCalls: 3,
      successThreshold: 1,
      maxWait: '2s',
    } as const;
    const { call, clock, runtime } = protectForTest(method, { circuitBreaker, timeout: { total: '2s' } });
    const outcomes: string[] = [];
    const come = async (forMilliseconds: number) => {
      for (let passed = 0; passed < forMilliseconds; passed += 10) {
        const [at, state] = [clock.now(), down];
        call().then(
          () => outcomes.push(`${state ? 'down' : 'well'} ok`),
          (error) => outcomes.push(`${state ? 'down' : 'well'} ${error.name} ${clock.now() - at}`),
        );
        await clock.advance(10);
      }
    };

    await come(3000);
    down = false;
    await come(1000);
    expect(runtime.circuits.get('Service.method').state).toBe('closed');
    await clock.advance(2000);

    expect(outcomes.filter((outcome) => outcome === 'down ok').length).toBeGreaterThan(150);
    expect(outcomes.filter((outcome) => outcome.startsWith('well') && outcome !== 'well ok')).toEqual([]);
  });
});
