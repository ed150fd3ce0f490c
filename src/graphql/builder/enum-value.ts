import { type EnumValueNode, Kind } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import { nameNode } from './name.js';

const literals = ['true', 'false', 'null'];

/** A value of an enum: the one kind of value that is written like a name. */
export class EnumValue {
  readonly name: string;
  readonly #node: EnumValueNode;

  constructor(name: string) {
    const use = { decorator: 'enumValue()' };
    this.name = nameNode(name, 'name', use).value;
    this.#node = { kind: Kind.ENUM, value: this.name };
    if (!literals.includes(name)) return;
    throw new InvalidOptionsError({ ...use, option: 'name', rule: 'must not be true, false or null', value: name });
  }

  get node(): EnumValueNode {
    return this.#node;
  }
}

/** Makes a value of an enum: `{ orderBy: enumValue('CREATED_AT') }`. */
export function enumValue(name: string): EnumValue {
  return new EnumValue(name);
}
