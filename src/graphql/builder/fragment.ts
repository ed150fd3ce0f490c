import { type DirectiveNode, Kind, type NamedTypeNode, type NameNode, print } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import { type Directive, directiveNodes } from './directive.js';
import { FragmentDefinition } from './fragment-definition.js';
import { fragmentNodes } from './fragment-nodes.js';
import { namedTypeNode, nameNode } from './name.js';
import { Place } from './place.js';
import { nothing, type Selected, Selecting, selectionSet } from './selection.js';

interface FragmentParts {
  readonly name: NameNode;
  readonly type: NamedTypeNode;
  readonly directives: readonly DirectiveNode[];
}

/** A selection with a name, which operations and other fragments spread. */
export class Fragment extends Selecting<Fragment> {
  readonly #parts: FragmentParts;
  #definition: FragmentDefinition | undefined;

  constructor(parts: FragmentParts, selected: Selected) {
    super(new Place(`fragment ${parts.name.value}`), selected);
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.name.value;
  }

  /** The type whose objects it selects of. */
  get type(): string {
    return this.#parts.type.name.value;
  }

  /** Puts directives on the fragment's definition. */
  directives(...given: readonly Directive[]): Fragment {
    const nodes = directiveNodes(given, 'directives', { decorator: 'directives()', site: String(this.place) });
    return new Fragment({ ...this.#parts, directives: [...this.#parts.directives, ...nodes] }, this.selected);
  }

  /** What the fragment is once it selects something. */
  get definition(): FragmentDefinition {
    this.#definition ??= this.#complete();
    return this.#definition;
  }

  /** The text of the fragment, followed by those that it spreads; throws if it selects nothing. */
  override toString(): string {
    const definitions = fragmentNodes([this.definition], this.place);
    return print({ kind: Kind.DOCUMENT, definitions });
  }

  protected override having(selected: Selected): Fragment {
    return new Fragment(this.#parts, selected);
  }

  #complete(): FragmentDefinition {
    const { name, type: typeCondition, directives } = this.#parts;
    const { nodes, spreads, height } = this.selected;
    if (nodes.length === 0) throw emptyFragment(this.place);
    const node = { kind: Kind.FRAGMENT_DEFINITION, name, typeCondition, directives } as const;
    return new FragmentDefinition({ ...node, selectionSet: selectionSet(this.selected) }, spreads, height);
  }
}

/**
 * Begins a named fragment for objects of a type.
 *
 * ```ts
 * const userParts = fragment('UserParts', 'User').fields('id', 'name');
 * const getViewer = query('GetViewer').field('viewer', (user) => user.spread(userParts));
 * ```
 */
export function fragment(name: string, type: string): Fragment {
  const use = { decorator: 'fragment()' };
  const label = nameNode(name, 'name', use);
  if (name === 'on') throw new InvalidOptionsError({ ...use, option: 'name', rule: 'must not be on', value: name });
  return new Fragment({ name: label, type: namedTypeNode(type, 'type', use), directives: [] }, nothing);
}

function emptyFragment(place: Place): InvalidOptionsError {
  return new InvalidOptionsError({
    decorator: 'definition',
    site: String(place),
    rule: 'must select something: the selection is empty',
  });
}
