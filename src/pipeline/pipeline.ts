import {
  Call,
  type CallOrigin,
  type CallReport,
  type Channel,
  type Clock,
  callBehind,
  type Events,
  type Lifetime,
  linkedCall,
  type Next,
  RuntimeDisposedError,
  type Services,
  signalOf,
  surroundingCall,
  TimeoutError,
  untilEnded,
  watchSignal,
} from '../core/index.js';
import type { Plan } from './build.js';
import type { CallStats, CountedOutcomes } from './outcomes.js';
import type { PlacedPolicy } from './placed-policy.js';
import { type ShortWay, shortWay } from './short-way.js';

/** What a pipeline is made of. */
export interface PipelineParts extends Pick<Plan, 'site' | 'everywhere'>, ShortWay {
  readonly services: Services;
  readonly stats: CallStats;
  readonly policies: readonly PlacedPolicy[];
}

/** A declaration brought to life: the policies of one method of one class, nested in the one order. */
export class Pipeline implements CallOrigin {
  readonly site: string;
  readonly clock: Clock;
  readonly lifetime: Lifetime;
  readonly closing: Lifetime;
  readonly policies: readonly PlacedPolicy[];
  readonly stats: CallStats;
  readonly outcomes: CountedOutcomes;
  readonly #first: Next;
  readonly #start: Next;
  /** Whoever is beneath a method can take hold of its call at any time. */
  readonly #everywhere: boolean;
  /** The runtime is being disposed: nothing is called any more. */
  #closed: boolean;
  /** Whether somebody listens to calls; as good as that where they are refused, or can be seen from beneath their method. */
  #watched: { readonly heard: boolean };
  readonly #started: Channel<Events['call.started']>;
  readonly #succeeded: Channel<Events['call.succeeded']>;
  readonly #failed: Channel<Events['call.failed']>;

  constructor({ site, services, stats, policies, everywhere, first, outcomes, counting, prompt }: PipelineParts) {
    this.site = site.name;
    this.outcomes = outcomes;
    this.#everywhere = everywhere;
    this.clock = services.clock;
    this.lifetime = services.lifetime;
    this.closing = services.closing;
    this.stats = stats;
    this.policies = policies;
    this.#first = first;
    this.#closed = services.closing.ending !== undefined;
    this.#watched =
      everywhere || this.#closed ? always : services.events.interest('call.started', 'call.succeeded', 'call.failed');
    this.#started = services.events.channel('call.started');
    this.#succeeded = services.events.channel('call.succeeded');
    this.#failed = services.events.channel('call.failed');
    this.#start = shortWay({ first, outcomes, counting, prompt }, (call, outcome) => this.#goOnClosely(call, outcome));
  }

  /** How many calls are under way. */
  get running(): number {
    const { calls, successes, failures, cancelled } = this.stats;
    return calls - successes - failures - cancelled;
  }

  /** Calls nothing any more: every call is refused with RuntimeDisposedError. */
  close(): void {
    this.#closed = true;
    this.#watched = always;
  }

  /** Runs one call. What nobody outside can end, and nobody watches, takes the short way. */
  run(target: unknown, args: readonly unknown[]): Promise<unknown> {
    const signal = args.length === 0 ? undefined : signalOf(args[args.length - 1]);
    if (signal !== undefined || this.#watched.heard || surroundingCall() !== undefined)
      return this.#runClosely(target, args, signal, undefined);
    this.stats.calls++;
    return this.#start(new Call(this, target, args));
  }

  /** Runs one call, and fills a report about it. */
  report(report: CallReport, target: unknown, args: readonly unknown[]): Promise<unknown> {
    return this.#runClosely(target, args, signalOf(args.at(-1)), report);
  }

  /** Somebody has taken hold of a call that was on the short way. */
  #goOnClosely(call: Call, outcome: Promise<unknown>): Promise<unknown> {
    return this.#finish(call, this.clock.now(), outcome);
  }

  /** Runs one call that has somebody around it who must hear of it, or of whom it must hear. */
  #runClosely(
    target: unknown,
    args: readonly unknown[],
    signal: AbortSignal | undefined,
    report: CallReport | undefined,
  ): Promise<unknown> {
    const outer = (signal && callBehind(signal)) ?? surroundingCall();
    if (this.#closed) return Promise.reject(new RuntimeDisposedError(this.site));
    const call = linkedCall(this, target, args, outer, signal !== undefined);
    call.report = report;
    if (this.#everywhere) call.interruptible = true;
    this.stats.calls++;
    const startedAt = this.clock.now();
    this.#started.emit({ site: this.site });
    return this.#finish(call, startedAt, this.#followed(call, signal, startedAt));
  }

  #finish(call: Call, startedAt: number, outcome: Promise<unknown>): Promise<unknown> {
    return outcome.then(
      (value) => this.#settled(call, startedAt, value),
      (error) => this.#gaveUp(call, startedAt, error),
    );
  }

  #followed(call: Call, signal: AbortSignal | undefined, now: number): Promise<unknown> {
    if (signal?.aborted) call.end(signal.reason);
    else if (call.deadline <= now) call.end(this.#tooLate(call, now));
    if (call.ending) return Promise.reject(call.ending.reason);
    if (signal === undefined) return call.interruptible ? untilEnded(call, this.#first(call)) : this.#first(call);
    const leave = watchSignal(signal, () => call.end(signal.reason));
    const outcome = untilEnded(call, this.#first(call));
    outcome.then(leave, leave);
    return outcome;
  }

  #tooLate(call: Call, now: number): TimeoutError {
    return new TimeoutError('inherited', Math.max(0, call.deadline - now), { site: this.site });
  }

  #settled(call: Call, startedAt: number, value: unknown): unknown {
    call.release();
    if (this.#succeeded.heard) this.#succeeded.emit({ site: this.site, elapsed: this.clock.now() - startedAt });
    return this.outcomes.succeeded(value);
  }

  #gaveUp(call: Call, startedAt: number, error: unknown): never {
    call.release();
    const cancelled = call.ending !== undefined;
    if (this.#failed.heard)
      this.#failed.emit({ site: this.site, elapsed: this.clock.now() - startedAt, error, cancelled });
    this.outcomes.failed(error, call);
    throw error;
  }
}

const always = { heard: true };
