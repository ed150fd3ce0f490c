import type { Call } from './call.js';
import type { CallReport } from './call-view.js';
import { RuntimeDisposedError, TimeoutError } from './errors.js';
import { type Ending, Lifetime } from './lifetime.js';

/** What only some calls need: how it ends, who watches for that, its signal, and the report that somebody asked for. */
export class CallLife extends Lifetime {
  report: CallReport | undefined = undefined;
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

/** What a call lives within: the call that it is a part of, the one around it, or its runtime. */
export function surrounding({ forkedFrom, outer, origin }: Call): Lifetime {
  const around = forkedFrom ?? outer;
  return around === undefined ? origin.lifetime : lifeOf(around);
}
