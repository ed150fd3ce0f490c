import { InvalidOptionsError, type PolicyKind } from '../core/index.js';
import type { AnyFunction } from '../pipeline/index.js';
import { checkCompany } from './exclusion.js';

/** A policy that someone asked for, with the options as given. */
export interface DeclaredSpec {
  readonly kind: PolicyKind;
  readonly options: object;
  /** The kind is taken away instead: a class or preset gives it to other methods. */
  readonly removed?: boolean;
}

/** All that is declared on one method. */
export class Declaration {
  /** What the class's declarations are kept by: its metadata object, or its prototype in legacy mode. */
  readonly owner: object;
  readonly name: string | symbol;
  readonly isStatic: boolean;
  readonly method: AnyFunction;
  readonly specs: DeclaredSpec[] = [];
  /** The layer beneath the method's own options, given by name. */
  preset: string | undefined;
  order: readonly string[] | undefined;
  /** For plain functions, which have no class: what they are called. */
  readonly label: string | undefined;

  constructor(owner: object, name: string | symbol, isStatic: boolean, method: AnyFunction, label?: string) {
    this.owner = owner;
    this.name = name;
    this.isStatic = isStatic;
    this.method = method;
    this.label = label;
  }

  /** Adds a policy; one kind twice on a method is an error, and so are two that never go together. */
  add(spec: DeclaredSpec, below?: (...args: never) => unknown): void {
    if (this.specs.some(({ kind }) => kind === spec.kind)) {
      const rule = `stands twice on ${String(this.name)}: one of a kind is enough, whatever the order`;
      throw new InvalidOptionsError({ decorator: spec.kind.decorator, rule }, below);
    }
    checkCompany([...this.specs, spec], { where: `on ${String(this.name)}` }, below);
    this.specs.push(spec);
  }
}
