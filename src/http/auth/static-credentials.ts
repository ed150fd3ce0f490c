import type { CredentialFields, Credentials } from './credentials.js';

/** Credentials that stay the same as long as the client lives. */
export class StaticCredentials implements Credentials {
  readonly secretNames: readonly string[];
  readonly #fields: CredentialFields;

  constructor({ headers = {}, query = {} }: Partial<CredentialFields>) {
    this.secretNames = [...Object.keys(headers), ...Object.keys(query)].map((name) => name.toLowerCase());
    this.#fields = Object.freeze({ headers: Object.freeze(headers), query: Object.freeze(query) });
  }

  fields(): CredentialFields {
    return this.#fields;
  }
}
