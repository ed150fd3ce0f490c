/**
 * A decorator for async methods, in standard and in legacy mode. The method's exact type survives; what is not async, an accessor or a field
 * does not compile.
 */
export interface AsyncMethodDecorator {
  // biome-ignore lint/suspicious/noExplicitAny: a method's arguments are unknowable here
  <This, M extends (this: This, ...args: any[]) => Promise<unknown>>(
    value: M,
    context: ClassMethodDecoratorContext<This, M>,
  ): M;
  // biome-ignore lint/suspicious/noExplicitAny: as above
  <M extends (this: any, ...args: any[]) => Promise<unknown>>(
    target: object,
    key: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): TypedPropertyDescriptor<M>;
}
