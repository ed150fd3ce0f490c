import { type BulkheadOptions, bulkhead } from '../src/policies/bulkhead/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';

/**
 * Lets only so many calls run at a time, so that one slow callee cannot take everything down. A number is short for `maxConcurrent`, a name for
 * the bulkhead of that name.
 *
 * ```ts
 * @Bulkhead({ maxConcurrent: 10, maxQueue: 50, maxWait: '1s' })
 * async render(page: string): Promise<Buffer> { … }
 * ```
 */
export function Bulkhead(options?: BulkheadOptions | number | string): AsyncMethodDecorator {
  return declarePolicy(bulkhead, options, Bulkhead);
}
