import { type HttpRequest, quotedSecrets, Redaction } from '../http/index.js';

const hidden = '[redacted]';

/** The variables of one operation, or of several; their values are read when they are needed. */
export interface Variables {
  readonly values: Readonly<Record<string, unknown>>;
  /** Takes out what is quoted of the credentials in the request that they were sent in, where that is known. */
  readonly quoted?: (text: string) => string;
}

/** Variables as they were sent in a request, whose credentials a server may quote as well. */
export function sentIn(request: HttpRequest, variables: Variables): Variables {
  return {
    quoted: quotedSecrets(request),
    get values() {
      return variables.values;
    },
  };
}

/** Keeps the values of variables that are named like secrets out of what servers say about them: `got invalid value "…"`. */
export class Secrets {
  readonly #redaction: Redaction;

  /** Further names, as the option `redact` of a client has them. */
  constructor(names: readonly (string | RegExp)[] = []) {
    this.#redaction = new Redaction(names);
  }

  /** Makes the function that takes those of some variables out of a text. */
  cleaner(variables: Variables): (text: string) => string {
    let found: readonly string[] | undefined;
    return (text) => {
      found ??= this.#textsIn(variables);
      const cleaned = found.reduce((rest, secret) => rest.replaceAll(secret, hidden), text);
      return variables.quoted?.(cleaned) ?? cleaned;
    };
  }

  /** All that may stand in a message, the longest first: servers show texts as they are, or as JSON has them. */
  #textsIn({ values }: Variables): readonly string[] {
    const texts = this.#in(values, false).flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
    return [...new Set(texts)].sort((one, other) => other.length - one.length);
  }

  /** All texts and numbers at or below what is named like a secret; an empty one is none. */
  #in(value: unknown, secret: boolean): string[] {
    if (typeof value !== 'object' || value === null) {
      const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
      return secret && text !== '' ? [text] : [];
    }
    const named = !Array.isArray(value);
    return Object.entries(value).flatMap(([name, each]) => this.#in(each, secret || (named && this.#hides(name))));
  }

  /** A code is a secret in a URL, where one is exchanged for a token; what an operation calls so is mostly none. */
  #hides(name: string): boolean {
    return name !== 'code' && this.#redaction.hides(name);
  }
}
