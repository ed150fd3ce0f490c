import * as v from 'valibot';
import { namePattern, nameRule } from '../checks.js';
import { type FieldFault, faultOf, withFields } from '../option-fields.js';
import { type Option, optional } from '../options.js';
import { isPlain } from '../plain.js';
import { type BudgetOptions, completeBudget } from './budget-options.js';

/**
 * Which budget the extra attempts of one use are taken from: `true` for that of the class, `false` for none, the name of a shared one, or options for
 * that of the class, or for a shared one with `name`.
 */
export type BudgetChoice = boolean | string | (BudgetOptions & { readonly name?: string });

const rule =
  'must be true, false, the name of a budget (a letter, then letters, digits, _ . : or -), or its options: ' +
  '{ ratio, minPerSecond, ttl }, { inFlight, min }, { quota, cost, timeoutCost } or { tokens, tokenRatio }, with a name or without';

/** The option by which a policy takes a budget; that of the class unless something else is said. */
export function budgetChoice(): Option<BudgetChoice | undefined, BudgetChoice> {
  return optional(withFields(v.custom<BudgetChoice>(isForm, rule), fieldFault), true);
}

function isForm(value: unknown): boolean {
  if (typeof value === 'string') return isName(value);
  return typeof value === 'boolean' || (typeof value === 'object' && value !== null && isPlain(value));
}

function fieldFault(choice: BudgetChoice): FieldFault | undefined {
  if (typeof choice !== 'object') return undefined;
  const { name, ...given } = choice;
  if (name !== undefined && !isName(name)) return { option: 'name', rule: nameRule, value: name };
  return faultOf(() => completeBudget(given, ''));
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && namePattern.test(value);
}
