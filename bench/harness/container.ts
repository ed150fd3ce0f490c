import { resilienceModule } from 'holdfast/inversify';
import { Container } from 'inversify';
import type { Call } from './question.js';

/** A class under measurement: what it protects is handed to its constructor. */
export type Service<T, Protected = Call> = new (fn: Protected) => T;

/** Resolves the class from a container of its own, as an application would, so that all state is fresh. */
export function resolve<T, Protected = Call>(service: Service<T, Protected>, fn: Protected): T {
  const container = new Container();
  container.load(resilienceModule());
  container.bind(service).toDynamicValue(() => new service(fn));
  return container.get(service);
}
