import type { Call, Ending } from './question.js';

/** Awaits `times` calls, one after the other, and returns the sum of their answers. */
export type Loop = (call: Call, times: number) => Promise<number>;

/** How many calls the ending 'hundred' has in flight at once. */
export const atOnce = 100;

const bodies: Record<Ending, string> = {
  value: 'for (let i = 0; i < times; i++) sum += await call();',
  refusal: 'for (let i = 0; i < times; i++) try { await call(); } catch { sum += 42; }',
  hundred: `for (let i = 0; i < times; i += ${atOnce}) {
    const calls = [];
    for (let j = 0; j < ${atOnce}; j++) calls.push(call());
    for (const value of await Promise.all(calls)) sum += value;
  }`,
};

const AsyncFunction = (async () => {}).constructor as new (...source: string[]) => Loop;

let loops = 0;

/**
 * Makes a loop that belongs to one subject alone. V8 keeps type feedback per piece of source, so a loop that all subjects
 * shared would call none of them directly, while a service calls a method from where it stands. Hence the number in the source.
 */
export function loopFor(ending: Ending): Loop {
  loops += 1;
  return new AsyncFunction('call', 'times', `/* ${loops} */ let sum = 0;\n${bodies[ending]}\nreturn sum;`);
}
