import { type Call, InvalidOptionsError, isObject, type Lifetime } from '../core/index.js';
import type { Runtime } from './runtime.js';

/** Where an instance carries its runtime. */
const slot = Symbol.for('holdfast.runtime');

const frozen = new WeakMap<object, Runtime>();
let anyFrozen = false;
let held = false;

/** Notes that a container holds a runtime: whoever uses the default one now may have meant that. */
export function noteContainer(): void {
  held = true;
}

/** Tells whether any container holds a runtime. */
export function anyContainer(): boolean {
  return held;
}

/** The runtime that an instance was given. */
export function runtimeOf(target: unknown): Runtime | undefined {
  return (target as { readonly [slot]?: Runtime } | undefined | null)?.[slot] ?? frozenRuntimeOf(target);
}

function frozenRuntimeOf(target: unknown): Runtime | undefined {
  return anyFrozen && isObject(target) ? frozen.get(target) : undefined;
}

const owners = new WeakMap<Lifetime, Runtime>();

/** Notes whose calls live within a lifetime. */
export function noteOwner(lifetime: Lifetime, runtime: Runtime): void {
  owners.set(lifetime, runtime);
}

/** The runtime that a protected call belongs to. */
export function runtimeBehind(call: Call): Runtime | undefined {
  return owners.get(call.origin.lifetime);
}

/** Gives an instance its runtime; the first one stays, a second one is an error. */
export function attach(instance: object, runtime: Runtime): void {
  const present = Object.hasOwn(instance, slot)
    ? (instance as { readonly [slot]?: Runtime })[slot]
    : frozen.get(instance);
  if (present === runtime) return;
  if (present !== undefined) throw secondRuntime(instance);
  if (Object.isExtensible(instance)) Object.defineProperty(instance, slot, { value: runtime });
  else {
    frozen.set(instance, runtime);
    anyFrozen = true;
  }
}

function secondRuntime(instance: object): InvalidOptionsError {
  const name = typeof instance === 'function' ? instance.name : (instance.constructor?.name ?? 'an object');
  const rule = `cannot take this instance of ${name}: it already belongs to another runtime, and its state would be split`;
  return new InvalidOptionsError({ decorator: 'Runtime.bind()', rule, site: name });
}
