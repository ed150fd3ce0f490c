import { budgetFor, policyKind } from '../../core/index.js';
import { hedgeOptions } from './hedge-options.js';
import { HedgePolicy } from './hedge-policy.js';

/** Hedge as a kind of policy. */
export const hedge = policyKind({
  kind: 'hedge',
  decorator: '@Hedge',
  places: ['hedge'],
  options: hedgeOptions,
  create: (settings, site, services) =>
    new HedgePolicy(settings, budgetFor(settings.budget, site, services), site, services),
});
