import { InvalidOptionsError, type Priority, priorities } from '../../core/index.js';

/** How much the calls of one use matter: a priority, or a function of their arguments (`this` is the instance). */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are checked by the decorator
export type PriorityChoice = Priority | ((...args: any[]) => Priority | undefined);

const words = priorities.map((priority) => `'${priority}'`).join(', ');

/** What holds for the option, as the end of a sentence. */
export const priorityRule = `must be one of ${words}, or a function that returns one of them`;

/** The rank of those who go without first. */
export const lowestRank = priorities.length - 1;

/** Where a priority stands among all: 0 goes first. */
export function rankOf(priority: Priority): number {
  return priorities.indexOf(priority);
}

/** Tells whether the option can be read at all; what a function returns is known only once it is called. */
export function isPriorityChoice(choice: unknown): boolean {
  return typeof choice === 'function' || isPriority(choice);
}

/** Checks the priority that somebody asks for; undefined is that of the call around. */
export function checkPriority(
  priority: unknown,
  asker: string,
  rule = `must be one of ${words}`,
  site?: string,
): Priority | undefined {
  if (priority === undefined || isPriority(priority)) return priority;
  throw new InvalidOptionsError({ decorator: asker, option: 'priority', rule, value: priority, site });
}

/** What holds for the result of a function. */
export const returnedPriorityRule = `must return one of ${words}, or undefined`;

function isPriority(value: unknown): value is Priority {
  return priorities.includes(value as Priority);
}
