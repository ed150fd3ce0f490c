import type { EventName, Events } from '../../core/index.js';
import type { Failure } from './failure.js';

/** How much a line matters, in winston's usual words. */
export type Severity = 'warn' | 'info' | 'debug';

/** What there is a line for: what changes, is refused, repeated, late, injected, answered with something else, or sent over HTTP. */
export type LoggedEvent =
  | 'retry.scheduled'
  | 'retry.exhausted'
  | 'retry.budgetSpent'
  | 'hedge.started'
  | 'hedge.won'
  | 'circuit.moved'
  | 'circuit.thresholdReached'
  | 'circuit.refused'
  | 'circuit.waited'
  | 'circuit.probed'
  | 'throttle.refused'
  | 'rateLimit.refused'
  | 'rateLimit.waited'
  | 'rateLimit.adopted'
  | 'rateLimit.drained'
  | 'bulkhead.refused'
  | 'bulkhead.queued'
  | 'bulkhead.resized'
  | 'timeout.struck'
  | 'fallback.applied'
  | 'cache.servedStale'
  | 'cache.refreshFailed'
  | 'cache.storeFailed'
  | 'cache.unknown'
  | 'chaos.injected'
  | 'http.requested'
  | 'http.answered'
  | 'http.failed'
  | 'runtime.defaulted'
  | 'runtime.renamed'
  | 'runtime.disposed';

/** A sentence, and the facts beside it: names, numbers and errors; never a key, an argument or a result. */
export type Told = readonly [message: string, facts: Readonly<Record<string, unknown>>];

/** How one kind of event reads. */
export interface Line<Name extends LoggedEvent> {
  readonly usual: Severity;
  /** Undefined: this one is not worth a line. `failure` reads an error, `clean` takes secrets out of a text. */
  tell(
    event: Events[Name & EventName], // as events of the clients are unknown to those who do not use these
    failure: (error: unknown) => Failure | undefined,
    clean: (text: string) => string,
  ): Told | undefined;
}

/** How the events of some subjects read: all of them that there is a line for. */
export type LinesOf<Subject extends string> = {
  readonly [Name in Extract<LoggedEvent, `${Subject}.${string}`>]: Line<Name>;
};

/** A duration as a sentence tells it. */
export function whole(milliseconds: number): number {
  return Math.round(milliseconds);
}
