import {
  type Call,
  type CallOrigin,
  callByHand,
  type Duration,
  enterCall,
  InvalidOptionsError,
  type Priority,
  prioritize,
  priorityOf,
  untilEnded,
  watchSignal,
} from '../../core/index.js';
import type { Bulkhead } from './bulkhead.js';
import type { Demand } from './demand.js';
import { hold } from './hold.js';
import { usualJudge } from './overload.js';
import { patienceOnce } from './patience.js';
import { checkPriority, rankOf } from './rank.js';
import { checkWeight } from './weight.js';

/** Work that is no protected method. */
export type Work<T> = () => PromiseLike<T> | T;

/** How such work waits for a slot. */
export interface ExecuteOptions {
  /** Ends the wait when it aborts; work that runs is left to itself at once, and keeps its slot until it settles. */
  readonly signal?: AbortSignal;
  /** The longest wait for a slot. @default Infinity */
  readonly maxWait?: Duration;
  /** The slots that it takes. @default 1 */
  readonly weight?: number;
  /** How much it matters; protected calls within it inherit it. @default that of the call around it, or else 'normal' */
  readonly priority?: Priority;
}

/** Runs work in a slot of a bulkhead, as a call of its own within the call around it. */
export async function execute<T>(
  bulkhead: Bulkhead,
  origin: CallOrigin,
  work: Work<T>,
  { signal, maxWait, weight, priority }: ExecuteOptions,
): Promise<T> {
  checkWork(work);
  const patience = patienceOnce(maxWait, origin.clock);
  const slots = checkWeight(weight ?? 1, 'Bulkhead.execute()');
  const level = checkPriority(priority, 'Bulkhead.execute()');
  if (signal?.aborted) throw signal.reason;
  const call = callByHand(origin, signal);
  if (level !== undefined) prioritize(call, level);
  if (signal) call.interruptible = true;
  const leave = signal && watchSignal(signal, () => call.end(signal.reason));
  try {
    const outcome = inSlot(bulkhead, call, { weight: slots, rank: rankOf(priorityOf(call)), patience }, work);
    if (call.interruptible) await untilEnded(call, outcome);
    return await outcome;
  } finally {
    leave?.();
  }
}

function checkWork(work: unknown): void {
  if (typeof work === 'function') return;
  throw new InvalidOptionsError({ decorator: 'Bulkhead.execute()', rule: 'takes a function', value: work });
}

async function inSlot<T>(bulkhead: Bulkhead, call: Call, demand: Demand, work: Work<T>): Promise<T> {
  if (call.halt) throw call.halt.reason;
  if (!bulkhead.enter(demand.weight) && !bulkhead.pass(demand)) {
    await bulkhead.wait(call, demand);
    bulkhead.take(call, demand.weight);
  }
  return await hold(bulkhead, demand.weight, call, usualJudge, async () => await started(call, work));
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
