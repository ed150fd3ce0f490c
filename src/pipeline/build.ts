import { endable, type PolicyKind, type Services, type Site } from '../core/index.js';
import { compose } from './compose.js';
import { type AnyFunction, invoke } from './invoke.js';
import { endablePlace, order, rankOf, reorder } from './order.js';
import { type CallStats, Pipeline, type PlacedPolicy } from './pipeline.js';

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
  const limit = places.indexOf(endablePlace);
  const stats: CallStats = { calls: 0, attempts: 0, successes: 0, failures: 0, cancelled: 0, errors: new Map() };
  const policies = specs.flatMap((spec) => placed(spec, site, services, places)).sort((a, b) => a.rank - b.rank);
  const outside = policies.filter(({ rank }) => rank <= limit).map(({ policy }) => policy);
  const inside = policies.filter(({ rank }) => rank > limit).map(({ policy }) => policy);
  const steps = [...outside, { wrap: endable }, ...inside];
  return new Pipeline(site.name, services, stats, policies, compose(steps, invoke(method, stats, everywhere)));
}

interface RankedPolicy extends PlacedPolicy {
  readonly rank: number;
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
    return policy ? [{ place, kind: kind.kind, policy, rank: rankOf(place, kind, places) }] : [];
  });
}
