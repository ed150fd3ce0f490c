import {
  Call,
  type Clock,
  detachedCall,
  isRejected,
  type Next,
  type Policy,
  type Services,
  systemClock,
} from '../../../src/core/index.js';

/** What is wrong with a policy, the policy, and the tests that must fail for it. */
type Mutant = readonly [wrong: string, make: (services: Services) => Partial<Policy>, ...titles: string[]];

const value = 'gives a native promise of what the method gave, the same thing';
const error = 'rejects a native promise with what the method threw, the same thing';
const prompt = 'throws nothing, and gives a native promise, whatever the state of its call and runtime';
const once = 'reaches the method once for a call that succeeds';
const bounded = 'reaches the method no more often than its bounds say when it fails';
const passes = 'passes on the arguments, the instance and the site';
const attached = 'passes on the call itself, or a fork of it';
const forks = 'makes every further attempt on a fork of its own';
const unchanged = 'changes nothing of a call that others see';
const apart = 'keeps two methods apart, each with what is beneath it';
const says = 'says in one line what it does, and in plain numbers what it did and can cost';
const leaves = 'passes on the reason of a caller who leaves while the method runs, and does no more for it';
const waits = 'ends its own waits with the call, at once and with its reason';
const before = 'rejects with the reason of a caller who has left before, and does not call the method';
const neutral =
  'counts callers who leave for nothing, whatever comes of their calls later, and gives back what they held';
const refusals = 'counts refusals from further in for nothing, and gives back what they held';
const observed = 'leaves no rejection unobserved';
const alarms = 'leaves no alarm behind when calls are over';
const timers = 'leaves no timer of its own behind, beside the clock of its runtime';
const listeners = 'leaves no listener on the signal of a caller';
const holds = 'holds on to no call that is over, nor to its arguments';
const many = 'answers ten thousand calls at once, each with its own value';
const counted = 'has every call counted once';
const events = 'tells of events of its own alone, each with the site';
const ends = 'ends with its runtime: waits are over, and nothing is left behind';

/** A policy that is broken in what it does with each call. */
function step(around: (next: Next, services: Services) => Next): Mutant[1] {
  return (services) => ({ wrap: (next) => around(next, services) });
}

/** Repeats a call until it succeeds, so many times. */
async function again(next: Next, call: Call, times: number, pause: () => Promise<void>): Promise<unknown> {
  try {
    return await next(call);
  } catch (failure) {
    if (times === 1) throw failure;
    await pause();
    return again(next, call.fork(call.attempt + 1), times - 1, pause);
  }
}

const repeats = { bounds: ({ duration }: { duration: number }) => ({ attempts: 3, duration }) };

/** A policy that makes three attempts, and is broken in how it pauses between them. */
function repeating(pause: (clock: Clock, call: Call) => Promise<void>): Mutant[1] {
  return ({ clock }) => ({ ...repeats, wrap: (next) => (call) => again(next, call, 3, () => pause(clock, call)) });
}

/** A policy that refuses calls after five failures, and is broken in what it counts as one. */
function refusing(isFailure: (thrown: unknown, call: Call) => boolean): Mutant[1] {
  return () => {
    let failures = 0;
    return {
      wrap: (next) => (call) =>
        failures > 5
          ? Promise.reject(new Error('too many failures'))
          : next(call).catch((thrown) => {
              if (isFailure(thrown, call)) failures++;
              throw thrown;
            }),
    };
  };
}

