import type { Policy, PolicyKind } from '../core/index.js';

/** A policy at its place. */
export interface PlacedPolicy {
  readonly place: string;
  readonly kind: string;
  readonly policy: Policy;
  /** What was asked for, all layers merged, as it was written. */
  readonly options: object;
  /** The same, complete and read. */
  readonly settings: object;
  /** All places of its kind, which the options are for. */
  readonly places: PolicyKind['places'];
}
