import {
  InvalidOptionsError,
  namePattern,
  type OptionSet,
  type Policy,
  policyKind,
  type Services,
  type Site,
} from '../src/core/index.js';
import { order, type Place } from '../src/pipeline/index.js';
import { catalogue, noteKind } from '../src/runtime/index.js';
import type { AsyncMethodDecorator } from './async-method-decorator.js';
import { declarePolicy } from './declare-policy.js';

/** A kind of policy of your own. */
export interface PolicyDefinition<Given extends object, Settings> {
  /** Its name, in events, metrics and `explain`. */
  readonly kind: string;
  /** The place that it stands right before (further out); or `after`. */
  readonly before?: Place;
  /** The place that it stands right after (further in). */
  readonly after?: Place;
  /** Its options, made with `option.options`. */
  readonly options: OptionSet<Given, Settings>;
  /** Makes the policy for one method; undefined where the options ask for nothing. */
  create(settings: Settings, site: Site, services: Services): Policy | undefined;
}

/** Adds a kind of policy from outside, placed in the one order; returns its decorator. */
export function definePolicy<Given extends object, Settings>(
  definition: PolicyDefinition<Given, Settings>,
): (options?: Given) => AsyncMethodDecorator {
  const { kind, before, after, options, create } = definition;
  if (typeof kind !== 'string' || !namePattern.test(kind) || Object.hasOwn(catalogue, kind))
    throw wrong('kind', 'must be a name that none of our kinds has', kind);
  if ((before === undefined) === (after === undefined)) throw wrong('before', 'or after must be given, and not both');
  const beside = (before ?? after) as Place;
  if (!order.includes(beside))
    throw wrong(before === undefined ? 'after' : 'before', `must be one of ${order.join(', ')}`, beside);
  const own = policyKind<Given, Settings>({
    kind,
    decorator: options.decorator,
    places: [kind],
    beside: before === undefined ? { after: beside } : { before: beside },
    options,
    create: (settings, site, services) => create(settings, site, services),
  });
  noteKind(kind);
  return function decorator(given?: Given) {
    return declarePolicy(own, given, decorator);
  };
}

function wrong(option: string, rule: string, ...value: readonly [unknown?]): InvalidOptionsError {
  return new InvalidOptionsError(
    { decorator: 'definePolicy()', option, rule, ...(value.length > 0 && { value: value[0] }) },
    definePolicy,
  );
}
