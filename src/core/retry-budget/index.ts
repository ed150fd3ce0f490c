export { type BudgetChoice, budgetChoice } from './budget-choice.js';
export type { ExtraKind } from './budget-events.js';
export type {
  BudgetOptions,
  InFlightBudgetOptions,
  QuotaBudgetOptions,
  RatioBudgetOptions,
  TokenBudgetOptions,
} from './budget-options.js';
export type { AttemptResult } from './reserve.js';
export { RetryBudget, type RetryBudgetStats } from './retry-budget.js';
export { budgetFor, RetryBudgetRegistry } from './retry-budget-registry.js';
