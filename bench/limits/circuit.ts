import type { Call } from '../harness/question.js';

/** What a call is told while the circuit is open. */
export class CircuitOpen extends Error {}

/** The handlers of one closed period; a late result calls those of a period that is over, which then say nothing. */
export interface Period {
  readonly succeeded: () => void;
  readonly failed: () => void;
}

/** Starts counting anew; calls `open` once, when enough has failed. */
export type Tally = (open: () => void) => Period;

/** A circuit that only observes: the promise of the call itself is what the caller gets. */
export function circuit(fn: Call, tally: Tally, refuse: () => Promise<never> = refuseWithError): Call {
  const openFor = 3_600_000;
  let openUntil = 0;
  let period = tally(open);

  function open(): void {
    openUntil = performance.now() + openFor;
    period = trial();
  }

  function trial(): Period {
    let over = false;
    const end = (then: () => void) => () => {
      if (over) return;
      over = true;
      then();
    };
    return { succeeded: end(close), failed: end(open) };
  }

  function close(): void {
    openUntil = 0;
    period = tally(open);
  }

  return () => {
    if (openUntil !== 0) {
      if (performance.now() < openUntil) return refuse();
      openUntil += openFor; // this call is the trial; the next one comes an hour later
    }
    const outcome = fn();
    outcome.then(period.succeeded, period.failed);
    return outcome;
  };
}

/** Opens after five failures in a row. */
export const fiveInARow: Tally = (open) => {
  let failures = 0;
  let over = false;
  return {
    succeeded: () => {
      failures = 0;
    },
    failed: () => {
      failures += 1;
      if (over || failures < 5) return;
      over = true;
      open();
    },
  };
};

/** Opens when half of the last hundred calls failed, once ten are known. */
export const halfOfAHundred: Tally = (open) => {
  const outcomes = new Uint8Array(100);
  let next = 0;
  let calls = 0;
  let failures = 0;
  let over = false;

  function record(outcome: 0 | 1): void {
    failures += outcome - (outcomes[next] as number);
    outcomes[next] = outcome;
    next = next === 99 ? 0 : next + 1;
    if (calls < 100) calls += 1;
  }

  return {
    succeeded: () => record(0),
    failed: () => {
      record(1);
      if (over || calls < 10 || failures * 2 < calls) return;
      over = true;
      open();
    },
  };
};

function refuseWithError(): Promise<never> {
  return Promise.reject(new CircuitOpen());
}
