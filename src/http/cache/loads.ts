/** A request on its way for an answer that may be kept. */
export interface Load {
  /** When it was sent, in epoch milliseconds. */
  readonly askedAt: number;
  /** What it is about has changed since: its answer is for its caller alone. */
  readonly dropped: boolean;
  end(): void;
}

/** The requests on their way, by what they are about: an invalidation is not undone by an answer that was made before it. */
export class Loads {
  readonly #underWay = new Map<string, Set<{ dropped: boolean }>>();

  /** How many things they are about. */
  get size(): number {
    return this.#underWay.size;
  }

  begin(tag: string, askedAt: number): Load {
    const load = { askedAt, dropped: false, end: () => this.#end(tag, load) };
    const others = this.#underWay.get(tag);
    if (others === undefined) this.#underWay.set(tag, new Set([load]));
    else others.add(load);
    return load;
  }

  drop(tag: string): void {
    for (const load of this.#underWay.get(tag) ?? []) load.dropped = true;
  }

  dropAll(): void {
    for (const tag of this.#underWay.keys()) this.drop(tag);
  }

  #end(tag: string, load: { dropped: boolean }): void {
    const loads = this.#underWay.get(tag);
    if (loads?.delete(load) && loads.size === 0) this.#underWay.delete(tag);
  }
}
