import {
  type Bounds,
  type Call,
  enterCall,
  isNoted,
  type Match,
  matchAny,
  type Next,
  note,
  type Outcomes,
  type Policy,
  RuntimeDisposedError,
  retriedMark,
  type Services,
  type Site,
  untilEnded,
} from '../../core/index.js';
import type { FallbackOptions, FallbackRule } from './fallback-options.js';
import { keepFirst } from './first-failure.js';
import { type Substitute, substituteOf } from './substitute.js';

interface Rule {
  readonly applies: Match;
  readonly substitute: Substitute;
}

/** Answers with a substitute when everything further in has failed. */
export class FallbackPolicy implements Policy {
  readonly counts = true;
  /**
   * Calls that needed no substitute (`passed`) or that there was none for (`unanswered`), how often one was asked for (`applied`), and how
   * those came out (`answered`, `failed`). Calls that were ended from outside count for nothing.
   */
  readonly stats = { passed: 0, unanswered: 0, applied: 0, answered: 0, failed: 0 };
  readonly #rules: readonly Rule[];
  readonly #services: Services;
  readonly #atOnce: boolean;

  constructor(given: FallbackOptions, site: Site, services: Services) {
    const rules = given.chain ?? [given];
    const forAll = given.chain && applies(given);
    this.#services = services;
    this.#atOnce = rules.every((rule) => 'value' in rule);
    this.#rules = rules.map((rule) => ({
      applies: both(forAll, applies(rule)),
      substitute: substituteOf(rule, site, services),
    }));
  }

  get summary(): string {
    return this.#rules.length === 1 ? 'a substitute' : `${this.#rules.length} substitutes`;
  }

  /** A value is there at once; whatever else gives one takes as long as it takes. */
  bounds({ attempts, duration }: Bounds): Bounds {
    return { attempts, duration: this.#atOnce ? duration : Number.POSITIVE_INFINITY };
  }

  wrap(next: Next, outcomes?: Outcomes): Next {
    const { stats } = this;
    const pass = (value: unknown) => {
      stats.passed++;
      return outcomes === undefined ? value : outcomes.succeeded(value);
    };
    if (outcomes === undefined) return (call) => next(call).then(pass, (error) => this.#answer(call, error));
    return (call) => next(call).then(pass, (error) => outcomes.of(this.#answer(call, error), call));
  }

  async #answer(call: Call, error: unknown): Promise<unknown> {
    if (call.ending) throw error;
    const rule = error instanceof RuntimeDisposedError ? undefined : this.#ruleFor(call, error);
    if (!rule) {
      this.stats.unanswered++;
      throw error;
    }
    this.stats.applied++;
    this.#services.events.emit('fallback.applied', { site: call.site, error });
    if (call.report) call.report.from = 'fallback';
    return this.#run(rule.substitute, call, error);
  }

  /** A predicate that throws accepts nothing, and does not hide what the method threw. */
  #ruleFor(call: Call, error: unknown): Rule | undefined {
    try {
      return this.#rules.find(({ applies }) => applies(error, call));
    } catch (fault) {
      this.#services.events.blame(fault, `${call.site} @Fallback`);
      return undefined;
    }
  }

  /** The substitute sees a call of its own: no Retry repeats it, whatever repeated the method. */
  async #run(substitute: Substitute, call: Call, error: unknown): Promise<unknown> {
    const own = call.fork();
    note(own, retriedMark, call.outer !== undefined && isNoted(call.outer, retriedMark));
    try {
      const outcome = within(own, async () => substitute(own, error)) as Promise<unknown>;
      const value = await (own.interruptible ? untilEnded(own, outcome) : outcome);
      if (!call.ending) this.stats.answered++;
      return value;
    } catch (failure) {
      if (!call.ending) {
        this.stats.failed++;
        keepFirst(failure, error); // what ended the call is somebody else's, and stays as it is
      }
      throw failure;
    } finally {
      own.release();
    }
  }
}

function applies({ on, except }: FallbackRule): Match {
  const named = on === undefined ? undefined : matchAny(on);
  const excepted = except === undefined ? undefined : matchAny(except);
  return (error, call) => !excepted?.(error, call) && (named?.(error, call) ?? true);
}

/** The conditions beside a list hold for all of it. */
function both(forAll: Match | undefined, own: Match): Match {
  return forAll === undefined ? own : (error, call) => forAll(error, call) && own(error, call);
}

function within(call: Call, run: () => unknown): unknown {
  const before = enterCall(call);
  try {
    return run();
  } finally {
    enterCall(before);
  }
}
