import { AssertionError } from 'node:assert';
import type { ExplainOptions } from '../../runtime/index.js';
import { pipelinesOf } from './pipeline-description.js';
import { type ExpectedPipelines, findProtected } from './pipeline-finding.js';

/**
 * Throws an AssertionError unless methods of a class, of an instance's class, or a protected function, have exactly these policies, outermost first,
 * each with at least these options. Methods that are not named are not looked at. Durations are equal when they are equally long (`'2s'` and
 * 2000), functions and classes when they have the same name; matchers such as `expect.any(Number)` may stand for any value.
 *
 * ```ts
 * assertPipeline(Payments, { charge: ['timeout.total', { place: 'retry', options: { maxAttempts: 4 } }] });
 * ```
 */
export function assertPipeline(subject: object, expected: ExpectedPipelines, options?: ExplainOptions): void {
  const { pass, message } = findProtected(pipelinesOf(subject, options), expected, 'assertPipeline()');
  if (!pass) throw new AssertionError({ message: message(), stackStartFn: assertPipeline });
}
