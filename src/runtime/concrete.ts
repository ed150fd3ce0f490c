import type { AnyClass } from '../core/index.js';

/** The prototype of the class that an object is an instance of, by its own prototype; undefined where there is no class. */
export function classPrototype(from: unknown): object | undefined {
  for (let holder = from; typeof holder === 'object' && holder !== null; holder = Object.getPrototypeOf(holder)) {
    if (isPrototype(holder)) return holder;
  }
  return undefined;
}

/** The class that a static method is called on; undefined where it is called on something else. */
export function classItself(target: unknown): AnyClass | undefined {
  return typeof target === 'function' ? target : undefined;
}

/** Tells the prototype of a class from an object that merely inherits from an instance. */
function isPrototype(holder: object): boolean {
  const type: unknown = Object.getOwnPropertyDescriptor(holder, 'constructor')?.value;
  return typeof type === 'function' && (type as AnyClass).prototype === holder;
}

/** What a class is known by, whether its prototype or, for statics, the class itself is at hand. */
export function classBehind(concrete: object): object {
  return (typeof concrete === 'function' ? (concrete as Partial<AnyClass>).prototype : undefined) ?? concrete;
}
