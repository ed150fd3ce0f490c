import { findPreset, type PresetName } from '../config/index.js';
import { type CallReport, InvalidOptionsError } from '../core/index.js';
import type { Pipeline } from '../pipeline/index.js';
import { Declaration } from './declaration.js';
import { resemble } from './declarations.js';
import { defaultRuntime } from './default-runtime.js';
import { type GivenPolicies, specsOf } from './given-policies.js';
import type { Runtime } from './runtime.js';

/** Any async function. */
// biome-ignore lint/suspicious/noExplicitAny: a function's arguments are unknowable here
export type AsyncFunction = (this: any, ...args: any[]) => Promise<unknown>;

/** What became of one call. */
export interface DetailedResult<T> extends CallReport {
  readonly value?: T;
  readonly error?: unknown;
  /** Milliseconds from the call to its answer. */
  readonly elapsed: number;
}

/** A protected function: called like the plain one, or with an account of what happened. */
export type Protected<F extends AsyncFunction> = F & {
  /** Calls it, and never rejects: the account has the value or the error. */
  detailed(...args: Parameters<F>): Promise<DetailedResult<Awaited<ReturnType<F>>>>;
};

/** Names a protected function and says where its state lives. */
export interface ProtectOptions {
  /** What it is called in events, metrics and errors. @default the function's name */
  readonly id?: string;
  /** @default the default runtime */
  readonly runtime?: Runtime;
}

/**
 * Protects a plain function with the same pipelines as methods.
 *
 * ```ts
 * const quote = protect(fetchQuote, { retry: 4, timeout: '2s' }, { id: 'quotes' });
 * const { value, attempts, from } = await quote.detailed('ACME');
 * ```
 */
export function protect<F extends AsyncFunction>(
  fn: F,
  policies: GivenPolicies | PresetName,
  options: ProtectOptions = {},
): Protected<F> {
  if (typeof fn !== 'function')
    throw new InvalidOptionsError({ decorator: 'protect()', rule: 'takes an async function', value: fn }, protect);
  const declaration = new Declaration(fn, fn.name || 'anonymous', false, fn, options.id ?? (fn.name || 'anonymous'));
  if (typeof policies === 'string') declaration.preset = presetNamed(policies);
  else for (const spec of specsOf(policies, protect)) declaration.add(spec, protect);
  const pipeline = pipelineIn(declaration, options.runtime);
  const call = function (this: unknown, ...args: unknown[]): Promise<unknown> {
    try {
      return pipeline().run(this, args);
    } catch (error) {
      return Promise.reject(error); // a mistake found at the first call: an async function never throws
    }
  };
  resemble(call, fn);
  functions.set(call, { label: declaration.label as string, pipeline });
  return Object.assign(call, {
    detailed: (...args: unknown[]) => detailed(pipeline, args),
  }) as unknown as Protected<F>;
}

/** What stands behind a protected function. */
interface ProtectedFunction {
  readonly label: string;
  pipeline(): Pipeline;
}

const functions = new WeakMap<object, ProtectedFunction>();

/** The name and the pipeline of a protected function; undefined for any other. */
export function functionBehind(call: object): ProtectedFunction | undefined {
  return functions.get(call);
}

/** The function's pipeline: built at once in a runtime that was given, else when first called in the default one. */
function pipelineIn(declaration: Declaration, given: Runtime | undefined): () => Pipeline {
  let runtime = given;
  let pipeline = given?.pipeline(declaration, declaration.owner);
  return () => {
    const wanted = given ?? defaultRuntime();
    if (pipeline === undefined || wanted !== runtime) pipeline = wanted.pipeline(declaration, declaration.owner);
    runtime = wanted;
    return pipeline;
  };
}

async function detailed(find: () => Pipeline, args: readonly unknown[]): Promise<DetailedResult<never>> {
  const pipeline = find();
  const report: CallReport = { attempts: 0, delayed: 0, from: 'method' };
  const startedAt = pipeline.clock.now();
  const elapsed = () => pipeline.clock.now() - startedAt;
  try {
    const value = (await pipeline.report(report, undefined, args)) as never;
    return { value, ...report, elapsed: elapsed() };
  } catch (error) {
    return { error, ...report, elapsed: elapsed() };
  }
}

function presetNamed(name: string): string {
  if (findPreset(name)) return name;
  throw new InvalidOptionsError(
    { decorator: 'protect()', rule: 'takes policies by kind, or the name of a preset', value: name },
    protect,
  );
}
