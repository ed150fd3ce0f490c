import { type EventName, InvalidOptionsError, isClass, isPlainObject } from '../../core/index.js';
import { isAsymmetric } from './event-fit.js';
import { nameFault } from './event-names.js';
import type { SoughtEvent } from './event-pattern.js';
import type { EventRecord } from './event-record.js';

/** Checks what an event is asked for by; `asker` is named where that cannot be. */
export function soughtBy(asker: string, name: unknown, pattern: unknown): SoughtEvent {
  const fault = nameFault(name);
  if (fault !== undefined) throw wrong(asker, 'name', fault, name);
  if (!isPattern(pattern)) throw wrong(asker, 'partial', patternRule, pattern);
  return { name: name as EventName, pattern };
}

/** Checks events that are asked for in order. */
export function stepsBy(asker: string, steps: unknown): readonly SoughtEvent[] {
  if (!Array.isArray(steps) || steps.length === 0)
    throw wrong(asker, 'steps', 'must be a list of names, or of pairs of a name and what is known of the event', steps);
  return steps.map((step: unknown) => {
    if (!Array.isArray(step)) return soughtBy(asker, step, undefined);
    if (step.length === 2) return soughtBy(asker, step[0], step[1]);
    throw wrong(asker, 'steps', 'has a step that is no pair of a name and what is known of the event', step);
  });
}

/** How often an event can be expected, in words for error messages. */
export const timesRule = 'must be a whole number of at least 0';

/** Tells whether an event can be expected so often. */
export function isTimes(times: unknown): boolean {
  return Number.isSafeInteger(times) && (times as number) >= 0;
}

/** Checks how often an event is expected. */
export function timesBy(asker: string, times: unknown): number {
  if (isTimes(times)) return times as number;
  throw wrong(asker, 'times', timesRule, times);
}

/** Checks what a matcher was given to look at. */
export function recordBy(asker: string, received: unknown): EventRecord {
  const { all, dropped } = Object(received) as Partial<EventRecord>;
  if (Array.isArray(all) && typeof dropped === 'number') return received as EventRecord;
  throw wrong(asker, undefined, 'takes RecordedEvents', received);
}

const patternRule =
  'must be an object with some of its fields, a function that tells whether it is meant, or a matcher';

/** Events are plain objects: anything else, such as a class or a RegExp, would never fit one, and what did not happen would seem proved. */
function isPattern(pattern: unknown): boolean {
  if (pattern === undefined || isAsymmetric(pattern)) return true;
  if (typeof pattern === 'function') return !isClass(pattern);
  return isPlainObject(pattern);
}

function wrong(decorator: string, option: string | undefined, rule: string, value: unknown): InvalidOptionsError {
  return new InvalidOptionsError({ decorator, option, rule, value });
}
