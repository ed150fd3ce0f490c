import type { QueryOptions } from '../http/index.js';
import type { ChosenOperation, GivenVariables } from './documents/index.js';

/** How a document is said: by its text, by its hash, or by both, for servers that are to remember it. */
export type Saying = 'text' | 'hash' | 'both';

/** An operation and its variables. */
export interface Payload {
  readonly operation: ChosenOperation;
  readonly variables: GivenVariables;
}

/** The body that asks for one operation, as JSON. */
export function payloadJson({ operation, variables }: Payload, saying: Saying): string {
  const { document, name } = operation;
  const head = {
    ...(saying !== 'hash' && { query: document.text }),
    ...(name !== undefined && { operationName: name }),
    ...(saying !== 'text' && { extensions: persisted(document.hash) }),
  };
  const json = JSON.stringify(head);
  if (variables.json === undefined) return json;
  return `${json.slice(0, -1)}${json === '{}' ? '' : ','}"variables":${variables.json}}`;
}

/** The same as parameters of a URL. */
export function payloadQuery({ operation, variables }: Payload, saying: Saying): QueryOptions {
  const { document, name } = operation;
  return {
    query: saying === 'hash' ? undefined : document.text,
    operationName: name,
    variables: variables.json,
    extensions: saying === 'text' ? undefined : JSON.stringify(persisted(document.hash)),
  };
}

function persisted(sha256Hash: string) {
  return { persistedQuery: { version: 1, sha256Hash } };
}
