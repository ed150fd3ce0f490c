import { loadPackage } from '../missing-package.js';

/** The packages that `/graphql` is made of. */
export interface Library {
  readonly graphql: typeof import('graphql');
  readonly http: typeof import('graphql-http');
}

/** Loads the packages, which are optional; rejects with a `MissingPackageError` when one of them is not there. */
export async function loadLibrary(): Promise<Library> {
  const graphql = await loadPackage('/graphql', 'graphql', () => import('graphql')); // the other one needs it as well
  return { graphql, http: await loadPackage('/graphql', 'graphql-http', () => import('graphql-http')) };
}
