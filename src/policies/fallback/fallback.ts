import { InvalidOptionsError, policyKind } from '../../core/index.js';
import { type FallbackOptions, type FallbackRule, fallbackOptions, formFault } from './fallback-options.js';
import { FallbackPolicy } from './fallback-policy.js';

/** Fallback as a kind of policy; a function is short for `call`, a list for several substitutes. */
export const fallback = policyKind({
  kind: 'fallback',
  decorator: '@Fallback',
  places: ['fallback'],
  options: fallbackOptions,
  shorthand: readShorthand,
  alternatives: ['value', 'call', 'method', 'use', 'chain'],
  create: (_settings, site, services, _place, given) => {
    const wrong = formFault(given);
    if (wrong) throw new InvalidOptionsError({ decorator: '@Fallback', rule: wrong, site: site.name });
    return new FallbackPolicy(given, site, services);
  },
});

function readShorthand(value: unknown): FallbackOptions | undefined {
  if (typeof value === 'function') return { call: value as NonNullable<FallbackRule['call']> };
  return Array.isArray(value) ? { chain: value } : undefined;
}
