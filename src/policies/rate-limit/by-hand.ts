import { type Call, type CallOrigin, callByHand, watchSignal } from '../../core/index.js';
import type { AcquireOptions } from './acquire-options.js';
import type { Hold } from './meter.js';

/** Who gives permits. */
interface Giver {
  take(weight: number): boolean;
  enter(call: Call, weight: number, maxWait: number): Promise<Hold>;
}

/** Takes permits for somebody who is no protected method, after a wait if need be; within the call around, if that can be seen. */
export async function acquireByHand(
  giver: Giver,
  origin: CallOrigin,
  weight: number,
  maxWait: number,
  { signal }: AcquireOptions,
): Promise<void> {
  if (signal?.aborted) throw signal.reason;
  const call = callByHand(origin, signal);
  const leave = signal && watchSignal(signal, () => call.end(signal.reason));
  try {
    throwIfHalted(call);
    if (!giver.take(weight)) (await giver.enter(call, weight, maxWait)).spend();
  } finally {
    leave?.();
  }
}

/** Lets a call go no further that has ended, or whose runtime is closing. */
export function throwIfHalted({ halt }: Call): void {
  if (halt) throw halt.reason;
}
