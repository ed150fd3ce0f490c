import { type ArgumentNode, Kind, type ObjectFieldNode, type ValueNode } from 'graphql';
import { InvalidOptionsError, isPlainObject } from '../../core/index.js';
import { EnumValue } from './enum-value.js';
import { nameNode } from './name.js';
import { maxDepth } from './place.js';
import { entriesOf, type Use } from './use.js';
import { Variable } from './variable.js';

/** A value that is written into a document and refers to no variable; see `Value`. */
export type Constant =
  | string
  | number
  | bigint
  | boolean
  | null
  | EnumValue
  | readonly Constant[]
  | { readonly [name: string]: Constant };

/**
 * What an argument may be given. A text is always a text, whatever it contains.
 *
 * - Numbers: whole ones that are exact (up to 2^53 − 1) are written as integers, which `Int` accepts up to 32 bits and
 *   `Float`, `ID` and scalars such as `Long` beyond that; all others as floats, in the digits that read back as the same
 *   number. `-0` is written as `0`. NaN and infinities are errors.
 * - A bigint is written as an integer, digit by digit.
 * - Objects are plain, their keys names; an own key `__proto__` is a key like others.
 * - `undefined` is an error, also in an object: what is left out of a filter by mistake makes the filter wider. Leave the
 *   key out, or give null.
 * - Instances of classes, dates among them, and functions are errors. `toJSON` is not called: convert them first.
 */
export type Value =
  | string
  | number
  | bigint
  | boolean
  | null
  | EnumValue
  | Variable
  | readonly Value[]
  | { readonly [name: string]: Value };

/** Arguments of a field or a directive by name. */
export type Arguments = Readonly<Record<string, Value>>;

/** Writes arguments; `option` is what their errors call them. */
export function argumentNodes(given: unknown, option: string, use: Use): readonly ArgumentNode[] {
  return entriesOf(given, option, use).map(([name, value]) => ({
    kind: Kind.ARGUMENT,
    name: nameNode(name, `a key of ${option}`, use),
    value: valueNode(value, `${option}.${name}`, use),
  }));
}

/** Writes a value, or refuses what is none. */
export function valueNode(given: unknown, option: string, use: Use, depth = 1): ValueNode {
  if (given === null) return { kind: Kind.NULL };
  if (given instanceof Variable || given instanceof EnumValue) return given.node;
  if (typeof given === 'boolean') return { kind: Kind.BOOLEAN, value: given };
  if (typeof given === 'bigint') return { kind: Kind.INT, value: given.toString() };
  if (typeof given === 'number') return numberNode(given, option, use);
  if (typeof given === 'string') return textNode(given, option, use);
  if (depth > maxDepth) throw tooDeep(use);
  if (Array.isArray(given)) return { kind: Kind.LIST, values: items(given, option, use, depth + 1) };
  if (isPlainObject(given)) return { kind: Kind.OBJECT, fields: fields(given, option, use, depth + 1) };
  const rule = 'must be a text, a number, a bigint, a boolean, null, a list, a plain object, $(…) or enumValue(…)';
  throw new InvalidOptionsError({ ...use, option, rule, value: given });
}

function numberNode(given: number, option: string, use: Use): ValueNode {
  if (Number.isSafeInteger(given)) return { kind: Kind.INT, value: String(given) };
  if (Number.isFinite(given)) return { kind: Kind.FLOAT, value: floatText(given) };
  throw new InvalidOptionsError({ ...use, option, rule: 'must be a finite number', value: given });
}

/** A large whole number has digits that are not its own: an exponent says that it is not exact. */
function floatText(given: number): string {
  return Number.isInteger(given) ? given.toExponential() : String(given);
}

/** Half of a surrogate pair has no place in a document, not even as an escape. */
function textNode(given: string, option: string, use: Use): ValueNode {
  if (!/\p{Surrogate}/u.test(given)) return { kind: Kind.STRING, value: given, block: false };
  const rule = 'must be well-formed Unicode, without lone surrogates';
  throw new InvalidOptionsError({ ...use, option, rule, value: given });
}

/** A hole of a list is seen, and refused, as undefined. */
function items(given: readonly unknown[], option: string, use: Use, depth: number): readonly ValueNode[] {
  return Array.from(given, (item, index) => valueNode(item, `${option}[${index}]`, use, depth));
}

function fields(given: object, option: string, use: Use, depth: number): readonly ObjectFieldNode[] {
  return Object.entries(given).map(([name, value]) => ({
    kind: Kind.OBJECT_FIELD,
    name: nameNode(name, `a key of ${option}`, use),
    value: valueNode(value, `${option}.${name}`, use, depth),
  }));
}

/** The path to the value would be too long to read, and the value may contain itself. */
function tooDeep(use: Use): InvalidOptionsError {
  const rule = `must not be nested more than ${maxDepth} levels deep, nor contain itself`;
  return new InvalidOptionsError({ ...use, option: 'a value', rule });
}