/** Policies that break one promise each. */
export const brokenPolicies: readonly Mutant[] = [
  ['copies values', step((next) => async (call) => structuredCloneOf(await next(call))), value],
  ['takes falsy values for none', step((next) => async (call) => (await next(call)) || undefined), value],
  [
    'wraps errors',
    step((next) => (call) => next(call).catch((cause) => Promise.reject(new Error('it failed', { cause })))),
    error,
  ],
  [
    'takes falsy errors for none',
    step((next) => (call) => next(call).catch((thrown) => (thrown ? Promise.reject(thrown) : undefined))),
    error,
  ],
  [
    'gives something that is only like a promise',
    step((next) => (call) => {
      const outcome = next(call);
      return { then: outcome.then.bind(outcome) } as unknown as Promise<unknown>;
    }),
    value,
    error,
    prompt,
  ],
  [
    'throws when a call has ended',
    step((next) => (call) => {
      if (call.ending) throw call.ending.reason;
      return next(call);
    }),
    prompt,
  ],
  [
    'throws when its runtime is closing',
    step((next, { closing }) => (call) => {
      if (closing.ending) throw closing.ending.reason;
      return next(call);
    }),
    prompt,
  ],
  ['calls the method twice', step((next) => (call) => next(call).then(() => next(call.fork()))), once],
  [
    'calls the method for a few calls alone',
    () => {
      let last: unknown;
      return {
        wrap: (next) => async (call) => {
          last ??= await next(call);
          return last;
        },
      };
    },
    once,
  ],
  ['repeats what its bounds do not say', step((next) => (call) => again(next, call, 4, async () => {})), bounded],
  [
    'passes on other arguments',
    step((next) => (call) => next(new Call(call.origin, call.target, [...call.args, 'more'], call))),
    passes,
  ],
  ['loses the instance', step((next) => (call) => next(new Call(call.origin, undefined, call.args, call))), passes],
  ['detaches calls', step((next) => (call) => next(detachedCall(call))), attached, leaves],
  [
    'repeats the call itself',
    () => ({ ...repeats, wrap: (next) => (call) => next(call).catch(() => next(call)) }),
    forks,
  ],
  [
    'sets a deadline on the call of others',
    step((next, { clock }) => (call) => {
      call.due = clock.now() + 1e9;
      return next(call);
    }),
    unchanged,
  ],
  [
    'changes what matters to others',
    step((next) => (call) => {
      call.priority = 'critical';
      return next(call);
    }),
    unchanged,
  ],
  [
    'ends the call of others',
    step((next) => (call) => next(call).finally(() => call.end(new Error('done')))),
    unchanged,
  ],
  [
    'knows the method that it was put around last',
    () => {
      let last: Next;
      return {
        wrap: (next) => {
          last = next;
          return (call) => last(call);
        },
      };
    },
    apart,
  ],
  ['says too much', () => ({ summary: 'one\ntwo' }), says],
  ['says nothing', () => ({ summary: '' }), says],
  ['has a text among its numbers', () => ({ stats: { passed: '3' as unknown as number } }), says],
  ['has bounds that are none', () => ({ bounds: () => ({ attempts: Number.NaN, duration: 0 }) }), says],
  [
    'costs less the more there is beneath',
    () => ({ bounds: ({ attempts, duration }) => ({ attempts: 10 - attempts, duration }) }),
    says,
  ],
  ['repeats for callers who have left', repeating(async () => {}), leaves],
  [
    'answers callers who have left with an error of its own',
    step((next) => (call) => next(call).catch((thrown) => Promise.reject(call.ending ? new Error('gone') : thrown))),
    leaves,
  ],
  ['waits without looking at its call', repeating((clock) => clock.sleep(1000)), waits, ends],
  [
    'waits to the end, and gives the reason then',
    repeating(async (clock, call) => {
      await clock.sleep(1000);
      if (call.halt) throw call.halt.reason;
    }),
    waits,
    ends,
  ],
  [
    'gives another reason for a wait that was cut short',
    repeating((clock, call) => clock.sleep(1000, call).catch(() => Promise.reject(new Error('no longer')))),
    waits,
  ],
  ['counts callers who leave as failures', refusing((thrown) => !isRejected(thrown)), neutral],
  ['counts refusals as failures', refusing((_, call) => !call.ending), refusals],
  [
    'keeps the place of a call that failed or left',
    () => {
      let running = 0;
      return {
        wrap: (next) => (call) =>
          ++running > 100
            ? Promise.reject(new Error('no place'))
            : next(call).then((result) => {
                running--;
                return result;
              }),
      };
    },
    neutral,
    refusals,
  ],
  [
    'lets rejections go unobserved',
    step((next) => (call) => {
      const outcome = next(call);
      outcome.then(() => undefined);
      return outcome;
    }),
    observed,
  ],
  [
    'forgets its alarms',
    step((next, { clock }) => (call) => {
      clock.later(1000, () => undefined);
      return next(call);
    }),
    alarms,
  ],
  [
    'forgets timers that are not of its runtime',
    step((next) => (call) => {
      setTimeout(() => undefined, 500).unref();
      return next(call);
    }),
    timers,
  ],
  [
    'goes by the clock of the process',
    step((next) => (call) => {
      const takeBack = systemClock.later(1e6, () => undefined);
      setTimeout(takeBack, 500).unref();
      return next(call);
    }),
    timers,
  ],
  [
    'forgets its listeners',
    step((next) => (call) => {
      const { signal } = (call.args.at(-1) ?? {}) as { readonly signal?: AbortSignal };
      if (signal instanceof AbortSignal) signal.addEventListener('abort', () => undefined);
      return next(call);
    }),
    listeners,
  ],
  [
    'remembers all calls',
    () => {
      const all: Call[] = [];
      return { wrap: (next) => (call) => next(all[all.push(call) - 1] as Call) };
    },
    holds,
  ],
  [
    'remembers the arguments of all calls',
    () => {
      const all = new Set<unknown>();
      return { wrap: (next) => (call) => next(all.add(call.args[0]) && call) };
    },
    holds,
  ],
  [
    'loses its way among many calls',
    () => {
      let last: unknown;
      return {
        wrap: (next) => async (call) => {
          last = await next(call);
          await undefined;
          return last;
        },
      };
    },
    many,
  ],
  ['says that it counts, and does not', () => ({ counts: true }), counted],
  [
    'tells of the events of others',
    step((next, { events: bus }) => (call) => {
      bus.emit('retry.scheduled', {
        site: call.site,
        attempt: 1,
        delay: 0,
        reason: 'error',
        error: undefined,
      } as never);
      return next(call);
    }),
    events,
  ],
  [
    'tells of events without their site',
    step((next, { events: bus }) => (call) => {
      bus.emit('broken.seen' as never, {} as never);
      return next(call);
    }),
    events,
  ],
  ['goes on when its runtime ends', repeating((clock, call) => clock.sleep(1000, ignoringClosing(call))), ends],
];

/** What must be named, but cannot be broken by a policy from outside: the pipeline sees to it. */
export const seenToByPipeline: readonly string[] = [before];

function ignoringClosing(call: Call) {
  return {
    get halt() {
      return call.ending;
    },
    onHalt: (listener: Parameters<Call['watch']>[0]) => call.watch(listener),
  };
}

function structuredCloneOf(result: unknown): unknown {
  return typeof result === 'function' ? result : structuredClone(result);
}
