import { instancesFor, policyKind } from '../../core/index.js';
import { type AdaptiveThrottleOptions, adaptiveThrottleOptions, ofThrottle } from './adaptive-throttle-options.js';
import { AdaptiveThrottlePolicy } from './adaptive-throttle-policy.js';

/** AdaptiveThrottle as a kind of policy; `@AdaptiveThrottle('search')` is short for `name`. */
export const adaptiveThrottle = policyKind({
  kind: 'adaptiveThrottle',
  decorator: '@AdaptiveThrottle',
  places: ['adaptiveThrottle'],
  excludes: ['circuitBreaker'],
  options: adaptiveThrottleOptions,
  shorthand: (value): AdaptiveThrottleOptions | undefined => (typeof value === 'string' ? { name: value } : undefined),
  create: (settings, site, services, _place, given) => {
    const { throttles } = services.registries;
    const instances = instancesFor(throttles, settings, ofThrottle(given), site, services);
    return new AdaptiveThrottlePolicy(settings, instances, throttles.get(instances.name), services.events);
  },
});
