import type { PreparedMethod, Runtime } from '../../runtime/index.js';

/** Tells the value of one series; values of the same series add up. */
export type Tell<Label extends string> = (labels: Readonly<Record<Label, string>>, value: number) => void;

/** One metric: what it is called, and how it is read from live runtimes when somebody scrapes. */
export interface Metric<Label extends string = string> {
  readonly type: 'counter' | 'gauge';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly Label[];
  /** How the workers of a cluster are put together. @default 'sum' */
  readonly aggregator?: 'average';
  /** Tells every series there can be, those at 0 included. */
  read(runtimes: readonly Runtime[], tell: Tell<Label>): void;
}

/** What one policy of one method has counted. */
export interface PolicyCounts {
  readonly site: string;
  readonly place: string;
  readonly stats: Readonly<Record<string, number>>;
}

/** All prepared methods of some runtimes. */
export function methodsOf(runtimes: readonly Runtime[]): PreparedMethod[] {
  return runtimes.flatMap((runtime) => [...runtime.methods()]);
}

/** All policies of one kind, with the method that each protects. */
export function policiesOf(runtimes: readonly Runtime[], kind: string): PolicyCounts[] {
  return methodsOf(runtimes).flatMap(({ site, policies }) =>
    policies.filter((policy) => policy.kind === kind).map(({ place, stats }) => ({ site, place, stats })),
  );
}
