import { EventEmitter } from 'node:events';
import { Clock, callback, count, flag, maybe, optional, options, that } from '../../core/index.js';
import type { Leak, LeakKind } from './leak.js';

/** What is watched for leaks, and how patiently. */
export interface LeakOptions {
  /** Which kinds of things count. @default all of them */
  readonly kinds?: readonly LeakKind[];
  /** Signals on which no listener may stay; others are not seen. @default none */
  readonly signals?: readonly AbortSignal[];
  /** Emitters on which no listener may stay, beside the process itself. @default none */
  readonly emitters?: readonly EventEmitter[];
  /** Clocks on which no alarm may stay armed, beside that of the system. @default none */
  readonly clocks?: readonly Clock[];
  /** Whether timers and immediates count that do not keep the process alive. @default false */
  readonly unreferenced?: boolean;
  /** How many turns of the event loop things have to close by themselves, the later of a millisecond each. @default 100 */
  readonly grace?: number;
  /** Says what is no leak: things that are made once and stay, such as a pool of connections. */
  readonly ignore?: (leak: Leak) => boolean;
}

const kinds = [
  'timer',
  'immediate',
  'promise',
  'socket',
  'server',
  'listener',
  'alarm',
] as const satisfies readonly LeakKind[];

const leakOptions = options<LeakOptions>()('watchLeaks()', {
  kinds: optional(
    that<readonly LeakKind[]>(
      (value) => Array.isArray(value) && value.length > 0 && value.every((kind) => kinds.includes(kind)),
      `must be a list of at least one of ${kinds.join(', ')}`,
    ),
    kinds,
  ),
  signals: optional(listOf<AbortSignal>(AbortSignal, 'AbortSignals'), []),
  emitters: optional(listOf<EventEmitter>(EventEmitter, 'EventEmitters'), []),
  clocks: optional(listOf<Clock>(Clock, 'Clocks'), []),
  unreferenced: optional(flag(), false),
  grace: optional(count({ min: 1, max: 100_000 }), 100),
  ignore: maybe(callback<(leak: Leak) => boolean>()),
});

/** What is watched for, checked and complete. */
export type LeakSettings = ReturnType<typeof readLeakOptions>;

/** Checks what is to be watched for leaks. */
export function readLeakOptions(given: LeakOptions) {
  return leakOptions.complete(leakOptions.check(given), '');
}

function listOf<T>(type: abstract new (...args: never) => T, name: string) {
  const accepts = (value: unknown) => Array.isArray(value) && value.every((item) => item instanceof type);
  return that<readonly T[]>(accepts, `must be a list of ${name}`);
}
