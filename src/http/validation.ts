import type { StandardSchemaV1 } from '@standard-schema/spec';
import { ValidationError } from './errors/index.js';
import type { HttpResponse } from './http-response.js';
import type { OutgoingRequest } from './outgoing-request.js';
import { quotedSecrets } from './quoted-secrets.js';
import type { Redaction } from './redaction.js';

/** The response with its data as a schema reads them; rejects with a ValidationError that says what the schema has against them. */
export async function validated<T>(
  response: HttpResponse<unknown>,
  schema: StandardSchemaV1<unknown, T>,
  { request, redaction }: { readonly request: OutgoingRequest; readonly redaction: Redaction },
): Promise<HttpResponse<T>> {
  const result = await schema['~standard'].validate(response.data);
  if (!result.issues) return response.withData(result.value);
  const excerpt = redaction.excerpt(response.data);
  throw new ValidationError(request, response.status, result.issues, {
    hides: (name) => redaction.hides(name),
    excerpt: excerpt && quotedSecrets(request)(excerpt),
  });
}
