/** What a text must look like, and how that is said. */
export interface TextForm {
  readonly accepts: RegExp;
  readonly rule: string;
}

/** Any text that says something, and can be encoded. */
export const plainText: TextForm = {
  accepts: /^[^\p{Cc}\p{Cs}]+$/u,
  rule: 'must be a text that is not empty, without line breaks and other control characters',
};

/** What can follow `Bearer`. */
export const bearerToken: TextForm = {
  accepts: /^[\x21-\x7e]+$/,
  rule: 'must be a token: visible characters of ASCII, without spaces and line breaks',
};

/** What a header field can hold. */
export const fieldValue: TextForm = {
  accepts: /^[\x21-\x7e](?:[\t\x20-\x7e]*[\x21-\x7e])?$/,
  rule: 'must be a text of visible ASCII characters, without line breaks and without spaces at its ends',
};

/** How a header field can be called. */
export const fieldName: TextForm = {
  accepts: /^[\w!#$%&'*+.^`|~-]+$/,
  rule: 'must be the name of a header field',
};

/** The user name of RFC 7617. */
export const userName: TextForm = {
  accepts: /^[^:\p{Cc}\p{Cs}]+$/u,
  rule: 'must be a text that is not empty, without colons, line breaks and other control characters',
};

/** Scopes of RFC 6749, section 3.3, one or several. */
export const scopes: TextForm = {
  accepts: /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/,
  rule: 'must be scopes with one space between them, or a list of them',
};

/** An absolute URI without a fragment, as RFC 8707 asks for. */
export const resourceUri: TextForm = {
  accepts: /^[a-z][a-z\d+.-]*:[\x21\x22\x24-\x7e]+$/i,
  rule: 'must be an absolute URI without a fragment, or a list of them',
};

/** Tells whether something is a text of that form. */
export function isOf(form: TextForm, value: unknown): value is string {
  return typeof value === 'string' && form.accepts.test(value);
}
