import { endable, type Policy, type PolicyKind, type Services, type Site } from '../core/index.js';
import { compose } from './compose.js';
import { guarded } from './guarded.js';
import { type AnyFunction, invoke } from './invoke.js';
import { endableFrom, isPrompt, order, rankOf, reorder } from './order.js';
import { type CallStats, CountedOutcomes } from './outcomes.js';
import { Pipeline } from './pipeline.js';
import type { PlacedPolicy } from './placed-policy.js';

/** The options of one kind on one method, all layers merged. */
export interface MergedSpec {
  readonly kind: PolicyKind;
  readonly options: object;
}

/** What a pipeline is built from. */
export interface Plan {
  readonly site: Site;
  readonly method: AnyFunction;
  readonly specs: readonly MergedSpec[];
  /** Places that are exchanged among each other, outermost first. */
  readonly order?: readonly string[];
  /** The current call is valid anywhere beneath the method. */
  readonly everywhere: boolean;
}

/** Brings a declaration to life: completes and checks all options, takes the shared instances, nests the policies. */
export function build(plan: Plan, services: Services): Pipeline {
  const { site, method, specs, everywhere } = plan;
  const places = plan.order === undefined ? order : reorder(plan.order);
  const limit = endableFrom(places);
  const stats: CallStats = { calls: 0, attempts: 0, successes: 0, failures: 0, cancelled: 0, errors: new Map() };
  const policies = specs.flatMap((spec) => placed(spec, site, services, places)).sort(fromOutside);
  const outside = policies.filter(({ rank }) => rank <= limit);
  const inside = policies.filter(({ rank }) => rank > limit);
  const end = { wrap: endable };
  const [outermost = end, ...within] = [...outside, end, ...inside];
  const attempted = services.events.channel('call.attempted');
  const inner = compose(within, invoke({ method, count: stats, everywhere, clock: services.clock, attempted }));
  const outcomes = new CountedOutcomes(stats);
  const counting = outside[0]?.policy.counts ? outermost.wrap(inner, outcomes) : undefined;
  return new Pipeline({
    site,
    services,
    stats,
    policies,
    everywhere,
    outcomes,
    counting,
    prompt: policies.every(({ place }) => isPrompt(place)),
    first: outermost.wrap(inner),
  });
}

interface RankedPolicy extends PlacedPolicy, Pick<Policy, 'wrap'> {
  readonly rank: number;
}

/** Two from outside at one place stand in the order of their names: that of the decorators means nothing. */
function fromOutside(a: RankedPolicy, b: RankedPolicy): number {
  return a.rank - b.rank || (a.kind < b.kind ? -1 : 1);
}

function placed(
  { kind, options }: MergedSpec,
  site: Site,
  services: Services,
  places: readonly string[],
): RankedPolicy[] {
  const settings = kind.options.complete(options, site.name);
  return kind.places.flatMap((place) => {
    const policy = kind.create(settings, site, services, place, options);
    if (policy === undefined) return [];
    const asked = { kind: kind.kind, options, settings, places: kind.places };
    return [{ ...asked, place, policy, wrap: wrapperOf(policy, kind), rank: rankOf(place, kind, places) }];
  });
}

function wrapperOf(policy: Policy, { beside }: PolicyKind): Policy['wrap'] {
  return (next, outcomes) => (beside === undefined ? policy.wrap(next, outcomes) : guarded(policy.wrap(next)));
}
