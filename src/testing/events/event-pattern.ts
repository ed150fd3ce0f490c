import type { EventName, Events } from '../../core/index.js';

/** A matcher of vitest or jest in the place of a value, such as `expect.any(Number)`. */
export interface AsymmetricMatcher {
  asymmetricMatch(actual: unknown): boolean;
}

/** What a value may be held against besides a value: a text by a RegExp, anything by a function that tells whether it will do. */
export type Matching<T> =
  | AsymmetricMatcher
  | ((actual: T) => boolean)
  | (unknown extends T ? RegExp : [Extract<T, string>] extends [never] ? never : RegExp);

/**
 * Some fields of a value: those that are left out may be anything. Nested objects are held against their own part, arrays whole, errors by class and
 * message (in the place of an error, its class alone will do), other instances by their fields (those that show none, only by themselves).
 */
export type Subset<T> = { readonly [K in keyof T]?: T[K] | Subset<T[K]> | Matching<T[K]> };

/** What is known of an event of that name: some of its fields, or a function that tells whether it is meant. */
export type EventPattern<Name extends EventName> = Subset<Events[Name]> | AsymmetricMatcher | EventTest<Name>;

/** Tells whether an event is meant. */
export type EventTest<Name extends EventName> = (event: Events[Name]) => boolean;

/** One event of several in order: its name, or its name and what is known of it. */
export type EventStep = EventName | { readonly [Name in EventName]: readonly [Name, EventPattern<Name>] }[EventName];

/** An event that is looked for; its pattern is undefined where its name is enough. */
export interface SoughtEvent {
  readonly name: EventName;
  readonly pattern: unknown;
}
