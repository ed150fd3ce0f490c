import { type DocumentNode, GraphQLError, Kind, parse, print } from 'graphql';
import { InvalidOptionsError } from '../../core/index.js';
import { PreparedDocument } from './prepared-document.js';

/** How many texts are remembered: a program has some hundred at most; one that makes them anew each time has all of them read anew now and then. */
const mostTexts = 500;

/** Reads documents, each once: what it is given again, it knows. */
export class Documents {
  readonly #texts = new Map<string, PreparedDocument>();
  readonly #nodes = new WeakMap<DocumentNode, PreparedDocument>();

  /** Throws an InvalidOptionsError for what is no document, with the line and the column of the mistake. */
  read(given: unknown): PreparedDocument {
    if (typeof given === 'string') return this.#text(given);
    if (isDocument(given)) return this.#node(given);
    const { document } = Object(given) as { readonly document?: unknown };
    if (isDocument(document)) return this.#node(document);
    if (isTextual(given)) return this.#text(String(given));
    const rule = 'must be a text, a parsed document, or an operation of the builder';
    throw new InvalidOptionsError({ decorator: 'GraphQLClient', option: 'document', rule, value: given });
  }

  #text(text: string): PreparedDocument {
    const known = this.#texts.get(text);
    if (known !== undefined) return known;
    const prepared = new PreparedDocument(text, parsed(text));
    const [oldest] = this.#texts.keys();
    if (this.#texts.size >= mostTexts && oldest !== undefined) this.#texts.delete(oldest);
    this.#texts.set(text, prepared);
    return prepared;
  }

  #node(node: DocumentNode): PreparedDocument {
    const known = this.#nodes.get(node);
    if (known !== undefined) return known;
    const prepared = new PreparedDocument(print(node), node);
    this.#nodes.set(node, prepared);
    return prepared;
  }
}

function isDocument(given: unknown): given is DocumentNode {
  const { kind, definitions } = Object(given) as Partial<DocumentNode>;
  return kind === Kind.DOCUMENT && Array.isArray(definitions);
}

/** Code generators wrap the text of a document in an object of their own. */
function isTextual(given: unknown): boolean {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return false;
  return typeof given.toString === 'function' && given.toString !== Object.prototype.toString;
}

function parsed(text: string): DocumentNode {
  try {
    return parse(text, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const { line, column } = error.locations?.[0] ?? { line: 1, column: 1 };
    const rule = `must be a GraphQL document: ${error.message} (line ${line}, column ${column})`;
    throw new InvalidOptionsError({ decorator: 'GraphQLClient', option: 'document', rule });
  }
}
