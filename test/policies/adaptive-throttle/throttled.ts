import type { AdaptiveThrottleOptions } from '../../../src/policies/adaptive-throttle/index.js';
import type { GivenPolicies } from '../../../src/runtime/index.js';
import { Boom, protectForTest } from '../../../src/testing/index.js';

/** A callee that does as it is told behind a throttle, and chance in the test's hands: at first it spares every call. */
export function throttled(options: AdaptiveThrottleOptions = {}, others: GivenPolicies = {}) {
  const callee = { does: async (): Promise<unknown> => 'done', calls: 0 };
  const chance = { draws: 1 - Number.EPSILON, asked: 0 };
  const next = () => {
    chance.asked++;
    return chance.draws;
  };
  const method = (..._args: unknown[]) => {
    callee.calls++;
    return callee.does();
  };
  const world = protectForTest(method, { adaptiveThrottle: options, ...others }, { random: { next } });
  const throttle = world.runtime.throttles.get(options.name ?? 'Service.method');
  const times = async (count: number) => {
    for (let n = 0; n < count; n++) await world.call().catch(() => undefined);
  };
  const fail = (count: number) => {
    callee.does = () => Promise.reject(new Boom('overloaded'));
    return times(count);
  };
  const succeed = (count: number) => {
    callee.does = async () => 'done';
    return times(count);
  };
  return { ...world, callee, chance, throttle, fail, succeed };
}
