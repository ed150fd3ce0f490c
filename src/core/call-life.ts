import type { Answer } from './answer.js';
import type { Call } from './call.js';
import type { CallReport } from './call-view.js';
import { RuntimeDisposedError, TimeoutError } from './errors.js';
import { type Ending, Lifetime } from './lifetime.js';
import type { Priority } from './priority.js';

/** What only some calls need: how it ends, who watches for that, its signal, and the report that somebody asked for. */
export class CallLife extends Lifetime {
  report: CallReport | undefined = undefined;
  /** How much it matters, if somebody said so. */
  priority: Priority | undefined = undefined;
  /** Whoever paces it by what its server answers. */
  answered: ((answer: Answer) => void) | undefined = undefined;
  /** The number of the copy that it is of an attempt; 0 for the first one. */
  copy = 0;
  readonly #site: string;
  readonly #isPart: boolean;
  #controller: AbortController | undefined = undefined;
  #unlink: (() => void) | undefined = undefined;

  constructor(site: string, isPart: boolean, within: Lifetime) {
    super(within);
    this.#site = site;
    this.#isPart = isPart;
  }

  /** The signal that aborts when this ends; `fresh` when it was made just now. */
  openSignal(): { readonly signal: AbortSignal; readonly fresh: boolean } {
    if (this.#controller) return { signal: this.#controller.signal, fresh: false };
    const controller = new AbortController();
    this.#controller = controller;
    if (this.ending) controller.abort(this.ending.reason);
    else this.#unlink = this.watch(({ reason }) => controller.abort(reason));
    return { signal: controller.signal, fresh: true };
  }

  /** Leaves the signal as it is, whatever happens from now on. */
  closeSignal(): void {
    this.#unlink?.();
    this.#unlink = undefined;
  }

  /** What ends a call from around it is neutral for this one; an outer deadline is told as an inherited one. */
  asSeenHere({ reason }: Ending): Ending {
    if (reason instanceof RuntimeDisposedError)
      return { reason: new RuntimeDisposedError(this.#site), timedOut: false };
    if (!(reason instanceof TimeoutError)) return { reason, timedOut: false };
    return { reason: new TimeoutError('inherited', 0, { site: this.#site, cause: reason }), timedOut: false };
  }

  /** A part ends as its call does; a call of its own hears of the ending around it in its own words. */
  protected override inherit(outer: Ending): Ending {
    return this.#isPart ? outer : this.asSeenHere(outer);
  }
}

/** The life of a call: made when somebody first asks. */
export function lifeOf(call: Call): CallLife {
  call.life ??= new CallLife(call.site, call.forkedFrom !== undefined, surrounding(call));
  return call.life;
}

/** Somebody may end this call, and what it is a part of, at a time that those further out cannot foresee. */
export function letEnd(call: Call): void {
  for (let part: Call | undefined = call; part; part = part.forkedFrom) part.interruptible = true;
}

/** Says that a fork is a copy of an attempt: 1 for the first beside it. */
export function markCopy(fork: Call, copy: number): void {
  lifeOf(fork).copy = copy;
}

/** The number of the copy that a call is, or is a part of; 0 for what is none. */
export function copyOf(call: Call): number {
  for (let part: Call | undefined = call; part; part = part.forkedFrom) {
    if (part.life !== undefined && part.life.copy > 0) return part.life.copy;
  }
  return 0;
}

/** What a call lives within: the call that it is a part of, the one around it, or its runtime. */
export function surrounding({ parent, origin }: Call): Lifetime {
  return parent === undefined ? origin.lifetime : lifeOf(parent);
}
