import type { AsyncMethod } from './method-types.js';

/** Anything, with the literal kept where it is one. */
export type Literal = string | number | boolean | bigint | symbol | null | undefined | object;

/** Accepts a method that could itself have given the substitute; otherwise the compiler's message says what does not fit. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export type Substitutes<F, A extends readonly any[], M extends AsyncMethod> = [F] extends [Awaited<ReturnType<M>>]
  ? ((...args: A) => void) extends (...args: Parameters<M>) => void
    ? unknown
    : {
        readonly error: 'the substitute does not take the arguments of this method';
        readonly method: Parameters<M>;
        readonly substitute: A;
      }
  : {
      readonly error: 'the substitute is no answer of this method';
      readonly method: Awaited<ReturnType<M>>;
      readonly substitute: F;
    };

/** A method that could itself have answered for another one. */
export type StandIn<M extends AsyncMethod> = (...args: Parameters<M>) => Awaited<ReturnType<M>> | ReturnType<M>;

/** Accepts a class with a method of that name that can answer for the decorated one; otherwise the compiler's message says what does not fit. */
export type HasStandIn<Name extends string, This, M extends AsyncMethod> = This extends {
  readonly [K in Name]: StandIn<M>;
}
  ? unknown
  : This extends { readonly [K in Name]: AnyFunction }
    ? {
        readonly error: 'the method of this name cannot answer for the decorated one';
        readonly name: Name;
        readonly needed: StandIn<M>;
      }
    : { readonly error: 'the class has no public method of this name'; readonly name: Name };

// biome-ignore lint/suspicious/noExplicitAny: as above
type AnyFunction = (...args: any[]) => unknown;

/** A decorator that answers with a value, or with what a function gives. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export interface SubstituteDecorator<F, A extends readonly any[]> {
  <This, M extends AsyncMethod>(value: M & Substitutes<F, A, M>, context: ClassMethodDecoratorContext<This, M>): M;
  <M extends AsyncMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & { readonly value?: Substitutes<F, A, M> },
  ): TypedPropertyDescriptor<M>;
}

/** A decorator that answers with what another method of the class gives. */
export interface MethodFallbackDecorator<Name extends string> {
  <This, M extends AsyncMethod>(
    value: M,
    context: ClassMethodDecoratorContext<This, M> & HasStandIn<NoInfer<Name>, This, NoInfer<M>>,
  ): M;
  <M extends AsyncMethod>(
    target: { readonly [K in Name]: StandIn<NoInfer<M>> },
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
}
