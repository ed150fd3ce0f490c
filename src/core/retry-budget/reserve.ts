/** How an attempt came out, as far as a budget is concerned. */
export type AttemptResult = 'success' | 'failure' | 'neutral';

/** What a budget is drawn from: the rule by which extra attempts are granted. Time is handed in, in monotonic milliseconds. */
export interface Reserve {
  /** A call begins: its first attempt is under way. */
  begin(now: number): void;
  /** Takes what one extra attempt costs, which is then under way; undefined when it is not granted. */
  take(now: number, error: unknown): number | undefined;
  /** An attempt is over; `taken` is what was taken for it, undefined for a first one. */
  settle(result: AttemptResult, taken: number | undefined): void;
  /** What is left, in the unit of the rule. */
  balance(now: number): number;
  /** As an operator reads it. */
  readonly summary: string;
}
