import { InvalidOptionsError, isPlain, isPlainObject, parseDuration } from '../../core/index.js';
import { type Difference, differences } from '../events/event-difference.js';
import type { Finding } from '../events/event-finding.js';
import { tell } from '../events/event-text.js';
import { type DescribedMethod, type DescribedPolicy, plainOf } from './pipeline-description.js';
import { optionFault, type PlaceName, placeFault } from './pipeline-places.js';

/** A policy that is expected: its place, or its place and some of its options, as they would be written. */
export type ExpectedPolicy =
  | PlaceName
  | { readonly place: PlaceName; readonly options?: Readonly<Record<string, unknown>> };

/** The policies that are expected around some methods, all of them and outermost first; of a subject with a single method, the list alone. */
export type ExpectedPipelines = readonly ExpectedPolicy[] | { readonly [method: string]: readonly ExpectedPolicy[] };

interface Mismatch {
  readonly site: string;
  readonly lines: readonly string[];
}

/** Finds whether methods are protected as expected. */
export function findProtected(methods: readonly DescribedMethod[], given: unknown, asker: string): Finding {
  const expected = expectedBy(asker, methods, given);
  const mismatches = [...expected].flatMap(([method, policies]) => compareMethod(method, policies));
  const sites = [...expected.keys()].map(({ site }) => site).join(', ');
  const pass = mismatches.length === 0;
  return {
    pass,
    message: () =>
      pass ? `expected ${sites} not to be protected in this way, but they are` : tellMismatches(mismatches),
  };
}

/** Reads what is expected of which method; a method that is not protected, and a policy that is none, are mistakes of the test. */
function expectedBy(
  asker: string,
  methods: readonly DescribedMethod[],
  given: unknown,
): ReadonlyMap<DescribedMethod, readonly ExpectedPolicy[]> {
  if (Array.isArray(given)) {
    const [only, ...others] = methods;
    if (only && others.length === 0) return new Map([[only, policiesBy(asker, given, only)]]);
    throw wrong(asker, `must say of which method: there are ${labels(methods)}`, given);
  }
  if (typeof given !== 'object' || given === null || Object.keys(given).length === 0)
    throw wrong(asker, 'must be lists of policies by method, or one list', given);
  return new Map(
    Object.entries(given).map(([label, policies]) => {
      const method = methods.find((one) => one.label === label);
      if (method) return [method, policiesBy(asker, policies, method)];
      throw wrong(asker, `names a method that is not protected; there are ${labels(methods)}`, label);
    }),
  );
}

function policiesBy(asker: string, given: unknown, method: DescribedMethod): readonly ExpectedPolicy[] {
  if (!Array.isArray(given) || !given.every(isPolicy))
    throw wrong(asker, 'must be a list of places, or of objects with nothing but a place and options', given);
  for (const policy of given) {
    const fault = policyFault(policy, method);
    if (fault !== undefined) throw wrong(asker, fault, given);
  }
  return given;
}

/** What is there is no mistake, whatever it is called. */
function policyFault(policy: ExpectedPolicy, method: DescribedMethod): string | undefined {
  const place = placeOf(policy);
  const found = method.policies.find((described) => described.place === place);
  const fault = found === undefined ? placeFault(place) : undefined;
  if (fault !== undefined || typeof policy === 'string') return fault;
  const options = Object.keys(policy.options ?? {}).filter((option) => !Object.hasOwn(found?.options ?? {}, option));
  return optionFault(place, options);
}

function isPolicy(policy: unknown): policy is ExpectedPolicy {
  if (typeof policy !== 'object' || policy === null) return typeof policy === 'string';
  const { place, options = {}, ...others }: Readonly<Record<string, unknown>> = { ...policy };
  const hasOptions = isPlainObject(options);
  return typeof place === 'string' && hasOptions && Object.keys(others).length === 0;
}

function placeOf(policy: ExpectedPolicy): string {
  return typeof policy === 'string' ? policy : policy.place;
}

function compareMethod({ site, policies }: DescribedMethod, expected: readonly ExpectedPolicy[]): readonly Mismatch[] {
  const places = policies.map(({ place }) => place);
  const wanted = expected.map(placeOf);
  const sameOrder = differences(places, wanted).length === 0;
  if (!sameOrder) return [{ site, lines: [`expected ${nesting(wanted)}`, `got      ${nesting(places)}`] }];
  const lines = policies.flatMap((policy, index) => compareOptions(policy, expected[index] as ExpectedPolicy));
  return lines.length === 0 ? [] : [{ site, lines }];
}

function compareOptions({ place, options }: DescribedPolicy, expected: ExpectedPolicy): readonly string[] {
  if (typeof expected === 'string' || expected.options === undefined) return [];
  return differences(options, asWritten(plainOf(expected.options), options)).map((found) => tellOption(place, found));
}

/** A duration that is expected in another unit than the actual one, in the actual one: one that stayed a text is where a bare number is none. */
function asWritten(expected: unknown, actual: unknown): unknown {
  if (typeof expected === 'string' || typeof expected === 'number')
    return isSameTime(expected, actual) ? actual : expected;
  if (typeof actual !== 'object' || actual === null || typeof expected !== 'object' || expected === null)
    return expected;
  if (Array.isArray(expected)) return expected.map((item, index) => asWritten(item, Object(actual)[index]));
  if (!isPlain(expected)) return expected;
  const read = actual as Readonly<Record<string, unknown>>;
  return Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, asWritten(value, read[key])]));
}

function isSameTime(expected: string | number, actual: unknown): boolean {
  if (typeof expected === 'number' && typeof actual === 'string') return false;
  const time = parseDuration(expected);
  return time !== undefined && time === parseDuration(actual);
}

function tellMismatches(mismatches: readonly Mismatch[]): string {
  return mismatches
    .map(({ site, lines }) => [`${site} is not protected as expected:`, ...lines.map((line) => `  ${line}`)].join('\n'))
    .join('\n');
}

function tellOption(place: string, { path, expected, actual }: Difference): string {
  return `${place}: ${path}: expected ${tell(expected)}, got ${tell(actual)}`;
}

function nesting(places: readonly string[]): string {
  return [...places, 'method'].join(' → ');
}

function labels(methods: readonly DescribedMethod[]): string {
  return methods.map(({ label }) => label).join(', ');
}

function wrong(decorator: string, rule: string, value: unknown): InvalidOptionsError {
  return new InvalidOptionsError({ decorator, option: 'expected', rule, value });
}
