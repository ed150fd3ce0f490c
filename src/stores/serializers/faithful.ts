import { extraIn, isIndex, sharedBehind, symbolIn } from './extra.js';
import { below, type Fault, faultOf, property, refusal } from './fault.js';
import type { Format } from './format.js';
import { type Kind, kindOf } from './kind.js';

/** Nothing deeper is written: what was written with much stack to spare must be readable with little. */
const maxDepth = 1000;

/**
 * Refuses a value of which something would come back altered: the one who loaded it and the one who is given it later must not be able to tell
 * the difference. Returns the objects without prototype that are in it, for formats that have to note them.
 */
export function refuseAltered(value: unknown, format: Format): readonly object[] {
  const passage = new Passage(format);
  const fault = passage.faultIn(value);
  if (fault) throw refusal(fault, format);
  return passage.bare;
}

/** What Node knows of texts, and the compiler's library does not yet. */
type Text = string & { isWellFormed(): boolean };

/** One passage through a value, up to the first fault; its path is put together on the way back. */
class Passage {
  readonly bare: object[] = [];
  readonly #keeps: ReadonlySet<Kind>;
  readonly #reserved: readonly string[];
  readonly #anyText: boolean;
  readonly #anyName: boolean;
  readonly #around: object[] = [];
  readonly #seen: Set<object> | undefined;

  constructor({ keeps, reserved }: Format) {
    this.#keeps = keeps;
    this.#reserved = reserved;
    this.#anyText = keeps.has('lone surrogate');
    this.#anyName = this.#anyText && reserved.length === 0;
    this.#seen = keeps.has('cycle') ? new Set() : undefined;
  }

  faultIn(value: unknown): Fault | undefined {
    switch (typeof value) {
      case 'boolean':
        return undefined;
      case 'string':
        return this.#inText(value);
      case 'number':
        return this.#inNumber(value);
      case 'object':
        return value === null ? undefined : this.#inObject(value);
      default:
        return this.#unlessKept(typeof value as Kind, value);
    }
  }

  #unlessKept(kind: Kind, value: unknown): Fault | undefined {
    return this.#keeps.has(kind) ? undefined : faultOf(kind, value);
  }

  #inText(value: string): Fault | undefined {
    return this.#anyText || (value as Text).isWellFormed() ? undefined : faultOf('lone surrogate', value);
  }

  #inNumber(value: number): Fault | undefined {
    if (!Number.isFinite(value)) return this.#unlessKept('NaN or Infinity', value);
    return Object.is(value, -0) ? this.#unlessKept('-0', value) : undefined;
  }

  #inObject(value: object): Fault | undefined {
    const kind = kindOf(value);
    if (kind !== 'object' && kind !== 'array' && !this.#keeps.has(kind)) return faultOf(kind, value);
    if (this.#seen?.has(value)) return kind === 'Error' ? this.#inSeenError(value) : undefined;
    if (!this.#seen && this.#around.includes(value)) return faultOf('cycle', value);
    if (this.#around.length === maxDepth) return faultOf('depth', value);
    this.#seen?.add(value);
    this.#around.push(value);
    const fault = this.#within(value, kind);
    this.#around.pop();
    return fault;
  }

  /** Neither V8 nor msgpackr can read an error back that is met again within itself. */
  #inSeenError(value: object): Fault | undefined {
    return this.#around.includes(value) ? faultOf('cycle through an error', value) : undefined;
  }

  #within(value: object, kind: ReturnType<typeof kindOf>): Fault | undefined {
    switch (kind) {
      case 'object without prototype':
        this.bare.push(value);
        return this.#inProperties(value as Record<string, unknown>, Object.keys(value)) ?? symbolIn(value);
      case 'object':
        return this.#inProperties(value as Record<string, unknown>, Object.keys(value)) ?? symbolIn(value);
      case 'array':
        return this.#inArray(value as readonly unknown[]) ?? symbolIn(value);
      case 'Map':
        return extraIn(value) ?? this.#inMap(value as ReadonlyMap<unknown, unknown>);
      case 'Set':
        return extraIn(value) ?? this.#inItems('values', value as ReadonlySet<unknown>);
      case 'Error':
        return extraIn(value) ?? this.#inError(value as Error);
      case 'RegExp':
        return (value as RegExp).lastIndex === 0 ? extraIn(value) : faultOf('extra property', 'lastIndex');
      default:
        return ArrayBuffer.isView(value) ? sharedBehind(value) : extraIn(value);
    }
  }

  #inProperties(value: Record<string, unknown>, keys: readonly string[]): Fault | undefined {
    for (const key of keys) {
      const item = value[key];
      // A property that is undefined reads the same when it is gone: only by its name can one tell.
      const fault = this.#inName(key) ?? (item === undefined ? undefined : this.faultIn(item));
      if (fault) return below(property(key), fault);
    }
    return undefined;
  }

  #inName(key: string): Fault | undefined {
    if (this.#anyName) return undefined;
    return this.#reserved.includes(key) ? faultOf('reserved property name', key) : this.#inText(key);
  }

  #inArray(value: readonly unknown[]): Fault | undefined {
    const keys = Object.keys(value); // places come first, in order, then names
    const { length } = value;
    if (length > 0 && keys[length - 1] !== String(length - 1)) return this.#inSparse(value, keys);
    for (let index = 0; index < length; index++) {
      const fault = this.faultIn(value[index]);
      if (fault) return below(`[${index}]`, fault);
    }
    return keys.length === length ? undefined : this.#inNamed(value, keys.slice(length));
  }

  /** By its keys: an array may be long and hold little. */
  #inSparse(value: readonly unknown[], keys: readonly string[]): Fault | undefined {
    if (!this.#keeps.has('hole in an array')) {
      const first = keys.findIndex((key, index) => key !== String(index));
      return below(`[${first < 0 ? keys.length : first}]`, faultOf('hole in an array', undefined));
    }
    const places = keys.filter((key) => isIndex(key, value.length));
    for (const place of places) {
      const fault = this.faultIn(value[Number(place)]);
      if (fault) return below(`[${place}]`, fault);
    }
    return this.#inNamed(value, keys.slice(places.length));
  }

  /** Properties beside the items, as the result of a RegExp has them. */
  #inNamed(value: readonly unknown[], names: readonly string[]): Fault | undefined {
    const [first] = names;
    if (first === undefined) return undefined;
    if (!this.#keeps.has('named property of an array')) {
      return below(property(first), faultOf('named property of an array', first));
    }
    return this.#inProperties(value as unknown as Record<string, unknown>, names);
  }

  #inMap(value: ReadonlyMap<unknown, unknown>): Fault | undefined {
    return this.#inItems('keys', value.keys()) ?? this.#inItems('values', value.values());
  }

  #inItems(list: string, items: Iterable<unknown>): Fault | undefined {
    let index = 0;
    for (const item of items) {
      const fault = this.faultIn(item);
      if (fault) return below(`.${list}()[${index}]`, fault);
      index++;
    }
    return undefined;
  }

  #inError({ message, cause }: Error): Fault | undefined {
    const fault = this.#inText(message);
    if (fault) return below('.message', fault);
    const within = cause === undefined ? undefined : this.faultIn(cause);
    return within && below('.cause', within);
  }
}
