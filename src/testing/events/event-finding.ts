import { AssertionError } from 'node:assert';
import { differences } from './event-difference.js';
import type { SoughtEvent } from './event-pattern.js';
import type { EventRecord, RecordedEvent } from './event-record.js';
import { tellFirst, tellNearMisses, tellRecord, tellRecorded, tellSought } from './event-text.js';

/** Whether something holds, and why not, or why all the same: what matchers of vitest and jest return. */
export interface Finding {
  readonly pass: boolean;
  message(): string;
}

/** Tells whether a recorded event is the one that is looked for. */
export function isSought({ name, event }: RecordedEvent, sought: SoughtEvent): boolean {
  return name === sought.name && (sought.pattern === undefined || differences(event, sought.pattern).length === 0);
}

/** Finds whether an event was emitted: so many times, or at least once. */
export function findEmitted(record: EventRecord, sought: SoughtEvent, times?: number): Finding {
  const places = record.all.flatMap((recorded, index) => (isSought(recorded, sought) ? [index] : []));
  const pass = times === undefined ? places.length > 0 : places.length === times;
  return {
    pass,
    message: () => (pass ? wasEmitted(record, sought, places, times) : wasNot(record, sought, places, times)),
  };
}

/** Finds whether events were emitted in that order, with whatever else between them. */
export function findInOrder(record: EventRecord, steps: readonly SoughtEvent[]): Finding {
  let from = 0;
  for (const [step, sought] of steps.entries()) {
    const found = record.all.findIndex((recorded, index) => index >= from && isSought(recorded, sought));
    if (found < 0) {
      const at = { step, from };
      return { pass: false, message: () => wasNotNext(record, sought, at) };
    }
    from = found + 1;
  }
  const order = steps.map(tellSought).join(', ');
  return {
    pass: true,
    message: () => `expected ${order} not to be emitted in this order, but they were\n\n${tellRecord(record)}`,
  };
}

/** Refuses to say what did not happen, or how often, when a part of the record is gone. */
export function mustBeComplete({ dropped }: EventRecord, stackStartFn?: (...args: never) => unknown): void {
  if (dropped === 0) return;
  const message = `the oldest events were dropped (${dropped}), so nobody knows what was not emitted, or how often: raise the limit, or clear() before`;
  throw new AssertionError({ message, ...(stackStartFn && { stackStartFn }) });
}

function wasEmitted(record: EventRecord, sought: SoughtEvent, places: readonly number[], times?: number): string {
  const [unwanted, came] = times === undefined ? ['', count(places.length)] : [count(times), ''];
  const { all, dropped } = record;
  const lines = places.map((index) => `  ${tellRecorded(all[index] as RecordedEvent, dropped + index + 1)}`);
  const wanted = `expected ${tellSought(sought)} not to be emitted${unwanted}, but it was${came}:`;
  return [wanted, ...tellFirst(lines)].join('\n');
}

function wasNot(record: EventRecord, sought: SoughtEvent, places: readonly number[], times?: number): string {
  const wanted = `expected ${tellSought(sought)} to be emitted${times === undefined ? '' : count(times)}`;
  const came = places.length === 0 ? 'it was not' : `it was${count(places.length)}`;
  return paragraphs(`${wanted}, but ${came}`, tellNearMisses(record, sought), tellRecord(record));
}

function wasNotNext(record: EventRecord, sought: SoughtEvent, { step, from }: { step: number; from: number }): string {
  const before =
    from === 0 ? '' : ` after ${tellRecorded(record.all[from - 1] as RecordedEvent, record.dropped + from)}`;
  const earlier = record.all.slice(0, from).findLastIndex((recorded) => isSought(recorded, sought));
  const but = earlier < 0 ? 'it was not' : `it was only before, as #${record.dropped + earlier + 1}`;
  const wanted = `expected ${tellSought(sought)}, number ${step + 1} of the order, to be emitted${before}, but ${but}`;
  return paragraphs(wanted, tellNearMisses(record, sought, from), tellRecord(record));
}

function count(times: number): string {
  return times === 1 ? ' once' : ` ${times} times`;
}

function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join('\n\n');
}
