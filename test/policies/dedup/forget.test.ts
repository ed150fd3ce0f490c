import { expect, it } from 'vitest';
import { Call, EventBus, Lifetime, type Next } from '../../../src/core/index.js';
import { DedupPolicy, dedup } from '../../../src/policies/dedup/index.js';
import { ManualClock } from '../../../src/testing/index.js';

it('forget() lets the next call run on its own, on every instance, and leaves those who wait', async () => {
  class Users {}
  const site = { name: 'Users.find', className: 'Users', method: 'find', concrete: Users.prototype, parameters: 1 };
  const origin = { site: site.name, clock: new ManualClock(), lifetime: new Lifetime(), closing: new Lifetime() };
  const policy = new DedupPolicy(dedup.options.complete({}, site.name), site, new EventBus());
  const landings: ((value: unknown) => void)[] = [];
  const next: Next = () => new Promise((land) => landings.push(land));
  const find = policy.wrap(next);
  const [one, other] = [new Users(), new Users()];
  const call = (target: Users, ...args: unknown[]) => find(new Call(origin, target, args));

  const first = [call(one, 'a', 1), call(other, 'a', 1)];
  expect([policy.forget('a'), policy.forget(['a', 1]), policy.forget(['a', 1])]).toEqual([false, true, false]);
  const second = [call(one, 'a', 1), call(one, 'a', 1), call(other, 'a', 1)];
  landings.forEach((land, run) => void land(run));
  expect(await Promise.all([...first, ...second])).toEqual([0, 1, 2, 2, 3]);
  expect(policy.stats).toEqual({ leaders: 4, followers: 1, bypassed: 0, inFlight: 0 });
});
