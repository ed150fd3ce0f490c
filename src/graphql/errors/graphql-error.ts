/** Where in a document an error was found, from 1. */
export interface GraphQLErrorLocation {
  readonly line: number;
  readonly column: number;
}

/** One error of an answer, as the server tells it. */
export class GraphQLError extends Error {
  /** Where in the document. */
  readonly locations: readonly GraphQLErrorLocation[];
  /** Which field of the result it is about: names, and places in lists. Undefined for an error about the whole request. */
  readonly path: readonly (string | number)[] | undefined;
  /** Whatever else the server says; no log prints it by the way. */
  declare readonly extensions: Readonly<Record<string, unknown>>;
  /** What kind of error: `extensions.code`, or what stands for it on servers that have none (`extensions.classification`, `type`); a number as a text. */
  readonly code: string | undefined;

  /** `given` is one item of `errors`, whatever that is; `clean` takes out of a text what nobody should read in a log. */
  constructor(given: unknown, clean: (text: string) => string = String) {
    const { message, locations, path, extensions, type } = Object(given) as Readonly<Record<string, unknown>>;
    super(typeof message === 'string' ? clean(message) : 'an error without a message');
    this.locations = Array.isArray(locations) ? locations.filter(isLocation) : [];
    this.path = Array.isArray(path) ? path.filter(isStep) : undefined;
    const kept = { value: isRecord(extensions) ? extensions : {}, configurable: true, writable: true };
    Object.defineProperty(this, 'extensions', kept);
    this.code = codeIn(this.extensions) ?? (typeof type === 'string' ? type : undefined);
  }

  static {
    Object.defineProperty(GraphQLError.prototype, 'name', {
      value: 'GraphQLError',
      configurable: true,
      writable: true,
    });
  }
}

function codeIn({ code, classification }: Readonly<Record<string, unknown>>): string | undefined {
  const found = [code, classification].find((each) => typeof each === 'string' || typeof each === 'number');
  return found === undefined ? undefined : String(found);
}

function isLocation(given: unknown): given is GraphQLErrorLocation {
  const { line, column } = Object(given) as Partial<GraphQLErrorLocation>;
  return typeof line === 'number' && typeof column === 'number';
}

function isStep(given: unknown): given is string | number {
  return typeof given === 'string' || typeof given === 'number';
}

function isRecord(given: unknown): given is Readonly<Record<string, unknown>> {
  return typeof given === 'object' && given !== null && !Array.isArray(given);
}
