import { type ErrorMatcher, isClass } from '../../core/index.js';
import type { FallbackRule } from './fallback-options.js';

/** Checks that every one of several can apply at all; tells which cannot, the first being 1. */
export function orderFault(rules: readonly FallbackRule[]): string | undefined {
  for (const [index, rule] of rules.entries()) {
    const before = rules.slice(0, index).findIndex((earlier) => hides(earlier, rule));
    if (before >= 0)
      return `must have the most specific first: number ${index + 1} can never apply, for number ${before + 1} takes all its errors`;
  }
  return undefined;
}

/** Tells whether an earlier rule takes every error that a later one is for, as far as their classes show it. */
function hides(earlier: FallbackRule, later: FallbackRule): boolean {
  if (earlier.except !== undefined) return false;
  if (earlier.on === undefined) return true;
  if (later.on === undefined) return false;
  const taken = [earlier.on].flat();
  return [later.on].flat().every((matcher) => taken.some((wider) => covers(wider, matcher)));
}

function covers(wider: ErrorMatcher, matcher: ErrorMatcher): boolean {
  return wider === matcher || (isClass(wider) && isClass(matcher) && matcher.prototype instanceof wider);
}
