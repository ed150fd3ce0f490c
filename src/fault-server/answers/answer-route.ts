import { InvalidOptionsError } from '../../core/index.js';
import { controlPaths, isControl } from '../faults/route.js';

/** Which requests an answer is for. */
export interface AnswerRoute {
  /** As it was given. */
  readonly text: string;
  /** The path alone, with its `{name}`s. */
  readonly template: string;
  /** Undefined for all methods. */
  readonly method: string | undefined;
  readonly segments: readonly Segment[];
  /** What routes that are for the same requests have in common. */
  readonly key: string;
}

/** A part of a path between two slashes: itself, anything, or all that is left. */
type Segment =
  | { readonly is: 'literal'; readonly text: string }
  | { readonly is: 'parameter'; readonly name: string }
  | { readonly is: 'rest' };

/** The methods that an answer may be for. */
export const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'] as const;
const longestRoute = 500;

const form = new RegExp(`^(?:(${methods.join('|')}) )?(/[^\\s?#]*)$`);
const rule = `must be a path without a query, such as '/quotes', after one of ${methods.join(', ')} and a space where it is for that method alone`;
const segmentRule =
  "must have a path of texts, parameters such as '{id}' that are all of their part and have names of their own, and '*' as its last part only";

/** Reads a route; the error names `decorator` and `option`. */
export function answerRoute(given: unknown, decorator: string, option: string): AnswerRoute {
  const wrong = (broken: string) => new InvalidOptionsError({ decorator, option, rule: broken, value: given });
  const [text, method, template = ''] = (typeof given === 'string' && form.exec(given)) || [];
  if (text === undefined || text.length > longestRoute) throw wrong(rule);
  if (isControl(template)) {
    throw wrong(`must lie outside ${controlPaths.join(', ')}, by which the server itself is steered and watched`);
  }
  const segments = template.slice(1).split('/').map(segmentOf);
  if (!areWhole(segments)) throw wrong(segmentRule);
  return { text, template, method, segments, key: `${method} ${segments.map(keyOf).join('/')}` };
}

/**
 * Orders routes by how much they say: texts before parameters before `*`, from the left; then those for one method first. Routes of different lengths
 * share no path, but their order must fit that of all others.
 */
export function moreSpecific(a: AnswerRoute, b: AnswerRoute): number {
  for (const [index, segment] of a.segments.entries()) {
    const other = b.segments[index];
    if (!other) break;
    if (segment.is !== other.is) return ranks[segment.is] - ranks[other.is];
  }
  return a.segments.length - b.segments.length || methodRank(a) - methodRank(b);
}

/** Tells whether a request of this method is for a route; who is asked by HEAD answers as to GET. */
export function takes({ method }: AnswerRoute, asked: string): boolean {
  return method === undefined || method === asked || (method === 'GET' && asked === 'HEAD');
}

/** What stands in the places of a route's parameters; undefined when the path is another. */
export function paramsIn({ segments }: AnswerRoute, path: string): Readonly<Record<string, string>> | undefined {
  const parts = path.slice(1).split('/').map(unescaped);
  const params: Record<string, string> = Object.create(null);
  for (const [index, segment] of segments.entries()) {
    const part = parts[index];
    if (part === undefined || (segment.is === 'literal' && segment.text !== part)) return undefined;
    if (segment.is === 'parameter' && part === '') return undefined;
    if (segment.is === 'rest') return Object.assign(params, { '*': parts.slice(index).join('/') });
    if (segment.is === 'parameter') params[segment.name] = part;
  }
  return parts.length === segments.length ? params : undefined;
}

const ranks = { literal: 0, parameter: 1, rest: 2 } as const;

function methodRank({ method }: AnswerRoute): number {
  if (method === undefined) return 2;
  return method === 'GET' ? 1 : 0; // a HEAD of its own goes before a GET that answers it, too
}

function segmentOf(part: string): Segment {
  const [, name] = /^\{([a-z_]\w*)\}$/i.exec(part) ?? [];
  if (name !== undefined) return { is: 'parameter', name };
  return part === '*' ? { is: 'rest' } : { is: 'literal', text: unescaped(part) };
}

/** No brace is left over, nor a `:id` of another notation, which would be a text that nobody asks for. */
function areWhole(segments: readonly Segment[]): boolean {
  const names = segments.flatMap((segment) => (segment.is === 'parameter' ? [segment.name] : []));
  if (new Set(names).size < names.length) return false;
  return segments.every(
    (segment, index) =>
      (segment.is !== 'literal' || !/[{}*]|^:/.test(segment.text)) &&
      (segment.is !== 'rest' || index === segments.length - 1),
  );
}

function keyOf(segment: Segment): string {
  if (segment.is === 'literal') return segment.text.replace(/[%/]/g, encodeURIComponent);
  return segment.is === 'rest' ? '*' : '{}';
}

/** As it is meant; as it is, where an escape is broken. */
function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
