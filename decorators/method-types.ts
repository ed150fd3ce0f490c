/** Any async method. */
// biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
export type AsyncMethod = (this: any, ...args: any[]) => Promise<unknown>;

/**
 * Accepts a method whose arguments a function of the decorator can take: it may look at fewer, not at others. What does not fit is told in
 * the compiler's message.
 */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type Fits<A extends readonly any[], M extends AsyncMethod> = ((...args: A) => void) extends (
  ...args: Parameters<M>
) => void
  ? unknown
  : {
      readonly error: 'the key function does not take the arguments of this method';
      readonly method: Parameters<M>;
      readonly key: A;
    };

/** A decorator whose options look at the method's arguments. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export interface KeyedMethodDecorator<A extends readonly any[]> {
  <This, M extends AsyncMethod>(value: M & Fits<A, M>, context: ClassMethodDecoratorContext<This, M>): M;
  <M extends AsyncMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & { readonly value?: Fits<A, M> },
  ): TypedPropertyDescriptor<M>;
}

/** Tells calls apart by their arguments; `this` is the instance, if annotated. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type KeyFunction<A extends readonly any[]> = (this: any, ...args: A) => unknown;

/** Options whose `whenResult` looks at results of a kind. */
export type Judging<Options, R> = Omit<Options, 'whenResult'> & { readonly whenResult?: (result: R) => boolean };

/** Accepts a method whose results `whenResult` can take: all of them, or it was not said which. What does not fit is told in the compiler's message. */
export type JudgedBy<R, M extends AsyncMethod> = [R] extends [never]
  ? unknown
  : [Awaited<ReturnType<M>>] extends [R]
    ? unknown
    : {
        readonly error: 'whenResult does not take the results of this method';
        readonly method: Awaited<ReturnType<M>>;
        readonly whenResult: R;
      };

/** A decorator whose options look at the method's results. */
export interface JudgingMethodDecorator<R> {
  <This, M extends AsyncMethod>(value: M & JudgedBy<R, M>, context: ClassMethodDecoratorContext<This, M>): M;
  <M extends AsyncMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & { readonly value?: JudgedBy<R, M> },
  ): TypedPropertyDescriptor<M>;
}

/** Accepts a method whose results some functions of the decorator take: all of them, or it was not said which. What does not fit is told in the compiler's message. */
export type Takes<R, M extends AsyncMethod> = 0 extends 1 & R
  ? unknown
  : [Awaited<ReturnType<M>>] extends [R]
    ? unknown
    : {
        readonly error: 'the functions of a value do not take the results of this method';
        readonly method: Awaited<ReturnType<M>>;
        readonly value: R;
      };

/** A decorator whose options look at the method's arguments and at its results. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export interface CachingMethodDecorator<A extends readonly any[], R> {
  <This, M extends AsyncMethod>(value: M & Fits<A, M> & Takes<R, M>, context: ClassMethodDecoratorContext<This, M>): M;
  <M extends AsyncMethod>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & { readonly value?: Fits<A, M> & Takes<R, M> },
  ): TypedPropertyDescriptor<M>;
}

/** Looks at a result, and at the arguments that led to it; `this` is the instance, if annotated. */
// biome-ignore lint/suspicious/noExplicitAny: as above
export type ByValue<R, Result> = (this: any, value: R, ...args: any[]) => Result;
