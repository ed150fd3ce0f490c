/** Names of things in one runtime: identity is by object, so the second thing of one name gets a number. */
export class Labels {
  readonly #taken = new Map<string, number>();
  readonly #known = new WeakMap<object, string>();

  /** The label of a thing: its name, with a number where another has that name; the same each time. */
  of(thing: object, name: string): string {
    const known = this.#known.get(thing);
    if (known !== undefined) return known;
    const before = this.#taken.get(name) ?? 0;
    const label = before === 0 ? name : `${name}#${before + 1}`;
    this.#taken.set(name, before + 1);
    this.#known.set(thing, label);
    return label;
  }
}
