import type { Channel, Events, Services } from '../../core/index.js';
import { BulkheadFullError } from './bulkhead-full-error.js';
import { BulkheadTimeoutError } from './bulkhead-timeout-error.js';
import type { SlotWait } from './slot-wait.js';

/** How full a bulkhead is. */
interface Load {
  readonly running: number;
  readonly queued: number;
}

/** Counts and tells what a bulkhead does, and words its refusals. */
export class BulkheadLog {
  readonly #name: string;
  readonly #queued: Channel<Events['bulkhead.queued']>;
  readonly #refused: Channel<Events['bulkhead.refused']>;
  readonly #resized: Channel<Events['bulkhead.resized']>;
  readonly #captureStacks: boolean;
  /** Calls that got their slots. */
  accepted = 0;
  /** Calls that found no room. */
  rejected = 0;
  /** Calls that had waited their longest. */
  timedOut = 0;
  /** Calls that lost their place. */
  shed = 0;

  constructor(name: string, { events, captureStacks }: Pick<Services, 'events' | 'captureStacks'>) {
    this.#name = name;
    this.#queued = events.channel('bulkhead.queued');
    this.#refused = events.channel('bulkhead.refused');
    this.#resized = events.channel('bulkhead.resized');
    this.#captureStacks = captureStacks;
  }

  /** A call waits. */
  queued(site: string, queued: number): void {
    if (this.#queued.heard) this.#queued.emit({ site, bulkhead: this.#name, queued });
  }

  /** There are more or fewer slots. */
  resized(from: number, to: number): void {
    if (this.#resized.heard) this.#resized.emit({ site: this.#name, bulkhead: this.#name, from, to });
  }

  /** A call has no place to wait in. */
  full(site: string, weight: number, { running, queued }: Load): BulkheadFullError {
    this.rejected++;
    this.#refuse(site, 'full');
    return new BulkheadFullError({ site, bulkhead: this.#name, weight, running, queued }, this.#captureStacks);
  }

  /** A call takes more slots than there ever are. */
  tooHeavy(site: string, weight: number, slots: number, { running, queued }: Load): BulkheadFullError {
    this.rejected++;
    this.#refuse(site, 'full');
    const facts = { site, bulkhead: this.#name, reason: 'weight', weight, slots, running, queued } as const;
    return new BulkheadFullError(facts, this.#captureStacks);
  }

  /** A call lost its place. */
  gaveWay({ call: { site }, weight }: SlotWait, { running, queued }: Load): BulkheadFullError {
    this.shed++;
    this.#refuse(site, 'shed');
    const facts = { site, bulkhead: this.#name, reason: 'shed', weight, running, queued } as const;
    return new BulkheadFullError(facts, this.#captureStacks);
  }

  /** A call has waited its longest. */
  late({ call: { site }, longest = 0 }: SlotWait): BulkheadTimeoutError {
    this.timedOut++;
    this.#refuse(site, 'timeout');
    return new BulkheadTimeoutError({ site, bulkhead: this.#name, after: longest }, this.#captureStacks);
  }

  #refuse(site: string, reason: Events['bulkhead.refused']['reason']): void {
    if (this.#refused.heard) this.#refused.emit({ site, bulkhead: this.#name, reason });
  }
}
