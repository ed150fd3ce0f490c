import { type Bounds, InvalidOptionsError } from '../core/index.js';
import type { Pipeline } from '../pipeline/index.js';
import { runtimeOf } from './attachment.js';
import { defaultRuntime } from './default-runtime.js';
import { preparable } from './preparation.js';
import { pipelineBehind } from './protect.js';
import type { Runtime } from './runtime.js';

/** How one method is protected. */
export interface Explanation extends Bounds {
  readonly site: string;
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
}

/**
 * Tells how every method of a class, of an instance's class, or a protected function is protected: the nesting, and the worst case in attempts
 * and milliseconds.
 */
export function explain(subject: object): Explanation[] {
  return pipelinesOf(subject).map(explainOne);
}

function pipelinesOf(subject: object): Pipeline[] {
  if (Object(subject) !== subject) throw unprotected(subject);
  const single = pipelineBehind(subject);
  if (single) return [single];
  const runtime: Runtime = runtimeOf(subject) ?? defaultRuntime();
  const type: unknown = typeof subject === 'function' ? subject : subject.constructor;
  const methods = typeof type === 'function' ? preparable(type) : [];
  if (methods.length === 0) throw unprotected(subject);
  return methods.map(({ declaration, concrete }) => runtime.pipeline(declaration, concrete));
}

function unprotected(value: unknown): InvalidOptionsError {
  const rule = 'takes a class, an instance or a function that Holdfast protects';
  return new InvalidOptionsError({ decorator: 'explain()', rule, value }, explain);
}

function explainOne({ site, policies }: Pipeline): Explanation {
  const inside: Bounds = { attempts: 1, duration: Number.POSITIVE_INFINITY };
  const { attempts, duration } = policies.reduceRight(
    (bounds, { policy }) => policy.bounds?.(bounds) ?? bounds,
    inside,
  );
  const nesting = policies.map(({ place, kind, policy }) => ({
    place,
    kind,
    summary: policy.summary,
    uses: policy.uses,
  }));
  return { site, nesting, attempts, duration, text: textOf(site, nesting, { attempts, duration }) };
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
