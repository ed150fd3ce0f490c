import {
  Clock,
  count,
  type Duration,
  duration,
  durationRule,
  maybe,
  optional,
  options,
  parseDuration,
  read,
  systemClock,
  that,
} from '../../core/index.js';

/** How a clock misbehaves: its wall clock by jumps and drift, its alarms by being late. Monotonic time is right all the while. */
export interface ClockChaos {
  /** How often the wall clock jumps to another wrong time, at most `ahead` and `behind` away from the right one. @default never */
  readonly jumpEvery?: Duration;
  /** How far it jumps ahead of the right time at most. @default '1h' */
  readonly ahead?: Duration;
  /** How far it falls behind the right time at most. @default '1h' */
  readonly behind?: Duration;
  /** By which share the wall clock runs too fast, or, if negative, too slow: 0.001 is a second in a thousand. @default 0 */
  readonly drift?: number;
  /** How late alarms ring: always as late, or anything within a range. They never ring early. @default 0 */
  readonly latency?: Duration | readonly [min: Duration, max: Duration];
  /** Alarms ring only at multiples of this, together: as in a process that saves power. @default 0 */
  readonly coalesce?: Duration;
}

/** How chaos comes to a clock. */
export interface ChaosClockOptions {
  /** What it does at first; change it by `clock.chaos = …`. @default nothing */
  readonly chaos?: ClockChaos;
  /** Makes chance repeat itself. @default 1 */
  readonly seed?: number;
  /** The clock that is right. @default the clock of the system */
  readonly clock?: Clock;
}

/** Milliseconds from the least to the most. */
export interface LatencyRange {
  readonly min: number;
  readonly max: number;
}

const taker = 'chaosClock()';
const latencyRule = `must be a duration (${durationRule}) or a range [min, max]`;
const finite = () => duration({ max: Number.MAX_SAFE_INTEGER });

const clockChaos = options<ClockChaos>()(
  taker,
  {
    jumpEvery: maybe(duration({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    ahead: maybe(finite()),
    behind: maybe(finite()),
    drift: optional(
      that<number>((value) => Number.isFinite(value) && Number(value) > -1, 'must be a number above -1'),
      0,
    ),
    latency: optional(read(readLatency, latencyRule), 0),
    coalesce: optional(finite(), 0),
  },
  ({ jumpEvery, ahead, behind }) => {
    if (jumpEvery !== undefined || (ahead ?? behind) === undefined) return undefined;
    return { option: ahead === undefined ? 'behind' : 'ahead', rule: 'makes no sense without jumpEvery' };
  },
);

const clockOptions = options<ChaosClockOptions>()(taker, {
  chaos: optional(
    that<ClockChaos>((value) => typeof value === 'object' && value !== null, 'must be an object of options'),
    {},
  ),
  seed: optional(count({ max: 2 ** 32 - 1 }), 1),
  clock: optional(
    that<Clock>((value) => value instanceof Clock, 'must be a Clock'),
    systemClock,
  ),
});

/** How a clock misbehaves, checked and complete. */
export type ClockChaosSettings = ReturnType<typeof readClockChaos>;

/** Checks how a clock is to misbehave. */
export function readClockChaos(given: ClockChaos) {
  return clockChaos.complete(clockChaos.check(given), '');
}

/** Checks how chaos comes to a clock. */
export function readChaosClockOptions(given: ChaosClockOptions) {
  return clockOptions.complete(clockOptions.check(given), '');
}

function readLatency(latency: NonNullable<ClockChaos['latency']>): LatencyRange | undefined {
  const bounds: readonly unknown[] = Array.isArray(latency) ? latency : [latency, latency];
  const [min, max] = bounds.map(parseDuration);
  if (bounds.length !== 2 || min === undefined || max === undefined) return undefined;
  return min <= max && max <= Number.MAX_SAFE_INTEGER ? { min, max } : undefined;
}
