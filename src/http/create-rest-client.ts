import { RestClient } from './rest-client.js';
import type { RestClientOptions } from './rest-client-options.js';

/** The same as `new RestClient(options)`, for those who like functions better. */
export function createRestClient(options?: RestClientOptions): RestClient {
  return new RestClient(options);
}
