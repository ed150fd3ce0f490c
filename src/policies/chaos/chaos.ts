import { InvalidOptionsError, policyKind } from '../../core/index.js';
import { chaosOptions, formFault } from './chaos-options.js';
import { ChaosPolicy } from './chaos-policy.js';

/** Chaos as a kind of policy: no part of a pipeline unless it is enabled. */
export const chaos = policyKind({
  kind: 'chaos',
  decorator: '@Chaos',
  places: ['chaos'],
  options: chaosOptions,
  alternatives: ['fault', 'result'],
  create: (settings, site, services, _place, given) => {
    const wrong = formFault(given);
    if (wrong) throw new InvalidOptionsError({ decorator: '@Chaos', rule: wrong, site: site.name });
    if (!settings.enabled) return undefined;
    return new ChaosPolicy(settings, 'result' in given ? { given: given.result } : undefined, services);
  },
});
