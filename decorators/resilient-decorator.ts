import type { AnyClass } from '../src/core/index.js';
import type { AsyncMethod } from './method-types.js';

/** Accepts a class: the shortest form of a class decorator would else stand above whatever can be called. */
type NoMethod<C extends AnyClass> = C extends (...args: never[]) => unknown
  ? { readonly error: 'only async methods and classes can be protected' }
  : unknown;

/** A decorator for async methods and for classes, in standard and in legacy mode. */
export interface ResilientDecorator {
  <C extends AnyClass>(value: C, context: ClassDecoratorContext<C & (abstract new (...args: never) => unknown)>): void;
  <This, M extends AsyncMethod>(value: M, context: ClassMethodDecoratorContext<This, M>): M;
  <C extends AnyClass>(type: C & NoMethod<C>): void;
  <M extends AsyncMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
}
