import {
  anything,
  count,
  flag,
  InvalidOptionsError,
  maybe,
  type Option,
  optional,
  options,
  type Random,
  seededRandom,
  that,
} from '../core/index.js';
import { Runtime, type RuntimeOptions } from '../runtime/index.js';
import { isLimit, limitRule, RecordedEvents, type RecordingOptions } from './events/recorded-events.js';
import { watch } from './flaky/watch.js';
import { ManualClock, settle } from './manual-clock.js';

/** What a test gives its runtime: all that a runtime takes, and what is the test's own. */
export interface TestRuntimeOptions extends Omit<RuntimeOptions, 'clock'>, RecordingOptions {
  /** Makes chance repeat itself. Never together with `random`. @default 1 */
  readonly seed?: number;
  /** A clock that the test has already. @default a new one */
  readonly clock?: ManualClock;
  /** Whether events are recorded; `testRuntime()` takes `false` as well. @default true */
  readonly record?: true;
}

/** A runtime whose time and chance are the test's; disposing it also ends what still runs in it. */
export interface UnrecordedRuntime extends AsyncDisposable {
  readonly runtime: Runtime;
  readonly clock: ManualClock;
}

/** Such a runtime, and all that it tells from the start. */
export interface TestRuntime extends UnrecordedRuntime {
  readonly events: RecordedEvents;
}

/**
 * Makes a runtime on a manual clock, with chance from a seed, and records its events.
 *
 * ```ts
 * await using world = testRuntime({ without: ['retry'] });
 * const { runtime, clock, events } = world;
 * ```
 *
 * `without` and `only` leave out policies by kind. With `record: false` there are no `events`, and nobody listens: calls then take the shortest way.
 * Disposing stops the record, aborts calls that run (whatever the clock says) and disposes the runtime. Throws InvalidOptionsError.
 */
export function testRuntime(
  options: Omit<TestRuntimeOptions, 'limit' | 'record'> & { readonly record: false },
): UnrecordedRuntime;
export function testRuntime(options?: TestRuntimeOptions): TestRuntime;
export function testRuntime(
  given: Omit<TestRuntimeOptions, 'record'> & OwnOptions = {},
): UnrecordedRuntime | TestRuntime {
  mustBeOptions('testRuntime()', given);
  const { seed, clock: own, random, limit, record, ...others } = given;
  const settings = ownOptions.complete(ownOptions.check({ seed, random, clock: own, record, limit }), '');
  const clock = settings.clock ?? new ManualClock();
  const runtime = new Runtime({ ...others, clock, random: random ?? seededRandom(settings.seed ?? 1) });
  const world = { runtime, clock };
  if (!settings.record) return { ...world, [Symbol.asyncDispose]: () => end(world) };
  const events = new RecordedEvents(runtime, limit === undefined ? {} : { limit });
  return { ...world, events, [Symbol.asyncDispose]: () => end({ ...world, events }) };
}

/** Refuses what has no fields to take: left to themselves, a number would pass for no options at all. */
export function mustBeOptions(decorator: string, given: unknown): void {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) return;
  throw new InvalidOptionsError({ decorator, rule: 'takes an object of options', value: given });
}

interface World {
  readonly runtime: Runtime;
  readonly clock: ManualClock;
  readonly events?: RecordedEvents;
}

async function end({ runtime, clock, events }: World): Promise<void> {
  events?.stop();
  const ended = watch(runtime.dispose({ drain: 0 })); // on a clock that stands still, nothing else would ever end
  await settle();
  while (ended.state === 'pending' && (await clock.next())); // unless somebody has begun to dispose it with patience
  await runtime.dispose();
}

interface OwnOptions extends Pick<TestRuntimeOptions, 'seed' | 'random' | 'clock' | 'limit'> {
  readonly record?: boolean;
}

const ownOptions = options<OwnOptions>()(
  'testRuntime()',
  {
    seed: maybe(count({ max: 2 ** 32 - 1 })),
    random: anything() as Option<Random | undefined, unknown>, // which the runtime checks
    clock: maybe(that<ManualClock>((value) => value instanceof ManualClock, 'must be a ManualClock')),
    record: optional(flag(), true),
    limit: maybe(that<number>(isLimit, limitRule)),
  },
  ({ record, limit }) =>
    record || limit === undefined
      ? undefined
      : { option: 'limit', rule: 'makes no sense beside record: false', value: limit },
  ({ seed, random }) =>
    seed === undefined || random === undefined
      ? undefined
      : { option: 'seed', rule: 'makes no sense beside random', value: seed },
);

/** Chance that gives these numbers in turn, again and again; throws InvalidOptionsError unless each is from 0 to 1, the bound that chance never reaches. */
export function sequence(...numbers: readonly [number, ...number[]]): Random {
  const areChances = numbers.length > 0 && numbers.every(isChance);
  const rule = 'takes numbers from 0 to 1';
  if (!areChances) throw new InvalidOptionsError({ decorator: 'sequence()', rule, value: numbers });
  let next = 0;
  return { next: () => numbers[next++ % numbers.length] as number };
}

function isChance(value: unknown): boolean {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
