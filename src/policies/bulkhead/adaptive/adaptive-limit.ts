/** How many calls may run at a time, found by watching how they fare. */
export interface AdaptiveLimit {
  /** A whole number between the smallest and the largest limit that its settings allow. */
  readonly limit: number;
  /**
   * One call settled: after `rtt` ms, having found `running` calls when it began (itself included), `dropped` when its callee was overloaded. `now` is in
   * monotonic ms. True when the limit changed.
   */
  sample(rtt: number, running: number, dropped: boolean, now: number): boolean;
}
