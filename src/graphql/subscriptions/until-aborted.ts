import { type Clock, watchSignal } from '../../core/index.js';

/** Waits; rejects with the signal's reason when that is aborted. */
export function sleepUntilAborted(clock: Clock, duration: number, signal: AbortSignal): Promise<void> {
  return clock.sleep(duration, {
    halt: signal.aborted ? { reason: signal.reason, timedOut: false } : undefined,
    onHalt: (listener) => watchSignal(signal, () => listener({ reason: signal.reason, timedOut: false })),
  });
}
