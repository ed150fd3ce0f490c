import { type Bounds, InvalidOptionsError, maybe, options, that } from '../core/index.js';
import type { Pipeline } from '../pipeline/index.js';
import { runtimeOf } from './attachment.js';
import { defaultRuntime } from './default-runtime.js';
import { explainOptions } from './explained-options.js';
import { preparable } from './preparation.js';
import { functionBehind } from './protect.js';
import { Runtime } from './runtime.js';
import { nameOf } from './site.js';

/** How one method is protected. */
export interface Explanation extends Bounds {
  readonly site: string;
  /** The method's name; the `id` of a protected function. */
  readonly method: string;
  readonly isStatic: boolean;
  /** The policies around the method, outermost first. */
  readonly nesting: readonly ExplainedPolicy[];
  /** The same in words, one line for each policy. */
  readonly text: string;
}

/** One policy, as it stands around a method. */
export interface ExplainedPolicy {
  readonly place: string;
  readonly kind: string;
  readonly summary: string;
  /** The shared instance that it uses. */
  readonly uses: string | undefined;
  /**
   * What was asked for, all layers merged; defaults are left out, and so is what concerns another place of its kind. Durations are milliseconds
   * wherever the option takes a bare number as such; functions, classes and objects are the same ones as given.
   */
  readonly options: Readonly<Record<string, unknown>>;
}

/** Where to look. */
export interface ExplainOptions {
  /** In which runtime a class, or an instance that has none, is explained. @default the default runtime */
  readonly runtime?: Runtime;
}

/**
 * Tells how every method of a class, of an instance's class, or a protected function is protected: the nesting, and the worst case in attempts
 * and milliseconds. What the runtime leaves out (`without`, `only`) is not there.
 */
export function explain(subject: object, given: ExplainOptions = {}): Explanation[] {
  const { runtime } = whereToLook.check(given, undefined, explain);
  return methodsOf(subject, runtime).map(explainOne);
}

interface ExplainedMethod extends Pick<Explanation, 'method' | 'isStatic'> {
  readonly pipeline: Pipeline;
}

function methodsOf(subject: object, given: Runtime | undefined): ExplainedMethod[] {
  if (Object(subject) !== subject) throw unprotected(subject);
  const single = functionBehind(subject);
  if (single) return [{ pipeline: single.pipeline(), method: single.label, isStatic: false }];
  const runtime = runtimeOf(subject) ?? given ?? defaultRuntime();
  const type: unknown = typeof subject === 'function' ? subject : subject.constructor;
  const methods = typeof type === 'function' ? preparable(type) : [];
  if (methods.length === 0) throw unprotected(subject);
  return methods.map(({ declaration, concrete }) => {
    const { name, isStatic } = declaration;
    return { pipeline: runtime.pipeline(declaration, concrete), method: nameOf(name), isStatic };
  });
}

function unprotected(value: unknown): InvalidOptionsError {
  const rule = 'takes a class, an instance or a function that Holdfast protects';
  return new InvalidOptionsError({ decorator: 'explain()', rule, value }, explain);
}

const whereToLook = options<ExplainOptions>()('explain()', {
  runtime: maybe(that<Runtime>((value) => value instanceof Runtime, 'must be a Runtime')),
});

function explainOne({ pipeline: { site, policies }, method, isStatic }: ExplainedMethod): Explanation {
  const inside: Bounds = { attempts: 1, duration: Number.POSITIVE_INFINITY };
  const { attempts, duration } = policies.reduceRight(
    (bounds, { policy }) => policy.bounds?.(bounds) ?? bounds,
    inside,
  );
  const nesting = policies.map((placed) => ({
    place: placed.place,
    kind: placed.kind,
    summary: placed.policy.summary,
    uses: placed.policy.uses,
    options: explainOptions(placed),
  }));
  const text = textOf(site, nesting, { attempts, duration });
  return { site, method, isStatic, nesting, attempts, duration, text };
}

function textOf(site: string, nesting: readonly ExplainedPolicy[], { attempts, duration }: Bounds): string {
  const lines = nesting.map(
    ({ place, summary, uses }, depth) => `${'  '.repeat(depth + 1)}${place}: ${summary}${uses ? ` (${uses})` : ''}`,
  );
  const longest =
    duration === Number.POSITIVE_INFINITY ? 'for as long as the method takes' : `${Math.round(duration)} ms`;
  return [site, ...lines, `${'  '.repeat(nesting.length + 1)}method`, `at worst ${attempts} attempts, ${longest}`].join(
    '\n',
  );
}
