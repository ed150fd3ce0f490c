import { AssertionError } from 'node:assert';
import { isSought } from './event-finding.js';
import type { SoughtEvent } from './event-pattern.js';
import type { RecordedEvent } from './event-record.js';
import { tellSought } from './event-text.js';

interface Waiting extends SoughtEvent {
  resolve(event: unknown): void;
  reject(error: unknown): void;
}

/** Those who wait for an event that is yet to come. */
export class EventWaiting {
  readonly #waiting = new Set<Waiting>();
  #ended: string | undefined;

  /** Resolves with the next event that is looked for; rejects once it waits in vain, be that already so. */
  next(sought: SoughtEvent): Promise<unknown> {
    const next = new Promise<unknown>((resolve, reject) => {
      if (this.#ended === undefined) this.#waiting.add({ ...sought, resolve, reject });
      else reject(inVain(sought, this.#ended));
    });
    next.catch(() => undefined); // whoever waits no more, as after a failed test, is not told
    return next;
  }

  /** Lets those go who waited for this; a pattern that throws is told to whoever gave it. */
  tell(recorded: RecordedEvent): void {
    for (const waiting of this.#waiting) {
      try {
        if (!isSought(recorded, waiting)) continue;
        waiting.resolve(recorded.event);
      } catch (error) {
        waiting.reject(error);
      }
      this.#waiting.delete(waiting);
    }
  }

  /** Tells all others, and those who are yet to come, that they wait in vain. */
  end(reason: string): void {
    this.#ended ??= reason;
    for (const waiting of this.#waiting) waiting.reject(inVain(waiting, reason));
    this.#waiting.clear();
  }
}

function inVain(sought: SoughtEvent, reason: string): AssertionError {
  return new AssertionError({
    message: `nothing more will be recorded, so ${tellSought(sought)} will not come: ${reason}`,
  });
}
