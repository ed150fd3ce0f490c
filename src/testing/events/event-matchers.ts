import type { EventName } from '../../core/index.js';
import type { ExplainOptions } from '../../runtime/index.js';
import { pipelinesOf } from '../pipelines/pipeline-description.js';
import { type ExpectedPipelines, findProtected } from '../pipelines/pipeline-finding.js';
import { recordBy, soughtBy, stepsBy, timesBy } from './event-checks.js';
import { type Finding, findEmitted, findInOrder, mustBeComplete } from './event-finding.js';
import type { EventPattern, EventStep } from './event-pattern.js';

/** What `expect` can do with these matchers; `R` is what its own ones return. */
export interface HoldfastMatchers<R = unknown> {
  /** Such an event was recorded at least once. */
  toHaveBeenEmitted<Name extends EventName>(name: Name, partial?: EventPattern<Name>): R;
  /** Such an event was recorded exactly so many times. */
  toHaveBeenEmittedTimes<Name extends EventName>(name: Name, times: number, partial?: EventPattern<Name>): R;
  /** These events were recorded in this order, with whatever else between them. */
  toHaveBeenEmittedInOrder(steps: readonly EventStep[]): R;
  /** Methods of a class, of an instance's class, or a protected function, have exactly these policies, as `assertPipeline()` compares them. */
  toBeProtectedBy(expected: ExpectedPipelines, options?: ExplainOptions): R;
}

/** What a matcher knows of its use, in vitest and jest alike. */
interface MatcherUse {
  readonly isNot?: boolean;
}

/**
 * Matchers for `expect.extend(matchers)`, in vitest and jest alike; `import 'holdfast/testing/vitest'` or `'holdfast/testing/jest'` does that, and
 * lets TypeScript know of them.
 *
 * ```ts
 * expect(events).toHaveBeenEmitted('circuit.moved', { to: 'open' });
 * expect(events).not.toHaveBeenEmitted('retry.exhausted');
 * expect(events).toHaveBeenEmittedTimes('retry.scheduled', 2, { delay: expect.any(Number) });
 * expect(events).toHaveBeenEmittedInOrder(['retry.scheduled', ['circuit.moved', { to: 'open' }]]);
 * expect(Payments).toBeProtectedBy({ charge: ['timeout.total', 'retry'] });
 * ```
 */
export const matchers = {
  toHaveBeenEmitted(this: MatcherUse, received: unknown, name: unknown, partial?: unknown): Finding {
    const record = recordBy('toHaveBeenEmitted()', received);
    if (this.isNot) mustBeComplete(record);
    return findEmitted(record, soughtBy('toHaveBeenEmitted()', name, partial));
  },

  toHaveBeenEmittedTimes(received: unknown, name: unknown, times: unknown, partial?: unknown): Finding {
    const record = recordBy('toHaveBeenEmittedTimes()', received);
    const sought = soughtBy('toHaveBeenEmittedTimes()', name, partial);
    const exactly = timesBy('toHaveBeenEmittedTimes()', times);
    mustBeComplete(record);
    return findEmitted(record, sought, exactly);
  },

  toHaveBeenEmittedInOrder(this: MatcherUse, received: unknown, steps: unknown): Finding {
    const record = recordBy('toHaveBeenEmittedInOrder()', received);
    if (this.isNot) mustBeComplete(record);
    return findInOrder(record, stepsBy('toHaveBeenEmittedInOrder()', steps));
  },

  toBeProtectedBy(received: object, expected: unknown, options?: ExplainOptions): Finding {
    return findProtected(pipelinesOf(received, options), expected, 'toBeProtectedBy()');
  },
};
