import type { FragmentDefinitionNode } from 'graphql';

/** A named fragment that is complete: what it is, and what it spreads itself. */
export class FragmentDefinition {
  readonly node: FragmentDefinitionNode;
  readonly spreads: readonly FragmentDefinition[];
  /** How deep it goes, together with the fragments that it spreads. */
  readonly height: number;

  constructor(node: FragmentDefinitionNode, spreads: readonly FragmentDefinition[], height: number) {
    this.node = node;
    this.spreads = spreads;
    this.height = height;
  }
}
