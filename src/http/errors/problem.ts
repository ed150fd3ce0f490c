/** What went wrong, as a server tells it in `application/problem+json` (RFC 9457). */
export interface ProblemDetails {
  /** A URI that names the kind of problem. @default 'about:blank' */
  readonly type: string;
  readonly title: string | undefined;
  readonly status: number | undefined;
  readonly detail: string | undefined;
  /** A URI that names this very occurrence. */
  readonly instance: string | undefined;
  /** What the server says besides. */
  readonly extensions: Readonly<Record<string, unknown>>;
}

/** Reads a body as problem details; undefined for one that is no object. Members of the wrong type are left out, as section 3.1 asks. */
export function readProblem(body: unknown): ProblemDetails | undefined {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return undefined;
  const { type, title, status, detail, instance, ...extensions } = body as Readonly<Record<string, unknown>>;
  return {
    type: text(type) ?? 'about:blank',
    title: text(title),
    status: typeof status === 'number' ? status : undefined,
    detail: text(detail),
    instance: text(instance),
    extensions,
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
