import {
  type Call,
  enterCall,
  InvalidOptionsError,
  type Match,
  matchAny,
  type Next,
  type Outcomes,
  type Policy,
  RuntimeDisposedError,
  type Services,
  type Site,
} from '../../core/index.js';
import { type FallbackRule, type FallbackSource, type FallbackSourceClass, formFault } from './fallback-options.js';
import { keepFirst } from './first-failure.js';

/** Gives the substitute for one failed call. */
type Substitute = (call: Call, error: unknown) => unknown;

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

  constructor(rules: readonly FallbackRule[], site: Site, services: Services) {
    this.#services = services;
    this.#rules = rules.map((rule) => ({ applies: applies(rule), substitute: this.#substitute(rule, site) }));
  }

  get summary(): string {
    return this.#rules.length === 1 ? 'a substitute' : `${this.#rules.length} substitutes`;
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
    own.retrying = call.outer?.retrying ?? false;
    try {
      const value = await within(own, () => substitute(own, error));
      if (!call.ending) this.stats.answered++;
      return value;
    } catch (failure) {
      if (!call.ending) this.stats.failed++;
      keepFirst(failure, error);
      throw failure;
    } finally {
      own.release();
    }
  }

  #substitute(rule: FallbackRule, site: Site): Substitute {
    const fault = formFault(rule);
    if (fault) throw new InvalidOptionsError({ decorator: '@Fallback', rule: fault, site: site.name });
    if (rule.call) return bound(rule.call);
    if (rule.method !== undefined) return ownMethod(rule.method, site);
    if (rule.use) return this.#source(rule.use, site);
    return () => rule.value;
  }

  #source(use: FallbackSourceClass, site: Site): Substitute {
    if (typeof use.prototype.fallback !== 'function') {
      throw new InvalidOptionsError({
        decorator: '@Fallback',
        option: 'use',
        rule: 'must be a class with a method fallback(error, ...args)',
        value: use,
        site: site.name,
      });
    }
    let made: FallbackSource | undefined;
    return (call, error) => {
      made ??=
        (this.#services.resolve(use) as FallbackSource | undefined) ??
        new (use as unknown as new () => FallbackSource)();
      return made.fallback(error, ...(call.args as never[]));
    };
  }
}

function applies({ on, except }: FallbackRule): Match {
  const named = on === undefined ? undefined : matchAny(on);
  const excepted = except === undefined ? undefined : matchAny(except);
  return (error, call) => !excepted?.(error, call) && (named?.(error, call) ?? true);
}

function bound(call: NonNullable<FallbackRule['call']>): Substitute {
  return ({ target, args }, error) => call.apply(target, [error, ...args]);
}

function ownMethod(name: string, site: Site): Substitute {
  if (typeof (site.concrete as Record<string, unknown>)[name] !== 'function') {
    throw new InvalidOptionsError({
      decorator: '@Fallback',
      option: 'method',
      rule: 'must name a public method of the class',
      value: name,
      site: site.name,
    });
  }
  return ({ target, args }) => {
    const method = (target as Record<string, unknown>)[name] as (this: unknown, ...args: unknown[]) => unknown;
    return method.apply(target, args as unknown[]);
  };
}

function within(call: Call, run: () => unknown): unknown {
  const before = enterCall(call);
  try {
    return run();
  } finally {
    enterCall(before);
  }
}
