import {
  type ErrorRules,
  flag,
  matchers,
  optional,
  options,
  type SharingOptions,
  sharingOptions,
} from '../../core/index.js';
import { type ThrottleOptions, throttleEntries, throttleOptions } from './throttle-options.js';

/** When calls are refused because the callee accepts too few, and which errors say so. */
export interface AdaptiveThrottleOptions extends ThrottleOptions, ErrorRules, SharingOptions {
  /** Whether it acts at all. @default true */
  readonly enabled?: boolean;
}

/** What one use may be given: the options of its throttle, and how it judges. */
export const adaptiveThrottleOptions = options<AdaptiveThrottleOptions>()('@AdaptiveThrottle', {
  enabled: optional(flag(), true),
  ...throttleEntries,
  on: matchers(),
  except: matchers(),
  ignore: matchers(),
  ...sharingOptions,
});

/** The part of a use's options that belongs to the throttle. */
export function ofThrottle(given: AdaptiveThrottleOptions): ThrottleOptions {
  return Object.fromEntries(Object.entries(given).filter(([option]) => throttleOptions.names.includes(option)));
}
