import type { DeclaredSpec } from './declaration.js';

/** What is declared on a class: policies for its protected methods, and the name that configuration knows it by. */
export class ClassDeclaration {
  readonly specs: DeclaredSpec[] = [];
  preset: string | undefined;
  order: readonly string[] | undefined;
  id: string | undefined;
}
