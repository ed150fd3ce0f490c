import type { Directive } from './directive.js';
import type { Constant } from './value.js';

/** Declares a variable by its type, with a default if need be: `'[ID!]!'`, `'Int = 10'`; or by parts. */
export type VariableDeclaration = string | VariableParts;

/** A variable's declaration in parts: for defaults that are values of the program, and for directives. */
export interface VariableParts {
  /** The type alone: `'String!'`. */
  readonly type: string;
  /** What the variable is when none is given; a value, never a text in the syntax of GraphQL. */
  readonly default?: Constant;
  /** Directives on the variable's definition; they may not refer to variables. */
  readonly directives?: readonly Directive[];
}

/** The variables of an operation by name. */
export type VariableDeclarations = Readonly<Record<string, VariableDeclaration>>;

/** The types of the variables that were declared: what must be given, may be null, may be left out. */
export type VariablesOf<Declared extends VariableDeclarations> = keyof Declared extends never
  ? Readonly<Record<string, never>>
  : {
      readonly [Name in NamesToGive<Declared>]: ValueOf<TypeOf<Declared[Name]>>;
    } & { readonly [Name in Exclude<keyof Declared, NamesToGive<Declared>>]?: ValueOf<TypeOf<Declared[Name]>> };

/** Those that are neither nullable nor have a default. */
type NamesToGive<Declared extends VariableDeclarations> = {
  [Name in keyof Declared]: HasDefault<Declared[Name]> extends true
    ? never
    : TypeOf<Declared[Name]> extends `${string}!`
      ? Name
      : never;
}[keyof Declared];

type HasDefault<Declared> = Declared extends `${string}=${string}` | { readonly default: unknown } ? true : false;

/** The type of a declaration, without default and surrounding blanks. */
type TypeOf<Declared> = Declared extends { readonly type: infer Text }
  ? Trimmed<Text>
  : Declared extends `${infer Text}=${string}`
    ? Trimmed<Text>
    : Trimmed<Declared>;

type Trimmed<Text> = Text extends ` ${infer Rest}` | `${infer Rest} ` ? Trimmed<Rest> : Text;

type ValueOf<Type> = Type extends `${infer NonNull}!` ? NonNullOf<Trimmed<NonNull>> : NonNullOf<Type> | null;

/** Of types other than lists and the scalars that GraphQL defines, only the server knows what they are. */
type NonNullOf<Type> = Type extends `[${infer Item}]`
  ? readonly ValueOf<Trimmed<Item>>[]
  : Type extends keyof Scalars
    ? Scalars[Type]
    : unknown;

interface Scalars {
  readonly String: string;
  readonly ID: string | number;
  readonly Int: number;
  readonly Float: number;
  readonly Boolean: boolean;
}
