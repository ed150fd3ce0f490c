import {
  type Call,
  type CallOrigin,
  callByHand,
  type Duration,
  enterCall,
  untilEnded,
  watchSignal,
} from '../../core/index.js';
import type { Bulkhead } from './bulkhead.js';
import { type Patience, patienceOnce } from './patience.js';

/** Work that is no protected method. */
export type Work<T> = () => PromiseLike<T> | T;

/** How such work waits for a slot. */
export interface ExecuteOptions {
  /** Ends the wait when it aborts; work that runs is left to itself at once, and keeps its slot until it settles. */
  readonly signal?: AbortSignal;
  /** The longest wait for a slot. @default Infinity */
  readonly maxWait?: Duration;
}

/** Runs work in a slot of a bulkhead, as a call of its own within the call around it. */
export async function execute<T>(
  bulkhead: Bulkhead,
  origin: CallOrigin,
  work: Work<T>,
  { signal, maxWait }: ExecuteOptions,
): Promise<T> {
  const patience = patienceOnce(maxWait, origin.clock);
  if (signal?.aborted) throw signal.reason;
  const call = callByHand(origin, signal);
  const leave = signal && watchSignal(signal, () => call.end(signal.reason));
  try {
    const outcome = inSlot(bulkhead, call, patience, work);
    await untilEnded(call, outcome);
    return await outcome;
  } finally {
    leave?.();
  }
}

async function inSlot<T>(bulkhead: Bulkhead, call: Call, patience: Patience, work: Work<T>): Promise<T> {
  if (call.halt) throw call.halt.reason;
  if (!bulkhead.enter()) await bulkhead.wait(call, patience);
  try {
    return await started(call, work);
  } finally {
    bulkhead.leave();
  }
}

/** Starts the work as part of its call, so that protected calls within it end when that does. */
function started<T>(call: Call, work: Work<T>): PromiseLike<T> | T {
  const before = enterCall(call);
  try {
    return work();
  } finally {
    enterCall(before);
  }
}
