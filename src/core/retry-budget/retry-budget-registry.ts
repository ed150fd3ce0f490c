import type { Site } from '../policy.js';
import { Registry } from '../registry.js';
import type { Services } from '../services.js';
import type { BudgetChoice } from './budget-choice.js';
import { type BudgetOptions, completeBudget, type GivenBudget } from './budget-options.js';
import { RetryBudget, type RetryBudgetStats } from './retry-budget.js';

declare module '../services.js' {
  interface Registries {
    readonly budgets: RetryBudgetRegistry;
  }
}

/** The budgets of one runtime, by name: those of classes by the names of these. */
export class RetryBudgetRegistry extends Registry<RetryBudget, GivenBudget> {
  constructor(services: Pick<Services, 'clock' | 'events'>) {
    super({
      decorator: 'RetryBudget',
      make: (name, given) => new RetryBudget(name, completeBudget(given, name), services),
      change: (budget, given, name) => budget.change(completeBudget(given, name)),
      complete: completeBudget,
      busy: () => false, // never split by key
    });
  }

  override register(name: string, given: BudgetOptions): RetryBudget {
    return super.register(name, given);
  }

  /** How every budget stands, by its name. */
  stats(): Record<string, RetryBudgetStats> {
    return Object.fromEntries([...this.entries()].map(([name, { stats }]) => [name, stats]));
  }
}

/** The budget that one use takes its extra attempts from; undefined for none. */
export function budgetFor(choice: BudgetChoice, site: Site, { registries }: Services): RetryBudget | undefined {
  if (choice === false) return undefined;
  if (choice === true) return registries.budgets.claim(site.className, {}, site.name);
  if (typeof choice === 'string') return registries.budgets.claim(choice, {}, site.name);
  const { name = site.className, ...given } = choice;
  return registries.budgets.claim(name, given, site.name);
}
