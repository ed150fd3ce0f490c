import {
  argsFor,
  type Call,
  type CallLife,
  type Channel,
  type Clock,
  copyOf,
  type Events,
  enterCall,
  type Next,
  runAnywhere,
} from '../core/index.js';

/** Any function that can be protected. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export type AnyFunction = (this: any, ...args: any[]) => unknown;

/** The counters of a method that the innermost step keeps. */
export interface AttemptCount {
  attempts: number;
}

/** What the innermost step is made of. */
export interface Invocation {
  readonly method: AnyFunction;
  readonly count: AttemptCount;
  /** The current call is valid anywhere beneath the method. */
  readonly everywhere: boolean;
  readonly clock: Clock;
  readonly attempted: Channel<Events['call.attempted']>;
}

/** The innermost step: runs the method, and turns whatever it does into a native promise. */
export function invoke({ method, count, everywhere, clock, attempted }: Invocation): Next {
  const run = everywhere ? anywhere(method) : (call: Call) => method.apply(call.target, argsFor(call) as unknown[]);
  const start: Next = (call) => {
    count.attempts++;
    call.start();
    if (call.life !== undefined) countAttempt(call.life);
    const before = enterCall(call);
    let outcome: Promise<unknown>;
    try {
      outcome = Promise.resolve(run(call));
    } catch (error) {
      outcome = Promise.reject(error);
    }
    enterCall(before);
    return outcome;
  };
  return (call) => (attempted.heard ? timed(call, start, clock, attempted) : start(call));
}

/** Runs a method whose call is the current one in everything that it awaits. */
function anywhere(method: AnyFunction): (call: Call) => unknown {
  return (call) => runAnywhere(call, () => method.apply(call.target, argsFor(call) as unknown[]));
}

function countAttempt({ report }: CallLife): void {
  if (report !== undefined) report.attempts++;
}

/** Tells how long an attempt took, also when nobody waits for it any more. */
function timed(call: Call, start: Next, clock: Clock, attempted: Invocation['attempted']): Promise<unknown> {
  const startedAt = clock.now();
  const outcome = start(call);
  const { site, attempt } = call;
  const settled = (failed: boolean) => {
    attempted.emit({ site, attempt, kind: kindOf(call), elapsed: clock.now() - startedAt, failed });
  };
  outcome.then(
    () => settled(false),
    () => settled(true),
  );
  return outcome;
}

function kindOf(call: Call): Events['call.attempted']['kind'] {
  if (copyOf(call) > 0) return 'hedge';
  return call.attempt > 1 ? 'retry' : 'primary';
}
