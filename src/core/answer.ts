import type { Call } from './call.js';
import { lifeOf } from './call-life.js';

/** What a server answered, as far as it concerns those who pace its clients. */
export interface Answer {
  readonly status: number;
  /** The header fields: a `Headers`, axios's, or a plain object. */
  readonly headers: unknown;
}

/** Has a call, or a part of one, tell what the servers answer that it asks. */
export function hearAnswers(call: Call, listener: (answer: Answer) => void): void {
  lifeOf(call).answered = listener;
}

/** Tells whoever paces a call what its server answered; for clients, which find the call by its signal or as the current one. */
export function tellAnswer(call: Call, answer: Answer): void {
  let part: Call | undefined = call;
  while (part !== undefined && part.life?.answered === undefined) part = part.parent;
  part?.life?.answered?.(answer);
}
