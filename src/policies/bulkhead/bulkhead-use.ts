import { type Call, prioritize, type Services } from '../../core/index.js';
import type { BulkheadUseSettings } from './bulkhead-options.js';
import { type OverloadJudge, overloadJudge } from './overload.js';
import { type Patience, steadyPatience } from './patience.js';
import { checkPriority, type PriorityChoice, returnedPriorityRule } from './rank.js';
import { checkWeight, returnedWeightRule, type Weight } from './weight.js';

/** How the calls of one use come to their bulkhead. */
export interface BulkheadUse {
  readonly weight: Weight;
  readonly priority: PriorityChoice | undefined;
  readonly patience: Patience;
  readonly judge: OverloadJudge;
}

/** Reads the options of one use. */
export function bulkheadUse(
  settings: BulkheadUseSettings,
  { clock, events }: Pick<Services, 'clock' | 'events'>,
): BulkheadUse {
  const { weight, priority, maxWait } = settings;
  return { weight, priority, patience: steadyPatience(maxWait, clock), judge: overloadJudge(settings, events) };
}

/** Tells whether all calls of a use are alike: each takes one slot, and none has a priority of its own. */
export function isPlain({ weight, priority }: BulkheadUse): boolean {
  return weight === 1 && priority === undefined;
}

/** How many slots a call takes. */
export function weigh({ weight }: BulkheadUse, call: Call): number {
  if (typeof weight === 'number') return weight;
  return checkWeight(weight.apply(call.target, call.args as unknown[]), '@Bulkhead', returnedWeightRule, call.site);
}

/** Gives a call the priority of its use, if that has one for it. */
export function givePriority({ priority }: BulkheadUse, call: Call): void {
  if (priority === undefined) return;
  const chosen = typeof priority === 'function' ? priority.apply(call.target, call.args as unknown[]) : priority;
  const level = checkPriority(chosen, '@Bulkhead', returnedPriorityRule, call.site);
  if (level !== undefined) prioritize(call, level);
}
