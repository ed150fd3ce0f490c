import {
  type CurrentCall,
  callback,
  type Duration,
  durationRule,
  flag,
  maybe,
  optional,
  options,
  parseDuration,
  read,
} from '../../core/index.js';

/** A limit: a duration, or a function of the call that gives one; 0, Infinity and results below 0 are no limit. */
export type TimeLimitOption = Duration | ((call: CurrentCall) => Duration);

/** How long a call, and each of its attempts, may take. */
export interface TimeoutOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
  /** For one attempt, the wait for a slot included. */
  readonly attempt?: TimeLimitOption;
  /** For the whole call: all attempts and the waits between them. */
  readonly total?: TimeLimitOption;
  /** Told when a limit struck: which, and after how many milliseconds. */
  readonly onTimeout?: (timeout: { readonly scope: 'attempt' | 'total'; readonly after: number }) => void;
}

const limitRule = `must be a duration (${durationRule}) or a function that returns one`;

export const timeoutOptions = options<TimeoutOptions>()(
  '@Timeout',
  {
    enabled: optional(flag(), true),
    attempt: maybe(read(parseLimit, limitRule)),
    total: maybe(read(parseLimit, limitRule)),
    onTimeout: maybe(callback<NonNullable<TimeoutOptions['onTimeout']>>()),
  },
  ({ attempt, total }) =>
    attempt === undefined && total === undefined ? { option: 'attempt', rule: 'or total must be given' } : undefined,
);

export type TimeoutSettings = ReturnType<typeof timeoutOptions.complete>;

function parseLimit(limit: TimeLimitOption): number | ((call: CurrentCall) => Duration) | undefined {
  return typeof limit === 'function' ? limit : parseDuration(limit);
}
