import { type Execute, executor } from '../../core/index.js';
import type { Throttle, ThrottleServices } from './throttle.js';
import { ThrottleGuard } from './throttle-guard.js';

/** Makes what runs functions behind one throttle. */
export function throttleExecutor(throttle: Throttle, { clock, events, lifetime, closing }: ThrottleServices): Execute {
  const guard = new ThrottleGuard({}, events);
  const origin = { site: throttle.name, clock, lifetime, closing };
  return executor(origin, (call, next) => guard.pass(throttle, call, next));
}
