import { attemptDurations, callDurations } from './call-durations.js';
import { retryDelays } from './retry-metrics.js';
import type { Timing } from './timing.js';

/** Every histogram of durations. */
export const durations: readonly Timing[] = [callDurations, attemptDurations, retryDelays];
