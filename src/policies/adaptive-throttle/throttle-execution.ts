import { type Execute, executor } from '../../core/index.js';
import { Guard } from './guard.js';
import type { Throttle, ThrottleServices } from './throttle.js';

/** Makes what runs functions behind one throttle. */
export function throttleExecutor(throttle: Throttle, { clock, events, lifetime, closing }: ThrottleServices): Execute {
  const guard = new Guard({}, events);
  const origin = { site: throttle.name, clock, lifetime, closing };
  return executor(origin, (call, next) => guard.pass(throttle, call, next));
}
