import type { AnyFunction, Pipeline } from '../pipeline/index.js';
import { anyContainer, runtimeOf } from './attachment.js';
import { classItself, classPrototype } from './concrete.js';
import type { Declaration } from './declaration.js';
import { publish, resemble } from './declarations.js';
import { defaultRuntime } from './default-runtime.js';
import type { Runtime } from './runtime.js';

/** A function in a method's place that runs each call through its pipeline. */
export function dispatcherOf(declaration: Declaration): AnyFunction {
  const dispatch = new Dispatch(declaration);
  const dispatcher = function (this: unknown, ...args: unknown[]): Promise<unknown> {
    try {
      return dispatch.pipelineFor(this).run(this, args);
    } catch (error) {
      return Promise.reject(error); // a mistake found at the first call: an async method never throws
    }
  };
  resemble(dispatcher, declaration.method);
  publish(declaration, dispatcher);
  return dispatcher;
}

/** Finds the pipeline of each call, and keeps the last one at hand. */
class Dispatch {
  readonly #declaration: Declaration;
  readonly #isStatic: boolean;
  #runtime: Runtime | undefined;
  #concrete: unknown;
  #pipeline: Pipeline | undefined;

  constructor(declaration: Declaration) {
    this.#declaration = declaration;
    this.#isStatic = declaration.isStatic;
  }

  pipelineFor(target: unknown): Pipeline {
    const given = runtimeOf(target);
    const runtime = given ?? defaultRuntime();
    const concrete = this.#isStatic ? target : concreteOf(target);
    if (runtime === this.#runtime && concrete === this.#concrete) return this.#pipeline as Pipeline;
    return this.#find(runtime, concrete, given === undefined);
  }

  #find(runtime: Runtime, concrete: unknown, defaulted: boolean): Pipeline {
    const declaration = this.#declaration;
    const key = (this.#isStatic ? classItself(concrete) : classPrototype(concrete)) ?? declaration.owner;
    const pipeline = runtime.pipeline(declaration, key);
    if (defaulted && anyContainer()) runtime.tellDefaulted(declaration, key);
    this.#pipeline = pipeline;
    this.#runtime = runtime;
    this.#concrete = concrete;
    return pipeline;
  }
}

/** The concrete class of a target, as its prototype; undefined for what is no object. */
function concreteOf(target: unknown): object | undefined {
  return typeof target === 'object' && target !== null ? (Object.getPrototypeOf(target) ?? undefined) : undefined;
}
