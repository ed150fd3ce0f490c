import { maybe, oneOf, options, that } from '../../core/index.js';
import type { Outcome } from '../exchange/exchange.js';

/** Which entries somebody wants to see. */
export interface JournalFilter {
  readonly method?: string;
  readonly path?: string;
  readonly outcome?: Outcome;
  /** By what the request named itself: `Idempotency-Key`, or else `X-Request-ID`. */
  readonly key?: string;
}

const longestText = 256;

const filterOptions = options<JournalFilter>()('journal', {
  method: textLike(/^[A-Z-]+$/, "must be a method as it is sent, such as 'GET'"),
  path: textLike(
    /^[/*][^?#]*$/,
    `must be one path without its query, such as '/items', of at most ${longestText} characters`,
  ),
  outcome: maybe(oneOf('answered', 'failed', 'refused', 'timedOut', 'abandoned', 'closed')),
  key: textLike(/^/, `must be one text of at most ${longestText} characters`),
});

/** Checks which entries somebody wants to see; the error names the field, the rule and the value. */
export function checkJournalFilter(given: object): JournalFilter {
  return filterOptions.check(given);
}

function textLike(form: RegExp, rule: string) {
  return maybe(
    that<string>((value) => typeof value === 'string' && value.length <= longestText && form.test(value), rule),
  );
}
