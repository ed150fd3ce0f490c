import type { BindToFluentSyntax, Container, ServiceIdentifier } from 'inversify';
import { Runtime } from '../runtime/index.js';
import { attach } from './attach.js';

/**
 * Binds one service like `container.bind`, and gives what it resolves to the runtime that the container has bound: for those who
 * bind their `Runtime` themselves instead of loading `resilienceModule`.
 *
 * ```ts
 * container.bind(Runtime).toConstantValue(new Runtime());
 * bindResilient(container, GitHub).toSelf().inSingletonScope();
 * ```
 */
export function bindResilient<T>(container: Container, id: ServiceIdentifier<T>): BindToFluentSyntax<T> {
  container.onActivation<T>(id, (_context, value) => attach(value, () => container.get(Runtime)));
  return container.bind(id);
}
