import { type Duration, policyKind } from '../../core/index.js';
import { type TimeoutOptions, timeoutOptions } from './timeout-options.js';
import { TimeoutPolicy } from './timeout-policy.js';

/** Timeout as a kind of policy, in two places of the order; `@Timeout('2s')` is short for `attempt`. */
export const timeout = policyKind({
  kind: 'timeout',
  decorator: '@Timeout',
  places: ['timeout.total', 'timeout.attempt'],
  options: timeoutOptions,
  shorthand: (value): TimeoutOptions | undefined =>
    typeof value === 'object' ? undefined : { attempt: value as Duration },
  create: ({ attempt, total, onTimeout }, _site, services, place) => {
    const scope = place === 'timeout.total' ? 'total' : 'attempt';
    const after = scope === 'total' ? total : attempt;
    if (after === undefined || after === 0 || after === Number.POSITIVE_INFINITY) return undefined;
    return new TimeoutPolicy({ scope, after, onTimeout }, services);
  },
});
