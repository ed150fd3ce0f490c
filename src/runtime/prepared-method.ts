import type { CallStats, Pipeline } from '../pipeline/index.js';

/** A prepared method with its counters: what metrics, dashboards and `explain` read. */
export interface PreparedMethod {
  readonly site: string;
  /** The kinds of policies around it, outermost first. */
  readonly kinds: readonly string[];
  readonly stats: CallStats;
  /** The counters and summary of each policy, by its place. */
  readonly policies: readonly PreparedPolicy[];
}

/** One policy of a prepared method. */
export interface PreparedPolicy {
  readonly place: string;
  readonly kind: string;
  readonly summary: string;
  /** The shared instance that it uses, by its name in the registry. */
  readonly uses: string | undefined;
  readonly stats: Readonly<Record<string, number>>;
}

/** What a pipeline tells of itself. */
export function describeMethod({ site, stats, policies }: Pipeline): PreparedMethod {
  return {
    site,
    stats,
    kinds: [...new Set(policies.map(({ kind }) => kind))],
    policies: policies.map(({ place, kind, policy }) => ({
      place,
      kind,
      summary: policy.summary,
      uses: policy.uses,
      stats: policy.stats ?? {},
    })),
  };
}
