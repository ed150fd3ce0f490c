import type { Policy } from '../core/index.js';

/** A policy at its place. */
export interface PlacedPolicy {
  readonly place: string;
  readonly kind: string;
  readonly policy: Policy;
}
