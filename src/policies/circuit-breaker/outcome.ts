/** What a call said about the callee, in bits; none of them set is a prompt success. */
export type Outcome = number;

export const succeeded: Outcome = 0;
export const failed: Outcome = 1;
export const slow: Outcome = 2;
export const timedOut: Outcome = 4;
