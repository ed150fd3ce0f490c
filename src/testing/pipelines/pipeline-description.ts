import { isClass, isPlain } from '../../core/index.js';
import { type ExplainOptions, type Explanation, explain } from '../../runtime/index.js';
import { isError } from '../any-realm.js';
import { isAsymmetric } from '../events/event-fit.js';
import { tellError } from '../events/event-text.js';

/** One policy of a pipeline, as plain data. */
export interface DescribedPolicy {
  /** Where it stands: its kind, and for timeouts also of what. */
  readonly place: string;
  /**
   * What was asked for, all layers merged, without defaults. Durations are milliseconds where the option takes a bare number as such; functions,
   * classes and other objects are named, as in `'[class TypeError]'`.
   */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The policies around each method, outermost first. */
export type PipelineDescription = Readonly<Record<string, readonly DescribedPolicy[]>>;

/**
 * Describes how the methods of a class, of an instance's class, or a protected function (under its `id`) are protected, as plain data that is equal
 * when the protection is: for snapshots and comparisons. A static method that shares its name with another one is `static name`; of
 * several under symbols of one name, the second is `[name]#2`.
 *
 * ```ts
 * expect(pipelineOf(Payments)).toMatchSnapshot();
 * assert.deepEqual(pipelineOf(Payments).charge, [{ place: 'retry', options: { maxAttempts: 4 } }]);
 * ```
 *
 * Throws InvalidOptionsError for what Holdfast does not protect, and for wrong options of its decorators.
 */
export function pipelineOf(subject: object, options?: ExplainOptions): PipelineDescription {
  return Object.fromEntries(pipelinesOf(subject, options).map(({ label, policies }) => [label, policies]));
}

/** The pipeline of one method. */
export interface DescribedMethod {
  readonly label: string;
  readonly site: string;
  readonly policies: readonly DescribedPolicy[];
}

/** Describes each protected method of a subject. */
export function pipelinesOf(subject: object, options?: ExplainOptions): readonly DescribedMethod[] {
  const all = explain(subject, options);
  const labels = all.map((one) => labelOf(one, all));
  return all.map(({ site, nesting }, index) => {
    return { label: distinct(labels, index), site, policies: nesting.map(describePolicy) };
  });
}

/** Plain data in the place of a value: everything that is not data is named. */
export function plainOf(value: unknown, around: readonly unknown[] = []): unknown {
  if (typeof value === 'function') return named(isClass(value) ? 'class' : 'function', value.name);
  if (typeof value === 'symbol') return String(value);
  if (typeof value !== 'object' || value === null || isAsymmetric(value)) return value;
  if (around.includes(value)) return '[circular]';
  const within = [...around, value];
  if (Array.isArray(value)) return value.map((item) => plainOf(item, within));
  if (isPlain(value))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plainOf(item, within)]));
  if (isError(value)) return tellError(value);
  if (value instanceof RegExp) return String(value);
  return named(value.constructor?.name || 'object');
}

function describePolicy({ place, options }: Explanation['nesting'][number]): DescribedPolicy {
  return { place, options: plainOf(options) as DescribedPolicy['options'] };
}

function labelOf({ method, isStatic }: Explanation, all: readonly Explanation[]): string {
  const shares = isStatic && all.some((other) => other.method === method && !other.isStatic);
  return shares ? `static ${method}` : method;
}

/** Symbols may share a name: the second method of a name is `name#2`. */
function distinct(labels: readonly string[], index: number): string {
  const label = labels[index] as string;
  const before = labels.slice(0, index).filter((other) => other === label).length;
  return before === 0 ? label : `${label}#${before + 1}`;
}

function named(...words: readonly string[]): string {
  return `[${words.filter(Boolean).join(' ')}]`;
}
