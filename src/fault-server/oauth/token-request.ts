import { OAuthError } from './oauth-error.js';

/** What an endpoint looks at: the body, and how the client says who it is. */
export interface OAuthAsked {
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  readonly body: unknown;
}

/** The parameters of a request: each at most once, and those without a value as if they were not there. */
export type OAuthForm = ReadonlyMap<string, string>;

/** Reads the form that every request to the endpoints is. */
export function formOf({ contentType, body }: OAuthAsked): OAuthForm {
  const type = contentType?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/x-www-form-urlencoded' || typeof body !== 'string') {
    throw new OAuthError('invalid_request', 'the body must be application/x-www-form-urlencoded');
  }
  const form = new Map<string, string>();
  const seen = new Set<string>();
  for (const [name, value] of new URLSearchParams(body)) {
    // `resource` and `audience` are the two that may come several times (RFC 8707, RFC 8693); they mean nothing here
    if (seen.has(name) && name !== 'resource' && name !== 'audience') {
      throw new OAuthError('invalid_request', 'a parameter must not come twice');
    }
    seen.add(name);
    if (value !== '') form.set(name, value);
  }
  return form;
}

/** A parameter without which nothing can be done. */
export function requiredIn(form: OAuthForm, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', `the parameter ${name} is missing`);
  return value;
}
