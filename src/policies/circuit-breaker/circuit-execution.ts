import { type Execute, executor } from '../../core/index.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { CircuitServices } from './circuit-services.js';
import { Guard } from './guard.js';

/** Makes what runs functions behind one circuit. */
export function circuitExecutor(circuit: CircuitBreaker, services: CircuitServices): Execute {
  const { clock, lifetime, closing } = services;
  const guard = new Guard({ maxWait: 0 }, services);
  const origin = { site: circuit.name, clock, lifetime, closing };
  return executor(origin, (call, next) => guard.pass(circuit, call, next));
}
