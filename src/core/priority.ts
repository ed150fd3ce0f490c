import type { Call } from './call.js';
import { lifeOf } from './call-life.js';
import { rootOf } from './call-marks.js';
import { InvalidOptionsError } from './invalid-options.js';

/** How much a call matters, the most first: when there is not room for all, those that matter least go without. */
export const priorities = ['critical', 'high', 'normal', 'low'] as const;

/** How much a call matters when there is not room for all. */
export type Priority = (typeof priorities)[number];

/** The priority of a call: its own, or that of the call around it; 'normal' where nobody said. */
export function priorityOf(call: Call): Priority {
  for (let around: Call | undefined = call; around; around = around.parent) {
    if (around.life?.priority !== undefined) return around.life.priority;
  }
  return 'normal';
}

/** Gives a call a priority, with all its attempts and all calls within it that have none of their own. */
export function prioritize(call: Call, priority: Priority): void {
  if (!priorities.includes(priority)) {
    const rule = `must be one of ${priorities.join(', ')}`;
    throw new InvalidOptionsError({ decorator: 'a call', option: 'priority', rule, value: priority, site: call.site });
  }
  lifeOf(rootOf(call)).priority = priority;
}
