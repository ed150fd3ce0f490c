import type { Next, Policy } from '../core/index.js';

/** Nests policies around the innermost step, the first one outermost. */
export function compose(policies: readonly Pick<Policy, 'wrap'>[], innermost: Next): Next {
  return policies.reduceRight((next, policy) => policy.wrap(next), innermost);
}
