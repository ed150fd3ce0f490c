import type { Next, Outcomes, Policy } from '../core/index.js';

/** Nests policies around the innermost step, the first one outermost; that one is handed `outcomes`. */
export function compose(policies: readonly Pick<Policy, 'wrap'>[], innermost: Next, outcomes?: Outcomes): Next {
  return policies.reduceRight(
    (next, policy, index) => policy.wrap(next, index === 0 ? outcomes : undefined),
    innermost,
  );
}
