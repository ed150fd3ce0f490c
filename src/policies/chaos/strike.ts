import {
  argsFor,
  type Call,
  type Channel,
  type Clock,
  type Events,
  enterCall,
  InvalidOptionsError,
  letEnd,
  type Next,
  parseDuration,
} from '../../core/index.js';
import type { ChaosFunction } from './chaos-function.js';
import type { ChaosSettings } from './chaos-options.js';
import { isError } from './fault.js';
import { within } from './latency.js';

type Injected = Events['chaos.injected'];

/** Attempts into which nothing was injected (`passed`), and how often each thing was. */
export type ChaosStats = Record<Injected['what'] | 'passed', number>;

/** What is injected into one method, and where that is told. */
export interface ChaosUse extends Pick<ChaosSettings, 'behavior' | 'latency' | 'fault'> {
  /** The answer in place of the method's, if there is one. */
  readonly result: { readonly given: unknown } | undefined;
  readonly clock: Clock;
  readonly told: Channel<Injected>;
  readonly stats: ChaosStats;
}

/** One attempt that chance has picked: everything is injected into it in turn, and stands for what the method does. */
export class Strike {
  readonly #use: ChaosUse;
  readonly #call: Call;
  readonly #share: number;
  #spared = true;

  /** `share` tells where in its range a latency lies. */
  constructor(use: ChaosUse, call: Call, share: number) {
    this.#use = use;
    this.#call = call;
    this.#share = share;
  }

  async run(next: Next): Promise<unknown> {
    const { behavior, latency, fault, result, stats } = this.#use;
    this.#call.start();
    letEnd(this.#call); // the method may take hold of it later than those further out look whether to watch it
    if (behavior !== undefined) await this.#behave(behavior);
    if (latency !== undefined) await this.#delay(latency);
    if (fault !== undefined) this.#fail(fault);
    if (result !== undefined) return this.#answer(result.given);
    if (this.#spared) stats.passed++;
    return next(this.#call);
  }

  async #behave(behavior: ChaosFunction<unknown>): Promise<void> {
    this.#tell('behavior');
    await this.#ask(behavior);
    this.#goOn();
  }

  async #delay(latency: NonNullable<ChaosUse['latency']>): Promise<void> {
    const delay = typeof latency === 'function' ? this.#chosen(latency) : within(latency, this.#share);
    this.#goOn();
    if (delay === 0) return;
    this.#tell('latency', { delay });
    await this.#use.clock.sleep(delay, this.#call);
    this.#goOn(); // the wait and the call may be over in one tick
  }

  #fail(fault: ChaosFunction<unknown>): void {
    const error = this.#made(fault);
    this.#goOn();
    if (error === undefined) return;
    if (!isError(error)) throw this.#wrong('fault', 'must give an error, or undefined for none', error);
    this.#tell('fault', { error });
    this.#stoodIn();
    throw error;
  }

  #answer(given: unknown): unknown {
    this.#tell('result');
    this.#stoodIn();
    return typeof given === 'function' ? this.#ask(given as ChaosFunction<unknown>) : given;
  }

  #chosen(latency: ChaosFunction<unknown>): number {
    const chosen = this.#ask(latency);
    if (chosen === undefined || (typeof chosen === 'number' && chosen < 0)) return 0;
    const delay = parseDuration(chosen);
    if (delay !== undefined) return delay;
    throw this.#wrong('latency', 'must give a duration, or undefined for none', chosen);
  }

  /** A function may throw the error as well as return it. */
  #made(fault: ChaosFunction<unknown>): unknown {
    try {
      return this.#ask(fault);
    } catch (thrown) {
      return thrown;
    }
  }

  #ask(ask: ChaosFunction<unknown>): unknown {
    const before = enterCall(this.#call);
    try {
      return ask.call(this.#call.target, this.#call, ...argsFor(this.#call));
    } finally {
      enterCall(before);
    }
  }

  /** The attempt was made, as far as its caller is concerned. */
  #stoodIn(): void {
    if (this.#call.report) this.#call.report.attempts++;
  }

  /** Nothing more is done for whoever has left. */
  #goOn(): void {
    const { ending } = this.#call;
    if (ending) throw ending.reason;
  }

  #tell(what: Injected['what'], facts: Pick<Injected, 'delay' | 'error'> = {}): void {
    const { stats, told } = this.#use;
    const { site, attempt } = this.#call;
    this.#spared = false;
    stats[what]++;
    told.emit({ site, attempt, what, ...facts });
  }

  #wrong(option: string, rule: string, value: unknown): InvalidOptionsError {
    return new InvalidOptionsError({ decorator: '@Chaos', option, rule, value, site: this.#call.site });
  }
}
