import { currentCall, signalOf, type Waiting, watchSignal } from '../../core/index.js';
import type { FlakyBehavior } from './flaky-options.js';

/** What one call of a flaky function comes to. */
export type FlakyOutcome<T> = { readonly value: T } | { readonly error: unknown } | { readonly hangs: true };

/** One call that a flaky function got. */
export interface FlakyCall {
  readonly args: readonly unknown[];
  /** What it was called on. */
  readonly self: unknown;
  /** By the function's clock. */
  readonly startedAt: number;
  /** When it settled; undefined while it runs, and for ever where it hangs. */
  readonly endedAt: number | undefined;
}

/** A function or method that fails as it was told, and knows how it was called. */
export interface Flaky<T> {
  // biome-ignore lint/suspicious/noExplicitAny: it stands for methods with any parameters
  (...args: any[]): Promise<T>;
  /** How often it was called. */
  readonly calls: number;
  /** How many calls have not settled. */
  readonly running: number;
  /** The most that ran at a time. */
  readonly peak: number;
  /** Its calls, the oldest first; of more than 10 000 the latest. */
  readonly log: readonly FlakyCall[];
}

const longestLog = 10_000;

/** Makes a flaky function of a plan, which says what the call of a number, counted from 1, comes to. */
export function flakyFunction<T>(plan: (call: number) => FlakyOutcome<T>, behavior: FlakyBehavior): Flaky<T> {
  const log: { -readonly [K in keyof FlakyCall]: FlakyCall[K] }[] = [];
  const told = { calls: 0, running: 0, peak: 0, log };
  const { clock } = behavior;

  /** What makes an error may as well throw it. */
  function comeTo(call: number): FlakyOutcome<T> {
    try {
      return plan(call);
    } catch (error) {
      return { error };
    }
  }

  function flaky(this: unknown, ...args: unknown[]): Promise<T> {
    const outcome = comeTo(++method.calls);
    const call = { args, self: this, startedAt: clock.now(), endedAt: undefined as number | undefined };
    if (log.push(call) > longestLog) log.shift();
    method.peak = Math.max(method.peak, ++method.running);
    const settled = () => {
      method.running--;
      call.endedAt = clock.now();
    };
    return follow(outcome, behavior, args, settled);
  }

  const method = Object.assign(flaky, told);
  return method;
}

function follow<T>(outcome: FlakyOutcome<T>, behavior: FlakyBehavior, args: readonly unknown[], settled: () => void) {
  const { takes, obeysAbort, clock } = behavior;
  if (takes === 0 && !('hangs' in outcome)) {
    settled();
    return end(outcome);
  }
  const during = obeysAbort ? untilAbort(signalOf(args.at(-1)) ?? currentCall()?.signal) : undefined;
  const waited = 'hangs' in outcome ? hang(during) : clock.sleep(takes, during).then(() => end(outcome));
  return waited.finally(settled);
}

function end<T>(outcome: Exclude<FlakyOutcome<T>, { readonly hangs: true }>): Promise<T> {
  return 'error' in outcome ? Promise.reject(outcome.error) : Promise.resolve(outcome.value);
}

function hang(during: Waiting | undefined): Promise<never> {
  if (during?.halt) return Promise.reject(during.halt.reason);
  return new Promise((_, reject) => during?.onHalt(({ reason }) => reject(reason)));
}

function untilAbort(signal: AbortSignal | undefined): Waiting | undefined {
  if (signal === undefined) return undefined;
  const ending = () => ({ reason: signal.reason, timedOut: false });
  return {
    get halt() {
      return signal.aborted ? ending() : undefined;
    },
    onHalt: (listener) => watchSignal(signal, () => listener(ending())),
  };
}
